// What bench_ingest is held against: the same work as a Node back end would do it, with node:crypto and SQLite,
// the private keys' work spread over all cores by worker threads. usage: node ingest.mjs KEY.der INPUT.json DB

import {createCipheriv, createDecipheriv, createHash, createHmac, createPrivateKey, constants, privateDecrypt, randomBytes,
    timingSafeEqual} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {isMainThread, parentPort, Worker, workerData} from 'node:worker_threads';

const chunk = 64;

function open(key, envelope) {
    const contentKey = privateDecrypt({key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256'},
        Buffer.from(envelope.ek, 'base64url'));
    const decipher = createDecipheriv('aes-256-gcm', contentKey, Buffer.from(envelope.iv, 'base64url'));
    decipher.setAuthTag(Buffer.from(envelope.tag, 'base64url'));
    return Buffer.concat([decipher.update(Buffer.from(envelope.ct, 'base64url')), decipher.final()]);
}

function seal(vaultKey, plaintext, cell) {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('chacha20-poly1305', vaultKey, nonce, {authTagLength: 16});
    cipher.setAAD(Buffer.from(cell), {plaintextLength: plaintext.length});
    return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function take(key, vaultKey, secret, {body, signature}) {
    const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
    const given = Buffer.from(signature);
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) {
        throw new Error('signature');
    }
    const event = JSON.parse(body);
    const share = open(key, event.data.encryptedDelegatedShare);
    if (typeof JSON.parse(share).secretShare !== 'string') {
        throw new Error('share');
    }
    return {
        eventId: event.eventId,
        walletId: event.data.walletId,
        address: event.data.publicKey,
        body,
        hash: createHash('sha256').update(body).digest(),
        share: seal(vaultKey, share, `delegation/${event.eventId}/share`),
        walletApiKey: seal(vaultKey, open(key, event.data.encryptedWalletApiKey), `delegation/${event.eventId}/key`),
    };
}

async function openDatabase(file) {
    try {
        const {default: Database} = await import('better-sqlite3');
        return new Database(file);
    } catch {
        const {DatabaseSync} = await import('node:sqlite');
        return new DatabaseSync(file);
    }
}

async function main() {
    const [keyFile, inputFile, databaseFile] = process.argv.slice(2);
    let database;
    try {
        database = await openDatabase(databaseFile);
    } catch {
        console.error('no SQLite for Node here: run "npm ci" in tests/bench');
        process.exit(2);
    }
    database.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;
        CREATE TABLE delivery (id INTEGER PRIMARY KEY, body BLOB, hash BLOB, event_id TEXT UNIQUE);
        CREATE TABLE delegation (event_id TEXT PRIMARY KEY, share BLOB, wallet_api_key BLOB);
        CREATE TABLE wallet (wallet_id TEXT PRIMARY KEY, address TEXT, event_id TEXT);
        CREATE TABLE audit (seq INTEGER PRIMARY KEY, hash BLOB)`);
    const statements = [
        database.prepare('INSERT INTO delivery (body, hash, event_id) VALUES (?, ?, ?)'),
        database.prepare('INSERT INTO delegation VALUES (?, ?, ?)'),
        database.prepare('INSERT INTO wallet VALUES (?, ?, ?)'),
        database.prepare('INSERT INTO audit (hash) VALUES (?)'),
    ];
    const {secret, entries} = JSON.parse(readFileSync(inputFile, 'utf8'));
    const vaultKey = randomBytes(32);
    const workers = Array.from({length: availableParallelism()}, () => new Worker(new URL(import.meta.url),
        {workerData: {der: readFileSync(keyFile), vaultKey, secret}}));
    await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))));

    const started = process.hrtime.bigint();
    let next = 0;
    let ready = [];
    let previous = Buffer.alloc(32);
    const commit = () => {
        database.exec('BEGIN IMMEDIATE');
        const chain = createHash('sha256').update(previous);
        for (const row of ready) {
            statements[0].run(Buffer.from(row.body), row.hash, row.eventId);
            statements[1].run(row.eventId, row.share, row.walletApiKey);
            statements[2].run(row.walletId, row.address, row.eventId);
            chain.update(row.hash);
        }
        previous = chain.digest();
        statements[3].run(previous);
        database.exec('COMMIT');
        ready = [];
    };
    await Promise.all(workers.map((worker) => new Promise((resolve) => {
        const feed = () => {
            if (next >= entries.length) {
                resolve();
                return;
            }
            const batch = entries.slice(next, next + 8);
            next += batch.length;
            worker.postMessage(batch);
        };
        worker.on('message', (rows) => {
            feed();
            ready.push(...rows);
            if (ready.length >= chunk) {
                commit();
            }
        });
        feed();
    })));
    commit();
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    console.log(`${Math.round(entries.length / seconds)}/s`);
    await Promise.all(workers.map((worker) => worker.terminate()));
}

if (isMainThread) {
    await main();
} else {
    const key = createPrivateKey({key: Buffer.from(workerData.der), format: 'der', type: 'pkcs8'});
    const vaultKey = Buffer.from(workerData.vaultKey);
    parentPort.on('message', (batch) => {
        parentPort.postMessage(batch.map((entry) => take(key, vaultKey, workerData.secret, entry)));
    });
    parentPort.postMessage('ready');
}
