// The other side of the envelope, by Node's WebCrypto and node:crypto alone: what Dynamic's browser code does
// (protocol reference §2.1), and what an attacker or a careless sender would do.
//
//   node envelopes.mjs make   < {"keys": [{"name", "publicKeyPem"}]}
//        -> {"good": [{"name", "key", "plaintextBase64", "envelope"}], "hostile": [{"name", "key", "envelope"}]}
//   node envelopes.mjs open   < {"privateKeyPem", "envelopes": [envelope]}
//        -> {"plaintextsBase64": [text or null]}

import { webcrypto, createHash, publicEncrypt, createPublicKey, createPrivateKey, constants, randomBytes } from 'node:crypto';
import { Buffer } from 'node:buffer';

const { subtle } = webcrypto;

const plaintexts = {
    'share': '{"pubkey":{},"secretShare":"00ff"}',
    'unicode': '{"secretShare":"Schlüssel 鍵 🔑 \\u0000"}',
    'empty': '',
    'bytes': Buffer.from([0, 1, 2, 0xff, 0xfe, 0x0a, 0x0d, 0]),
    'longest': 'x'.repeat(3072),
};

const encodings = {
    'base64url': (bytes) => Buffer.from(bytes).toString('base64url'),
    'padded base64url': (bytes) => Buffer.from(bytes).toString('base64').replaceAll('+', '-').replaceAll('/', '_'),
    'base64': (bytes) => Buffer.from(bytes).toString('base64'),
    'unpadded base64': (bytes) => Buffer.from(bytes).toString('base64').replace(/=+$/, ''),
};

function spkiOf(pem) {
    return createPublicKey(pem).export({ type: 'spki', format: 'der' });
}

async function wrap(pem, contentKey, hash = 'SHA-256') {
    const key = await subtle.importKey('spki', spkiOf(pem), { name: 'RSA-OAEP', hash }, false, ['encrypt']);
    return Buffer.from(await subtle.encrypt({ name: 'RSA-OAEP' }, key, contentKey));
}

async function parts(pem, plaintext, { ivLength = 16, keyLength = 32, tagBits = 128, additionalData } = {}) {
    const contentKey = randomBytes(keyLength);
    const iv = randomBytes(ivLength);
    const key = await subtle.importKey('raw', contentKey, 'AES-GCM', false, ['encrypt']);
    const algorithm = { name: 'AES-GCM', iv, tagLength: tagBits };
    if (additionalData) {
        algorithm.additionalData = additionalData;
    }
    const sealed = Buffer.from(await subtle.encrypt(algorithm, key, Buffer.from(plaintext)));
    const split = sealed.length - tagBits / 8;
    return { contentKey, iv, ct: sealed.subarray(0, split), tag: sealed.subarray(split), ek: await wrap(pem, contentKey) };
}

function envelopeOf({ iv, ct, tag, ek }, { encode = encodings.base64url, alg = 'HYBRID-RSA-AES-256', kid } = {}) {
    const envelope = { alg, iv: encode(iv), ct: encode(ct), tag: encode(tag), ek: encode(ek) };
    if (kid !== undefined) {
        envelope.kid = kid;
    }
    return envelope;
}

async function makeGood({ name: key, publicKeyPem }) {
    const cases = [];
    for (const [text, plaintext] of Object.entries(plaintexts)) {
        for (const ivLength of [12, 16]) {
            for (const [encoding, encode] of Object.entries(encodings)) {
                // Every label and kid comes up with every IV and encoding, without the whole product.
                const n = cases.length;
                const alg = n % 2 === 0 ? 'HYBRID-RSA-AES-256' : 'RSA-OAEP';
                const kid = [undefined, 'dynamic_rsa_12345678', null][n % 3];
                cases.push({
                    name: `${key}, ${text}, iv ${ivLength}, ${encoding}, ${alg}, kid ${kid}`,
                    key,
                    plaintextBase64: Buffer.from(plaintext).toString('base64'),
                    envelope: envelopeOf(await parts(publicKeyPem, plaintext, { ivLength }), { encode, alg, kid }),
                });
            }
        }
    }
    // Shows that the hand-made OAEP is right, so that what it does with SHA-1 fails for the digest alone.
    const byHand = await parts(publicKeyPem, plaintexts.share);
    byHand.ek = oaepByHand(publicKeyPem, byHand.contentKey, 'sha256');
    cases.push({
        name: `${key}, OAEP by hand`,
        key,
        plaintextBase64: Buffer.from(plaintexts.share).toString('base64'),
        envelope: envelopeOf(byHand),
    });
    return cases;
}

