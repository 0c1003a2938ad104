// The enclave's side of forward MPC, by the official packages' own codecs and cryptography. It SIMULATES: it holds whole
// keys where the real one runs rounds with Dynamic's server, and attests under a root of the test's own.
//
//   node enclave.mjs   one line of JSON on standard input:
//     {"now": ms, "bundle": [DER in Base64, root first], "certificate": DER in Base64, "certificateKeyPem",
//      "pcr8": hex, "ecdsaKey": hex, "ed25519Seed": hex}
//   Standard output, one line of JSON each: {"port"}, then per request that was opened
//     {"shareDocument": text, "handshakeIsOfficial", "requestIsOfficial", "request": {…}}
//   The path of the address names the fault: ws://127.0.0.1:PORT/FAULT; /none does everything right.

import {
    messageRegistry, HandshakeV1RequestMessage, HandshakeV1ResponseMessage, SignMessageV1RequestMessage,
    SignMessageV1ResponseMessage, ConnectionAckV1RequestMessage, encapsulateMlKem768, decryptPayload, deriveAESKey,
    createKeyDerivationInfo, EncryptionPurpose, toDynamicSigningAlgorithm,
} from '@dynamic-labs-wallet/forward-mpc-shared';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { WebSocketServer } from 'ws';
import { createDecipheriv, createHash, createPrivateKey, sign as signBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Buffer } from 'node:buffer';

const connectionId = 'peer-connection-1';
const curveOrder = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

// --- CBOR, as much of it as a document needs -----------------------------------------------------------------------

function head(major, value) {
    if (value < 24) {
        return Buffer.from([(major << 5) | value]);
    }
    if (value < 0x100) {
        return Buffer.from([(major << 5) | 24, value]);
    }
    if (value < 0x10000) {
        return Buffer.from([(major << 5) | 25, value >> 8, value & 0xff]);
    }
    const eight = Buffer.alloc(9);
    eight[0] = (major << 5) | 27;
    eight.writeBigUInt64BE(BigInt(value), 1);
    return eight;
}

const bytes = (value) => Buffer.concat([head(2, value.length), value]);
const text = (value) => Buffer.concat([head(3, value.length), Buffer.from(value, 'latin1')]);
const list = (items) => Buffer.concat([head(4, items.length), ...items]);
const map = (pairs) => Buffer.concat([head(5, pairs.length), ...pairs.flat()]);
const nothing = Buffer.from([0xf6]);

function attestation(setup, ciphertext, nonce, fault) {
    const pcrs = [];
    for (let index = 0; index < 16; ++index) {
        const value = index === 8 ? Buffer.from(setup.pcr8, 'hex') : Buffer.alloc(48, index <= 4 ? 0xa0 + index : 0);
        pcrs.push([head(0, index), bytes(value)]);
    }
    const payload = map([
        [text('module_id'), text('i-0123456789abcdef0-enc0123456789abcdef')],
        [text('digest'), text('SHA384')],
        [text('timestamp'), head(0, setup.now)],
        [text('pcrs'), map(pcrs)],
        [text('certificate'), bytes(Buffer.from(setup.certificate, 'base64'))],
        [text('cabundle'), list(setup.bundle.map((der) => bytes(Buffer.from(der, 'base64'))))],
        [text('public_key'), nothing],
        [text('user_data'), bytes(Buffer.from(createHash('sha256').update(ciphertext).digest('hex')))],
        [text('nonce'), bytes(Buffer.from(Buffer.from(nonce).toString('base64')))],
    ]);
    const protectedHeader = Buffer.from([0xa1, 0x01, 0x38, 0x22]);
    const toBeSigned = list([text('Signature1'), bytes(protectedHeader), bytes(Buffer.alloc(0)), bytes(payload)]);
    const key = { key: createPrivateKey(setup.certificateKeyPem), dsaEncoding: 'ieee-p1363' };
    const signature = signBytes('sha384', toBeSigned, key);
    const message = list([bytes(protectedHeader), map([]), bytes(payload), bytes(signature)]);
    return fault === 'cose-tag' ? Buffer.concat([Buffer.from([0xd2]), message]) : message;
}

// --- Signing ---------------------------------------------------------------------------------------------------------

