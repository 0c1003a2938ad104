// Holds what a server answered against its OpenAPI 3.1 document. Other libraries judge: the document itself, and each
// body and header by its schema.
//
//   node openapi.mjs DOCUMENT < [{"method", "path", "target", "request", "status", "headers", "body"}]
//
// path is the document's, target what was asked for; status, headers and body are the answer's. What is wrong comes
// out, a line each; the exit status is 1 then.

import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

const document = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const exchanges = JSON.parse(readFileSync(0, 'utf8'));
const complaints = new Set();

// The validator rewrites what it is given.
const judged = await new Validator().validate(structuredClone(document));
if (!judged.valid) {
    complaints.add(`the document is no OpenAPI: ${JSON.stringify(judged.errors)}`);
}

/// Clients must tolerate members that the document does not name; the server must not send any.
function close(schema) {
    if (schema && typeof schema === 'object') {
        if (schema.type === 'object' && schema.properties && schema.additionalProperties === undefined) {
            schema.additionalProperties = false;
        }
        Object.values(schema).forEach(close);
    }
}
const closed = structuredClone(document);
close(closed.components.schemas);

const ajv = new Ajv({ allErrors: true, strictTypes: false, strictRequired: false, validateSchema: false });
formats(ajv);
// What stands beside the schemas.
ajv.addVocabulary(Object.keys(closed));
ajv.addSchema(closed, 'api');

const escaped = (name) => name.replaceAll('~', '~0').replaceAll('/', '~1');
const pointerOf = (...names) => '#/' + names.map((name) => encodeURIComponent(escaped(String(name)))).join('/');

/// Where a thing of the document lies, behind its references, and the thing.
function resolve(pointer) {
    const names = pointer.slice(2).split('/').map((name) => decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~'));
    const found = names.reduce((value, name) => value?.[name], document);
    return found?.$ref ? resolve(found.$ref) : { pointer, found };
}

function check(what, pointer, value) {
    const fits = ajv.getSchema('api' + pointer) ?? ajv.compile({ $ref: 'api' + pointer });
    if (!fits(value)) {
        complaints.add(`${what}: ${ajv.errorsText(fits.errors)}: ${JSON.stringify(value).slice(0, 300)}`);
    }
}

/// JSON where the document says JSON, else the text.
function contentOf(type, text) {
    return type.includes('json') ? JSON.parse(text) : text;
}

/// Schemas of good answers, and which of their members have been seen.
const seen = new Map();
function remember(pointer, body) {
    const schema = resolve(pointer);
    if (schema.found.properties) {
        const members = seen.get(schema.pointer) ?? new Set();
        Object.keys(body).forEach((member) => members.add(member));
        seen.set(schema.pointer, members);
    }
}

function checkAnswer(what, place, exchange) {
    const { pointer, found } = resolve(`${place}/responses/${exchange.status}`);
    if (!found) {
        complaints.add(`${what}: not in the document`);
        return;
    }
    for (const name of Object.keys(found.headers ?? {})) {
        const header = resolve(`${pointer}/headers/${name}`);
        const text = exchange.headers[name.toLowerCase()];
        if (text !== undefined) {
            const value = header.found.schema.type === 'integer' ? Number(text) : text;
            check(`${what}, ${name}`, `${header.pointer}/schema`, value);
        } else if (header.found.required) {
            complaints.add(`${what}: ${name} is missing`);
        }
    }
    const type = exchange.headers['content-type'];
    if (!found.content[type]) {
        complaints.add(`${what}: the type ${type} is not in the document`);
        return;
    }
    const schema = `${pointer}/content/${encodeURIComponent(escaped(type))}/schema`;
    const body = contentOf(type, exchange.body);
    check(what, schema, body);
    if (exchange.status < 300) {
        remember(schema, body);
    }
    if (exchange.status >= 400 && body.status !== exchange.status) {
        complaints.add(`${what}: its body says ${body.status}`);
    }
}

/// Of what was accepted: it must be what the document asks for.
function checkRequest(what, place, exchange) {
    const operation = resolve(place).found;
    const parameters = (operation.parameters ?? []).map((one) => one.name);
    for (const name of new URL(exchange.target, 'http://relay').searchParams.keys()) {
        if (!parameters.includes(name)) {
            complaints.add(`${what}: the parameter ${name} is not in the document`);
        }
    }
    if (operation.requestBody) {
        const type = 'application/json';
        check(`${what}, request`, `${place}/requestBody/content/${encodeURIComponent(escaped(type))}/schema`,
            contentOf(type, exchange.request));
    }
}

for (const exchange of exchanges) {
    const place = exchange.path ? pointerOf('paths', exchange.path, exchange.method.toLowerCase()) : '#/x-other-requests';
    const what = `${exchange.method} ${exchange.target} ${exchange.status}`;
    checkAnswer(what, place, exchange);
    if (exchange.path && exchange.status < 300) {
        checkRequest(what, place, exchange);
    }
}
for (const [pointer, members] of seen) {
    for (const name of Object.keys(resolve(pointer).found.properties)) {
        if (!members.has(name)) {
            complaints.add(`${pointer}: no answer had ${name}`);
        }
    }
}
complaints.forEach((complaint) => console.log(complaint));
process.exitCode = complaints.size > 0 ? 1 : 0;