function flipped(bytes, bit) {
    const copy = Buffer.from(bytes);
    copy[bit >> 3] ^= 1 << (bit & 7);
    return copy;
}

async function makeHostile({ name: key, publicKeyPem }, otherPem) {
    const good = () => parts(publicKeyPem, plaintexts.share);
    const variants = {
        'MGF1 with SHA-1': async (p) => ({ ...p, ek: oaepByHand(publicKeyPem, p.contentKey, 'sha1') }),
        'OAEP and MGF1 with SHA-1': async (p) => ({ ...p, ek: await wrap(publicKeyPem, p.contentKey, 'SHA-1') }),
        'OAEP and MGF1 with SHA-512': async (p) => ({ ...p, ek: await wrap(publicKeyPem, p.contentKey, 'SHA-512') }),
        'PKCS#1 v1.5 key wrap': async (p) =>
            ({ ...p, ek: publicEncrypt({ key: publicKeyPem, padding: constants.RSA_PKCS1_PADDING }, p.contentKey) }),
        'raw RSA': async (p) => ({ ...p, ek: rawRsa(publicKeyPem, p.contentKey) }),
        'OAEP label': async (p) =>
            ({ ...p, ek: publicEncrypt({ key: publicKeyPem, oaepHash: 'sha256', oaepLabel: Buffer.from('x') }, p.contentKey) }),
        'content key of 16 bytes': () => parts(publicKeyPem, plaintexts.share, { keyLength: 16 }),
        'content key of 24 bytes': () => parts(publicKeyPem, plaintexts.share, { keyLength: 24 }),
        'empty content key': async (p) => ({ ...p, ek: await wrap(publicKeyPem, Buffer.alloc(0)) }),
        'content key of 33 bytes': async (p) =>
            ({ ...p, ek: await wrap(publicKeyPem, Buffer.concat([p.contentKey, Buffer.alloc(1)])) }),
        'another content key': async (p) => ({ ...p, ek: await wrap(publicKeyPem, randomBytes(32)) }),
        'associated data': () => parts(publicKeyPem, plaintexts.share, { additionalData: Buffer.from('x') }),
        'tag of 12 bytes': () => parts(publicKeyPem, plaintexts.share, { tagBits: 96 }),
        'tag cut to 4 bytes': async (p) => ({ ...p, tag: p.tag.subarray(0, 4) }),
        'tag left in the ciphertext': async (p) => ({ ...p, ct: Buffer.concat([p.ct, p.tag]) }),
        'iv and tag swapped': async (p) => ({ ...p, iv: p.tag, tag: p.iv }),
        'ct and tag swapped': async (p) => ({ ...p, ct: p.tag, tag: p.ct.subarray(0, 16) }),
        'iv cut to 12 bytes': async (p) => ({ ...p, iv: p.iv.subarray(0, 12) }),
        'iv of 13 bytes': () => parts(publicKeyPem, plaintexts.share, { ivLength: 13 }),
        'ct cut': async (p) => ({ ...p, ct: p.ct.subarray(0, -1) }),
        'ct emptied': async (p) => ({ ...p, ct: Buffer.alloc(0) }),
        'ct extended': async (p) => ({ ...p, ct: Buffer.concat([p.ct, Buffer.alloc(1)]) }),
        'ek of another key': async (p) => ({ ...p, ek: await wrap(otherPem, p.contentKey) }),
        'ek short': async (p) => ({ ...p, ek: p.ek.subarray(1) }),
        'ek long': async (p) => ({ ...p, ek: Buffer.concat([Buffer.alloc(1), p.ek]) }),
        'ek all ones': async (p) => ({ ...p, ek: Buffer.alloc(p.ek.length, 0xff) }),
        'ek zero': async (p) => ({ ...p, ek: Buffer.alloc(p.ek.length) }),
        'ek random': async (p) => ({ ...p, ek: Buffer.concat([Buffer.alloc(1), randomBytes(p.ek.length - 1)]) }),
        'ek of another envelope': async (p) => ({ ...p, ek: (await good()).ek }),
    };
    for (const field of ['iv', 'ct', 'tag', 'ek']) {
        for (const bit of [0, 37, 127]) {
            variants[`bit ${bit} of ${field}`] = async (p) => ({ ...p, [field]: flipped(p[field], bit) });
        }
    }
    const cases = [];
    for (const [name, change] of Object.entries(variants)) {
        cases.push({ name: `${key}, ${name}`, key, envelope: envelopeOf(await change(await good())) });
    }
    cases.push({
        name: `${key}, alg of the key list`, key,
        envelope: envelopeOf(await good(), { alg: 'RSA-OAEP-256' }),
    });
    return cases;
}

