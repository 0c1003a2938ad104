// Another reader and maker of Solana's version 1 transactions (SIMD-0385) and off-chain messages (SRFC 3): @solana/kit.
//
//   node solana-v1.mjs make  < {"seed": number, "count": number}
//        -> {"cases": [{"name", "transactionBase64", "messageBase64", "view", "keyPairs"}]}
//   node solana-v1.mjs judge < {"transactions": [{"name", "base64"}]}
//        -> {"verdicts": [{"name", "view", "rewrittenBase64", "verified"}]}
//   node solana-v1.mjs makeOffchain  < {"seed", "count"}  -> {"cases": [{"name", "base64", "view"}]}
//   node solana-v1.mjs judgeOffchain < {"messages": [base64]}  -> {"verdicts": [{"view", "rewrittenBase64"}]}
//
// view of a transaction: {"version", "header", "keys", "blockhash", "config", "instructions", "signed"}, all that both
// readers must agree on; quantities are decimal texts, null is what is not configured. keyPairs: address and seed of each
// signer, made for the occasion. view of an off-chain message: {"version", "applicationDomain"?, "format"?, "signers", "text"}.

import { Buffer } from 'node:buffer';
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import {
    AccountRole,
    appendTransactionMessageInstructions,
    compileTransaction,
    createTransactionMessage,
    getAddressDecoder,
    getAddressEncoder,
    getCompiledTransactionMessageDecoder,
    getCompiledTransactionMessageEncoder,
    getOffchainMessageDecoder,
    getOffchainMessageEncoder,
    getTransactionDecoder,
    getTransactionEncoder,
    pipe,
    setTransactionMessageConfig,
    setTransactionMessageFeePayer,
    setTransactionMessageLifetimeUsingBlockhash,
} from '@solana/kit';
import { dice } from './dice.mjs';

const base64 = (bytes) => Buffer.from(bytes).toString('base64');
const addressOf = (bytes) => getAddressDecoder().decode(bytes);
const system = '11111111111111111111111111111111';

function keyPair(number) {
    const seed = Buffer.alloc(32);
    seed.writeUInt32LE(number + 1);
    const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const publicBytes = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
    return { key, seed, address: addressOf(publicBytes) };
}

// The values come without names, in the order of the mask's bits.
function configOf({ configMask, configValues }) {
    const config = {};
    const values = [...configValues];
    for (const [name, mask] of [['priorityFeeLamports', 3], ['computeUnitLimit', 4], ['loadedAccountsDataSizeLimit', 8],
        ['heapSize', 16]]) {
        config[name] = (configMask & mask) === 0 ? null : values.shift().value.toString();
    }
    return config;
}

function view({ messageBytes, signatures }) {
    const message = getCompiledTransactionMessageDecoder().decode(messageBytes);
    const { header } = message;
    return {
        version: message.version,
        header: [header.numSignerAccounts, header.numReadonlySignerAccounts, header.numReadonlyNonSignerAccounts],
        keys: message.staticAccounts,
        blockhash: message.lifetimeToken,
        config: configOf(message),
        instructions: message.instructionHeaders.map(({ programAccountIndex }, i) => ({
            program: programAccountIndex,
            accounts: [...message.instructionPayloads[i].instructionAccountIndices],
            dataBase64: base64(message.instructionPayloads[i].instructionData),
        })),
        signed: Object.values(signatures).map((signature) => signature !== null),
    };
}

function randomConfig(random) {
    const config = {};
    if (random.chance(0.6)) {
        config.priorityFeeLamports = random.bytes(8).readBigUInt64LE();
    }
    if (random.chance(0.6)) {
        config.computeUnitLimit = random.below(1400001);  // kit makes no others
    }
    if (random.chance(0.6)) {
        config.loadedAccountsDataSizeLimit = random.bytes(4).readUInt32LE();
    }
    if (random.chance(0.6)) {
        config.heapSize = 1024 * (32 + random.below(225));
    }
    return config;
}

function randomInstruction(random, people, payer, strangers) {
    const accounts = Array.from({ length: random.below(8) }, () => {
        const isPerson = random.chance(0.5);
        const roles = isPerson
            ? [AccountRole.READONLY, AccountRole.WRITABLE, AccountRole.READONLY_SIGNER, AccountRole.WRITABLE_SIGNER]
            : [AccountRole.READONLY, AccountRole.WRITABLE];
        return { address: isPerson ? random.pick(people).address : random.pick(strangers), role: random.pick(roles) };
    });
    if (random.chance(0.1)) {  // advances a nonce
        return {
            programAddress: system,
            accounts: [{ address: strangers[0], role: AccountRole.WRITABLE }, { address: payer, role: AccountRole.READONLY_SIGNER }],
            data: new Uint8Array([4, 0, 0, 0]),
        };
    }
    return { programAddress: addressOf(random.bytes(32)), accounts, data: random.bytes(random.pick([0, 1, 127, 128, 255, 256, 900])) };
}

