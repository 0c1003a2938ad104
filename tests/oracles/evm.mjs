// What EVM wallets sign, made at random and answered by viem, ethers and eth-sig-util, which must agree before ours
// is asked. The same seed makes the same cases.
//
//   node evm.mjs SEED COUNT  -> {"messages": [{"hex", "prefixed", "digest"}],
//        "typedData": [{"text", "primaryType", "domainHash", "structHash", "digest"}],
//        "refused": [{"name", "text"}],
//        "transactions": [{"request", "unsigned", "signed", "json": as evm decode-transaction prints the signed one}]}
//   node evm.mjs SEED COUNT abi  -> {"calls": [{"function": with names, "signature", "selector", "data", "values",
//        "changed": data with one byte changed, "changedValues": [what each library reads there, or null]}]}

import { createRequire } from 'node:module';
import * as viem from 'viem';
import { hashAuthorization } from 'viem/utils';
import * as ethers from 'ethers';

const { TypedDataUtils } = createRequire(import.meta.url)('@metamask/eth-sig-util');

// eth-sig-util makes an error for every value, also for good ones; their stack traces take most of the time.
Error.stackTraceLimit = 0;

const seed = Number(process.argv[2]);
const count = Number(process.argv[3]);

// mulberry32
let state = seed >>> 0;
function random() {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const below = (n) => Math.floor(random() * n);
const chance = (p) => random() < p;
const pick = (list) => list[below(list.length)];
const hexOf = (length) => '0x' + Array.from({ length }, () => below(256).toString(16).padStart(2, '0')).join('');
const bigBelow = (bits) => (bits === 0 ? 0n : BigInt(hexOf(Math.ceil(bits / 8))) & ((1n << BigInt(bits)) - 1n));
const address = () => ethers.getAddress(hexOf(20));

function agree(what, ...answers) {
    const different = answers.filter((answer) => answer !== undefined && answer !== answers[0]);
    if (different.length > 0) {
        throw new Error(`seed ${seed}: the libraries disagree on ${what}: ${answers}`);
    }
    return answers[0];
}

const texts = ['', 'a', 'hello', 'Grüße', '鍵と🔑', '\u0000\u001f"\\/', 'x'.repeat(200), '0x1234', 'e\u0301', '\u2028'];

function makeMessage() {
    const hex = chance(0.5) ? hexOf(below(300)) : viem.toHex(pick(texts) + pick(texts));
    const digest = agree('a message', viem.hashMessage({ raw: hex }), ethers.hashMessage(ethers.getBytes(hex)));
    return { hex, prefixed: viem.toPrefixedMessage({ raw: hex }), digest };
}

// Typed data

const atomics = ['string', 'bytes', 'bool', 'address'];
function atomicType() {
    switch (below(4)) {
        case 0: return pick(atomics);
        case 1: return `bytes${1 + below(32)}`;
        case 2: return `uint${8 * (1 + below(32))}`;
        default: return `int${8 * (1 + below(32))}`;
    }
}
const suffixes = ['', '', '', '', '[]', '[2]', '[][]', '[1][]', '[][2]', '[2][3]', '[0]'];

function integer(type) {
    const signed = type.startsWith('int');
    const bits = Number(type.slice(signed ? 3 : 4)) - (signed ? 1 : 0);
    const top = (1n << BigInt(bits)) - 1n;
    let value = pick([0n, 1n, top, bigBelow(bits), bigBelow(Math.min(bits, 40))]);
    value = value > top ? top : value;
    if (signed && chance(0.5)) {
        value = -value - 1n;
    }
    if (Number.isSafeInteger(Number(value)) && chance(0.5)) {
        return Number(value);
    }
    return value >= 0n && chance(0.4) ? `0x${value.toString(16)}` : value.toString();
}

function valueOf(type, types, depth) {
    const array = type.match(/^(.*)\[(\d*)\]$/);
    if (array) {
        const length = array[2] === '' ? below(depth > 3 ? 1 : 4) : Number(array[2]);
        return Array.from({ length }, () => valueOf(array[1], types, depth + 1));
    }
    if (types[type]) {
        return structOf(type, types, depth);
    }
    if (type === 'string') return pick(texts) + (chance(0.3) ? hexOf(3) : '');
    if (type === 'bytes') return hexOf(below(70));
    if (type === 'bool') return chance(0.5);
    if (type === 'address') return chance(0.5) ? address() : address().toLowerCase();
    return type.startsWith('bytes') ? hexOf(Number(type.slice(5))) : integer(type);
}

const isStructUp = (type, from, types) => {
    const names = Object.keys(types);
    return names.includes(type) && names.indexOf(type) <= names.indexOf(from);
};

function structOf(name, types, depth) {
    const value = {};
    for (const member of types[name]) {
        // What leads back up ends in null or an empty list.
        if (isStructUp(member.type, name, types)) {
            value[member.name] = depth < 3 && chance(0.5) ? structOf(member.type, types, depth + 2) : null;
        } else if (isStructUp(member.type.replace(/\[\]$/, ''), name, types)) {
            const length = depth < 3 ? below(3) : 0;
            value[member.name] = Array.from({ length }, () =>
                (chance(0.3) ? null : structOf(member.type.slice(0, -2), types, depth + 2)));
        } else {
            value[member.name] = valueOf(member.type, types, depth + 1);
        }
    }
    const entries = Object.entries(value);
    if (chance(0.2)) {
        entries.reverse();
    }
    if (chance(0.1)) {
        entries.push(['unnamedInTheType', 1]);
    }
    return Object.fromEntries(entries);
}

const domainTypes = { name: 'string', version: 'string', chainId: 'uint256', verifyingContract: 'address', salt: 'bytes32' };

function makeDomain() {
    const all = {
        name: pick(texts), version: '1', chainId: chance(0.5) ? below(1e9) : bigBelow(256).toString(),
        verifyingContract: address(), salt: hexOf(32),
    };
    return Object.fromEntries(Object.entries(all).filter(() => chance(0.6)));
}

function makeTypes(recursive) {
    const stems = ['Order', 'person', 'A', 'Zed', '_x', 'Item1', 'uintish', 'bytesInfo', 'Mail2', 'mail'];
    const names = stems.sort(() => random() - 0.5).slice(0, 1 + below(5));
    const types = {};
    names.forEach((name, i) => {
        const members = Array.from({ length: below(6) }, () => atomicType() + pick(suffixes));
        const children = names.filter((_, j) => j === i + 1 || (j > i && chance(0.3)));
        members.push(...children.map((child) => child + pick(suffixes)));
        if (recursive && chance(0.6)) {
            members.push(names[below(i + 1)] + pick(['', '[]']));
        }
        members.sort(() => random() - 0.5);
        types[name] = members.map((type, k) => ({ name: pick(['', '_', '$', 'ü']) + `m${k}`, type }));
    });
    return { types, primaryType: names[0] };
}

const hasNull = (value) => value === null
    || (typeof value === 'object' && Object.values(value).some(hasNull));

function answersFor(typedData, wholeTypes, forEthers) {
    const { domain, primaryType, message } = typedData;
    const sigUtil = { ...typedData, types: wholeTypes };
    const nulls = hasNull(message);
    const digest = agree('a digest',
        ethers.hexlify(TypedDataUtils.eip712Hash(sigUtil, 'V4')),
        nulls ? undefined : viem.hashTypedData(typedData),
        forEthers ? ethers.TypedDataEncoder.hash(domain, forEthers, message) : undefined);
    const domainHash = agree('a domain',
        ethers.hexlify(TypedDataUtils.eip712DomainHash(sigUtil, 'V4')),
        viem.hashDomain({ domain, types: wholeTypes }),
        ethers.TypedDataEncoder.hashDomain(domain));
    const structHash = primaryType === 'EIP712Domain' ? domainHash : agree('a struct',
        ethers.hexlify(TypedDataUtils.hashStruct(primaryType, message, wholeTypes, 'V4')),
        nulls ? undefined : viem.hashStruct({ data: message, primaryType, types: wholeTypes }),
        forEthers ? ethers.TypedDataEncoder.hashStruct(primaryType, forEthers, message) : undefined);
    return { primaryType, domainHash, structHash, digest };
}

function makeTypedData(n) {
    const recursive = n % 3 === 2;
    const { types, primaryType } = makeTypes(recursive);
    const domain = makeDomain();
    const declared = Object.keys(domainTypes).filter((name) => name in domain)
        .map((name) => ({ name, type: domainTypes[name] }));
    const message = structOf(primaryType, types, 0);
    const unused = n % 4 === 3 ? { Unused: [{ name: 'u', type: primaryType }, { name: 'v', type: 'Unused[]' }] } : {};
    const wholeTypes = { ...types, ...unused, EIP712Domain: declared };
    const typedData = {
        types: chance(0.7) ? wholeTypes : { ...types, ...unused },
        primaryType: n % 25 === 24 ? 'EIP712Domain' : primaryType, domain, message,
    };
    const forEthers = recursive || n % 4 === 3 || n % 25 === 24 ? undefined : types;
    return { text: JSON.stringify(typedData), ...answersFor(typedData, wholeTypes, forEthers) };
}

// What viem and ethers both refuse, ours must refuse too.
function makeRefused() {
    const cases = [
        ['uint8', 256], ['uint8', -1], ['int8', 128], ['int8', '-129'], ['uint256', (1n << 256n).toString()],
        ['uint8', 1.5], ['bytes4', '0x010203'], ['bytes4', '0x0102030405'], ['bytes', null], ['string', null],
        ['address', '0x00'], ['address', '0xCd2a3d9F938E13CD947Ec05AbC7FE734Df8DD826'], ['uint7', 1], ['bytes33', '0x'],
        ['Missing', {}], ['uint8[]', null], ['uint8', undefined], ['string', undefined], ['function', '0x'],
    ];
    return cases.map(([type, value]) => {
        const types = { T: [{ name: 'v', type }] };
        const message = { v: value };
        const name = `${type} ${JSON.stringify(value)}`;
        let hash;
        try {
            hash = viem.hashTypedData({ types, primaryType: 'T', domain: {}, message });
        } catch { /* as it should be */ }
        try {
            hash = ethers.TypedDataEncoder.hash({}, types, message);
        } catch { /* as it should be */ }
        if (hash) {
            throw new Error(`a library takes ${name}`);
        }
        return { name, text: JSON.stringify({ types, primaryType: 'T', domain: {}, message }) };
    });
}

// Transactions

const quantity = (value) => (chance(0.5) ? value.toString() : `0x${value.toString(16)}`);

function sign(key, hash) {
    const { r, s, yParity } = new ethers.SigningKey(key).sign(hash);
    return { r, s, yParity, v: BigInt(27 + yParity) };
}

function makeAuthorization(key) {
    const content = { chainId: pick([0, 1, 137]), address: address(), nonce: below(1e6) };
    const { r, s, yParity } = sign(key, hashAuthorization(content));
    return { ...content, r, s, yParity };
}

function makeTransaction(n) {
    const type = n % 5;
    const key = ethers.zeroPadValue(ethers.toBeHex((bigBelow(250) + 1n)), 32);
    const bits = () => pick([0, 8, 30, 64, 128, 200]);
    const chainId = type === 0 && chance(0.4) ? undefined : 1 + below(pick([2, 1000, 2 ** 40]));
    const creation = type < 3 && chance(0.2);
    const fields = {
        nonce: pick([0, below(200), below(2 ** 32), Number.MAX_SAFE_INTEGER]),
        to: creation ? null : address(),
        value: pick([0n, bigBelow(bits()), bigBelow(256)]),
        data: hexOf(creation ? 1 + below(60) : pick([0, 1, 4, 36, 55, 56, 255, 300])),
        gas: bigBelow(pick([0, 16, 30, 50])),
    };
    const fees = {};
    if (type < 2) {
        fees.gasPrice = bigBelow(bits());
    } else {
        fees.maxFeePerGas = bigBelow(bits());
        fees.maxPriorityFeePerGas = chance(0.2) ? fees.maxFeePerGas : bigBelow(bits()) % (fees.maxFeePerGas + 1n);
    }
    const accessList = type === 0 ? undefined : Array.from({ length: below(4) }, () =>
        ({ address: address(), storageKeys: Array.from({ length: below(4) }, () => hexOf(32)) }));
    const authorizationList = type === 4 ? Array.from({ length: 1 + below(3) }, () => makeAuthorization(key)) : undefined;
    const blobs = type === 3
        ? { maxFeePerBlobGas: 1n + bigBelow(bits()), blobVersionedHashes: Array.from({ length: 1 + below(3) }, () => '0x01' + hexOf(31).slice(2)) }
        : {};

    const forViem = {
        type: ['legacy', 'eip2930', 'eip1559', 'eip4844', 'eip7702'][type], chainId, ...fields, ...fees, ...blobs,
        ...(accessList && { accessList }), ...(authorizationList && { authorizationList }),
    };
    const { gas, ...rest } = fields;
    const forEthers = ethers.Transaction.from({
        type, ...(chainId && { chainId }), ...rest, gasLimit: gas, ...fees, ...blobs,
        ...(accessList && { accessList }),
        ...(authorizationList && {
            authorizationList: authorizationList.map(({ r, s, yParity, ...content }) => ({ ...content, signature: { r, s, yParity } })),
        }),
    });
    const unsigned = agree('an unsigned transaction', viem.serializeTransaction(forViem), forEthers.unsignedSerialized);
    const signingHash = agree('a signing hash', viem.keccak256(unsigned), forEthers.unsignedHash);
    const signature = sign(key, signingHash);
    forEthers.signature = signature;
    const signed = agree('a signed transaction', viem.serializeTransaction(forViem, signature), forEthers.serialized);
    const json = {
        type, ...(chainId && { chainId: String(chainId) }), nonce: String(fields.nonce), to: fields.to,
        value: fields.value.toString(), data: fields.data, gasLimit: gas.toString(),
        ...Object.fromEntries(['gasPrice', 'maxFeePerGas', 'maxPriorityFeePerGas'].filter((name) => name in fees)
            .map((name) => [name, fees[name].toString()])),
        ...(type === 3 && { maxFeePerBlobGas: blobs.maxFeePerBlobGas.toString(), blobVersionedHashes: blobs.blobVersionedHashes }),
        ...(accessList && { accessList }),
        ...(authorizationList && {
            authorizationList: authorizationList.map((a) => ({ chainId: String(a.chainId), address: a.address, nonce: String(a.nonce) })),
        }),
        signingHash, signed: true, from: ethers.computeAddress(key), hash: forEthers.hash,
    };
    const request = type === 3 || !chainId ? null : {
        chainId: quantity(BigInt(chainId)), type, ...(fields.to && { to: fields.to }), value: quantity(fields.value), data: fields.data,
        nonce: fields.nonce, gasLimit: quantity(gas),
        ...Object.fromEntries(Object.entries(fees).map(([name, value]) => [name, quantity(value)])),
        ...(accessList && { accessList }), ...(authorizationList && { authorizationList }),
    };
    return { request, unsigned, signed, json };
}

// Arguments of calls. A type is {base, components, lengths}: its arrays from the inside to the outside, null for any
// length.

const identifiers = ['', 'to', '_amount', '$', 'a1', 'calldataHash', 'tupleOf'];
const modifiers = ['', '', ' calldata', ' memory'];

function makeType(depth) {
    const lengths = Array.from({ length: depth < 3 ? pick([0, 0, 0, 1, 1, 2]) : 0 }, () => (chance(0.5) ? null : 1 + below(3)));
    if (depth < 3 && chance(0.3)) {
        const components = Array.from({ length: 1 + below(4) }, () => makeType(depth + 1));
        return { base: 'tuple', components, lengths };
    }
    return { base: atomicType(), lengths };
}

const arraysOf = (type) => type.lengths.map((length) => `[${length ?? ''}]`).join('');
const forViem = (type) => ({ type: type.base + arraysOf(type), ...(type.components && { components: type.components.map(forViem) }) });
const canonical = (type) => (type.components ? `(${type.components.map(canonical)})` : type.base) + arraysOf(type);

const sizeOf = (type) => 1 + (type.components ?? []).reduce((sum, component) => sum + sizeOf(component), 0);
const nestingOf = (type) => type.lengths.length + (type.components ? 1 + Math.max(...type.components.map(nestingOf)) : 0);

/** Within the limits of ours. */
function makeArgumentTypes() {
    for (;;) {
        const types = Array.from({ length: 1 + below(5) }, () => makeType(0));
        if (types.every((type) => nestingOf(type) <= 8) && types.map(sizeOf).reduce((a, b) => a + b) <= 64) return types;
    }
}

/** As people write it. */
function written(type) {
    const base = type.components ? `${pick(['', 'tuple'])}(${type.components.map(written).join(pick([',', ', ']))})` : type.base.replace(/^(u?int)256$/, chance(0.5) ? '$1' : '$1256');
    const name = pick(identifiers);
    return base + arraysOf(type) + pick(modifiers) + (name && ` ${name}`);
}

function argumentOf(type, lengths = type.lengths) {
    if (lengths.length > 0) {
        const length = lengths.at(-1) ?? below(4);
        return Array.from({ length }, () => argumentOf(type, lengths.slice(0, -1)));
    }
    if (type.components) return type.components.map((component) => argumentOf(component));
    if (type.base === 'string') return pick(texts);
    if (type.base === 'bytes') return hexOf(below(70));
    if (type.base === 'bool') return chance(0.5);
    if (type.base === 'address') return address();
    return type.base.startsWith('bytes') ? hexOf(Number(type.base.slice(5))) : BigInt(integer(type.base));
}

/** Integers as decimal text, whatever the library makes of them. */
function shown(type, value, lengths = type.lengths) {
    if (lengths.length > 0) return Array.from(value, (item) => shown(type, item, lengths.slice(0, -1)));
    if (type.components) return type.components.map((component, i) => shown(component, value[i]));
    return typeof value === 'bigint' || typeof value === 'number' ? value.toString() : value;
}

function readOrNull(types, read) {
    try {
        const values = read();
        return types.map((type, i) => shown(type, values[i]));
    } catch {
        return null;
    }
}

function changedByte(data) {
    const bytes = ethers.getBytes(data);
    const place = below(bytes.length);
    bytes[chance(0.5) ? place : place | 31] ^= 1 + below(255);
    return ethers.hexlify(bytes);
}

function makeCall() {
    const types = makeArgumentTypes();
    const values = types.map((type) => argumentOf(type));
    const signature = `f(${types.map(canonical)})`;
    const data = agree(`arguments of ${signature}`, viem.encodeAbiParameters(types.map(forViem), values),
        ethers.AbiCoder.defaultAbiCoder().encode(types.map(canonical), values));
    const readAll = (bytes) => [
        readOrNull(types, () => viem.decodeAbiParameters(types.map(forViem), bytes)),
        readOrNull(types, () => ethers.AbiCoder.defaultAbiCoder().decode(types.map(canonical), bytes)),
    ];
    const wanted = types.map((type, i) => shown(type, values[i]));
    agree(`values of ${signature}`, JSON.stringify(wanted), ...readAll(data).map((read) => JSON.stringify(read)));
    const changed = changedByte(data);
    return {
        function: `${pick(['', 'function '])}f(${types.map(written).join(pick([',', ', ']))})`, signature,
        selector: agree('a selector', viem.toFunctionSelector(signature), ethers.id(signature).slice(0, 10)),
        data, values: wanted, changed, changedValues: readAll(changed),
    };
}

const many = (make) => Array.from({ length: count }, (_, n) => make(n));
const answer = process.argv[4] === 'abi'
    ? { calls: many(makeCall) }
    : { messages: many(makeMessage), typedData: many(makeTypedData), refused: makeRefused(), transactions: many(makeTransaction) };
process.stdout.write(JSON.stringify(answer));