function der(r, s) {
    const integer = (value) => {
        let digits = Buffer.from(value);
        while (digits.length > 1 && digits[0] === 0 && digits[1] < 0x80) {
            digits = digits.subarray(1);
        }
        const padded = digits[0] >= 0x80 ? Buffer.concat([Buffer.from([0]), digits]) : digits;
        return Buffer.concat([Buffer.from([2, padded.length]), padded]);
    };
    const body = Buffer.concat([integer(r), integer(s)]);
    return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

function signEcdsa(key, digest, fault) {
    const signed = Buffer.from(secp256k1.sign(digest, key, { prehash: false, format: 'recovered' }));
    let parity = signed[0];
    const r = signed.subarray(1, 33);
    let s = signed.subarray(33, 65);
    if (fault === 'high-s') {
        s = Buffer.from((curveOrder - BigInt(`0x${s.toString('hex')}`)).toString(16).padStart(64, '0'), 'hex');
        parity ^= 1;
    }
    return Buffer.concat([r, s, Buffer.from([27 + parity]), der(r, s)]);
}

function signatureOf(setup, request, fault) {
    if (request.signingAlgo === 'ed25519') {
        return Buffer.from(ed25519.sign(request.message, Buffer.from(setup.ed25519Seed, 'hex')));
    }
    if (request.hashAlgo !== undefined || request.message.length !== 32) {
        throw new Error('without hashAlgo the message must be the 32-byte digest');
    }
    return signEcdsa(Buffer.from(setup.ecdsaKey, 'hex'), request.message, fault);
}

// --- The protocol ------------------------------------------------------------------------------------------------------

/// Decodes by the official registry, or throws.
function decoded(frame) {
    const result = messageRegistry.decode(frame);
    if (result._tag === 'Left') {
        throw new Error(result.left);
    }
    return result.right.getData();
}

/// The bytes that the official client would have put on the wire for the same content.
function officialText(Message, data, requestId) {
    return JSON.stringify({ ...new Message(data).encode(), requestId });
}

function openShare(request, sharedSecret) {
    const { salt, encryptedPayload } = request.keyshare;
    // The official way, which parses; and by hand, because the very bytes are of interest.
    decryptPayload({ encrypted: request.keyshare, sharedSecret, connectionId, purpose: EncryptionPurpose.KEYSHARE });
    const key = deriveAESKey(sharedSecret, salt, createKeyDerivationInfo(EncryptionPurpose.KEYSHARE, connectionId));
    const decipher = createDecipheriv('aes-256-gcm', key, encryptedPayload.slice(0, 12));
    decipher.setAuthTag(encryptedPayload.slice(-16));
    return Buffer.concat([decipher.update(encryptedPayload.slice(12, -16)), decipher.final()]).toString('utf8');
}

class Session {
    constructor(peer, setup, fault) {
        this.peer = peer;
        this.setup = setup;
        this.fault = fault;
        peer.on('message', (data) => this.onMessage(data.toString('utf8')));
    }

    send(frame) {
        if (this.fault === 'non-json') {
            this.peer.send('hello');
        }
        if (this.fault === 'foreign-id-first') {
            this.peer.send(JSON.stringify({ ...frame, requestId: 'req_ffffffffffffffff' }));
        }
        const json = JSON.stringify(frame);
        this.peer.send(this.fault === 'binary' ? Buffer.from(json) : json);
    }

    onMessage(received) {
        const frame = JSON.parse(received);
        const { requestId } = frame;
        if (frame.type === 'handshake') {
            this.shakeHands(decoded(frame), received, requestId);
            return;
        }
        try {
            this.sign(decoded(frame), received, requestId);
        } catch (error) {
            this.answerSign({ error: { type: 'HANDLER_ERROR', message: error.message, details: undefined } }, requestId);
        }
    }

    shakeHands(request, received, requestId) {
        this.handshakeIsOfficial = officialText(HandshakeV1RequestMessage, request, requestId) === received;
        const { cipherText, sharedSecret } = encapsulateMlKem768(request.challenge);
        this.sharedSecret = sharedSecret;
        const response = {
            encapsulatedSharedSecret: Buffer.from(cipherText).toString('hex'),
            attestationDoc: attestation(this.setup, cipherText, request.nonce, this.fault).toString('base64'),
            connectionId,
        };
        switch (this.fault) {
            case 'no-document': delete response.attestationDoc; break;
            case 'no-connection': response.connectionId = ''; break;
            case 'short-ciphertext': response.encapsulatedSharedSecret = '00'.repeat(1087); break;
            case 'other-ciphertext':
                response.encapsulatedSharedSecret = Buffer.from(encapsulateMlKem768(request.challenge).cipherText).toString('hex');
                break;
            case 'error-on-handshake': this.send({ type: 'error', message: 'no capacity', requestId }); return;
            case 'silent-on-handshake': return;
            case 'acknowledges':
                this.send(new ConnectionAckV1RequestMessage({ connectionId }).encode());
                break;
            default:
        }
        this.send({ ...new HandshakeV1ResponseMessage(response).encode(), requestId });
    }

    sign(request, received, requestId) {
        const shareDocument = openShare(request, this.sharedSecret);
        const official = officialText(SignMessageV1RequestMessage,
            { ...request, signingAlgo: toDynamicSigningAlgorithm(request.signingAlgo) }, requestId);
        console.log(JSON.stringify({
            shareDocument,
            handshakeIsOfficial: this.handshakeIsOfficial,
            requestIsOfficial: official === received,
            request: JSON.parse(received),
        }));
        const signature = signatureOf(this.setup, request, this.fault);
        switch (this.fault) {
            case 'error-on-sign': this.send({ type: 'error', message: 'no room', requestId }); return;
            case 'sign-error':
                this.answerSign({ error: { type: 'HANDLER_ERROR', message: 'the room is gone', details: undefined } }, requestId);
                return;
            case 'neither': this.answerSign({}, requestId); return;
            case 'cut': this.peer.terminate(); return;
            case 'silent-on-sign': return;
            case 'foreign-id': this.answerSign({ signature }, 'req_ffffffffffffffff'); return;
            case 'short-signature': this.answerSign({ signature: signature.subarray(0, 40) }, requestId); return;
            case 'wrong-signature': {
                signature[5] ^= 1;
                this.answerSign({ signature }, requestId);
                return;
            }
            case 'prefixed': this.answerSign({ signature: `0x${signature.toString('hex')}` }, requestId, true); return;
            default: this.answerSign({ signature }, requestId);
        }
    }

    answerSign(response, requestId, asIs = false) {
        const frame = asIs ? { type: 'signMessage_response', version: 1, ...response }
            : new SignMessageV1ResponseMessage(response).encode();
        this.send({ ...frame, requestId });
    }
}

const [line] = await new Promise((resolve) => {
    createInterface({ input: process.stdin }).once('line', (first) => resolve([first]));
});
const setup = JSON.parse(line);
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
server.on('connection', (peer, request) => new Session(peer, setup, request.url.slice(1)));
server.on('listening', () => console.log(JSON.stringify({ port: server.address().port })));
// The parent's end is this program's end.
process.stdin.on('end', () => process.exit(0));