function makeOne(random, number) {
    const people = Array.from({ length: random.below(8) + 1 }, (_, i) => keyPair(number * 16 + i));
    const strangers = Array.from({ length: random.below(20) + 1 }, () => addressOf(random.bytes(32)));
    const payer = people[0].address;
    const blockhash = random.chance(0.2) ? system : addressOf(random.bytes(32));
    const instructions = Array.from({ length: random.below(6) }, () => randomInstruction(random, people, payer, strangers));
    const transaction = compileTransaction(pipe(
        createTransactionMessage({ version: 1 }),
        (message) => setTransactionMessageFeePayer(payer, message),
        (message) => setTransactionMessageLifetimeUsingBlockhash({ blockhash, lastValidBlockHeight: 1n }, message),
        (message) => setTransactionMessageConfig(randomConfig(random), message),
        (message) => appendTransactionMessageInstructions(instructions, message),
    ));
    const signers = people.filter(({ address }) => address in transaction.signatures);
    const share = random.pick([0, 0.5, 1]);
    const signatures = { ...transaction.signatures };
    for (const { address, key } of signers.filter(() => random.chance(share))) {
        signatures[address] = new Uint8Array(sign(null, transaction.messageBytes, key));
    }
    return { transaction: { ...transaction, signatures }, signers };
}

function make({ seed, count }) {
    const cases = [];
    for (let number = 0; cases.length < count; ++number) {
        const { transaction, signers } = makeOne(dice(seed * 100003 + number), number);
        const bytes = getTransactionEncoder().encode(transaction);
        if (bytes.length > 4096) {
            continue;  // the network would not take it, and neither do we
        }
        cases.push({
            name: `seed ${seed}, ${number}`,
            transactionBase64: base64(bytes),
            messageBase64: base64(transaction.messageBytes),
            view: view(transaction),
            keyPairs: signers.map(({ address, seed: secret }) => ({ address, seedHex: secret.toString('hex') })),
        });
    }
    return { cases };
}

function verified({ messageBytes, signatures }) {
    return Object.entries(signatures).map(([address, signature]) => {
        const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), getAddressEncoder().encode(address)]);
        return signature !== null &&
            verify(null, messageBytes, createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature);
    });
}

// The message is made anew from what was read of it: the encoders judge what we wrote.
function judge({ transactions }) {
    return {
        verdicts: transactions.map(({ name, base64: text }) => {
            const transaction = getTransactionDecoder().decode(Buffer.from(text, 'base64'));
            const message = getCompiledTransactionMessageDecoder().decode(transaction.messageBytes);
            const messageBytes = getCompiledTransactionMessageEncoder().encode(message);
            const rewritten = getTransactionEncoder().encode({ ...transaction, messageBytes });
            return { name, view: view(transaction), rewrittenBase64: base64(rewritten), verified: verified(transaction) };
        }),
    };
}

function offchainView(message) {
    const signers = message.requiredSignatories.map(({ address }) => address);
    return message.version === 0
        ? { version: 0, applicationDomain: message.applicationDomain, format: message.content.format, signers,
            text: message.content.text }
        : { version: 1, signers, text: message.content };
}

function makeOffchain({ seed, count }) {
    const cases = Array.from({ length: count }, (_, number) => {
        const random = dice(seed * 100003 + number);
        const requiredSignatories = Array.from({ length: random.below(5) + 1 }, () => ({ address: addressOf(random.bytes(32)) }));
        const format = random.below(3);
        const letters = format === 0 ? [' ', 'a', 'Z', '~', '0'] : ['a', '\n', 'ä', '漢', '🙂', '\u202e'];
        const text = Array.from({ length: random.below(200) + 1 }, () => random.pick(letters)).join('');
        const message = random.chance(0.5)
            ? { version: 1, requiredSignatories, content: text }
            : { version: 0, requiredSignatories, applicationDomain: addressOf(random.bytes(32)), content: { format, text } };
        const bytes = getOffchainMessageEncoder().encode(message);
        const read = getOffchainMessageDecoder().decode(bytes);
        return { name: `seed ${seed}, ${number}`, base64: base64(bytes), view: offchainView(read) };
    });
    return { cases };
}

function judgeOffchain({ messages }) {
    return {
        verdicts: messages.map((text) => {
            const message = getOffchainMessageDecoder().decode(Buffer.from(text, 'base64'));
            return { view: offchainView(message), rewrittenBase64: base64(getOffchainMessageEncoder().encode(message)) };
        }),
    };
}

const chunks = [];
for await (const chunk of process.stdin) {
    chunks.push(chunk);
}
const request = JSON.parse(Buffer.concat(chunks).toString());
const commands = { make, judge, makeOffchain, judgeOffchain };
process.stdout.write(JSON.stringify(commands[process.argv[2]](request)));