function rawRsa(pem, contentKey) {
    const size = createPublicKey(pem).asymmetricKeyDetails.modulusLength / 8;
    const padded = Buffer.concat([Buffer.alloc(size - contentKey.length), contentKey]);
    return publicEncrypt({ key: pem, padding: constants.RSA_NO_PADDING }, padded);
}

// EME-OAEP (RFC 8017 §7.1.1) with SHA-256 written out, because no API of Node mixes it with MGF1-SHA-1.
function oaepByHand(pem, message, mgfHash) {
    const size = createPublicKey(pem).asymmetricKeyDetails.modulusLength / 8;
    const labelHash = digest('sha256', Buffer.alloc(0));
    const padding = Buffer.alloc(size - message.length - 2 * labelHash.length - 2);
    const block = Buffer.concat([labelHash, padding, Buffer.from([1]), message]);
    const seed = randomBytes(labelHash.length);
    const maskedBlock = xor(block, mgf1(mgfHash, seed, block.length));
    const maskedSeed = xor(seed, mgf1(mgfHash, maskedBlock, seed.length));
    return publicEncrypt({ key: pem, padding: constants.RSA_NO_PADDING },
        Buffer.concat([Buffer.alloc(1), maskedSeed, maskedBlock]));
}

function digest(name, bytes) {
    return createHash(name).update(bytes).digest();
}

function mgf1(name, seed, length) {
    const blocks = [];
    for (let counter = 0, size = 0; size < length; ++counter) {
        const index = Buffer.alloc(4);
        index.writeUInt32BE(counter);
        blocks.push(digest(name, Buffer.concat([seed, index])));
        size += blocks.at(-1).length;
    }
    return Buffer.concat(blocks).subarray(0, length);
}

function xor(a, b) {
    return Buffer.from(a.map((byte, i) => byte ^ b[i]));
}

async function openOne(privateKey, { iv, ct, tag, ek }) {
    const decode = (text) => Buffer.from(text, 'base64url');
    try {
        const contentKey = await subtle.decrypt({ name: 'RSA-OAEP' }, privateKey, decode(ek));
        const key = await subtle.importKey('raw', contentKey, 'AES-GCM', false, ['decrypt']);
        const sealed = Buffer.concat([decode(ct), decode(tag)]);
        const plaintext = await subtle.decrypt({ name: 'AES-GCM', iv: decode(iv), tagLength: 128 }, key, sealed);
        return Buffer.from(plaintext).toString('base64');
    } catch {
        return null;
    }
}

async function make({ keys }) {
    const good = [];
    const hostile = [];
    for (const key of keys) {
        const other = keys.find((candidate) => candidate.name !== key.name);
        good.push(...await makeGood(key));
        hostile.push(...await makeHostile(key, other.publicKeyPem));
    }
    return { good, hostile };
}

async function open({ privateKeyPem, envelopes }) {
    const der = createPrivateKey(privateKeyPem).export({ type: 'pkcs8', format: 'der' });
    const key = await subtle.importKey('pkcs8', der, { name: 'RSA-OAEP', hash: 'SHA-256' }, false, ['decrypt']);
    return { plaintextsBase64: await Promise.all(envelopes.map((envelope) => openOne(key, envelope))) };
}

const chunks = [];
for await (const chunk of process.stdin) {
    chunks.push(chunk);
}
const request = JSON.parse(Buffer.concat(chunks).toString('utf8'));
const answer = process.argv[2] === 'make' ? await make(request) : await open(request);
process.stdout.write(JSON.stringify(answer));
