// The other reader of Solana transactions, by @solana/web3.js alone.
//
//   node solana.mjs make   < {"seed": number, "count": number}
//        -> {"cases": [{"name", "transactionBase64", "messageBase64", "view", "keyPairs"}]}
//   node solana.mjs judge  < {"transactions": [{"name", "base64"}]}
//        -> {"verdicts": [{"name", "view", "rewrittenBase64", "verified", "legacyVerified"?}]}
//   node solana.mjs curve  < {"points": [hex]}
//        -> {"onCurve": [bool]}
//   node solana.mjs derive < {"cases": [{"seeds": [hex], "program"}]}
//        -> {"derived": [{"address", "bump"}]}
//   node solana.mjs tokens < {"transfers": [{"wallet", "recipient", "mint", "program", "amount", "decimals", "create"}]}
//        -> {"messages": [base64]}
//
// view: {"version", "header", "keys", "blockhash", "instructions", "lookups", "signer", "writable", "signed"}, all that
// both readers must agree on. keyPairs: address and seed of each signer, made for the occasion.

import { Buffer } from 'node:buffer';
import { createPublicKey, verify } from 'node:crypto';
import {
    AddressLookupTableAccount,
    ComputeBudgetProgram,
    Keypair,
    PublicKey,
    SystemProgram,
    Transaction,
    TransactionInstruction,
    TransactionMessage,
    VersionedTransaction,
} from '@solana/web3.js';

// Reproducible: a failure names its seed.
function dice(seed) {
    let state = seed >>> 0;
    const next = () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let t = Math.imul(state ^ (state >>> 15), 1 | state);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
    const below = (n) => Math.floor(next() * n);
    return {
        below,
        chance: (p) => next() < p,
        pick: (list) => list[below(list.length)],
        bytes: (n) => Buffer.from(Array.from({ length: n }, () => below(256))),
    };
}

const base64 = (bytes) => Buffer.from(bytes).toString('base64');
const isZero = (bytes) => bytes.every((byte) => byte === 0);

function keyPair(number) {
    const seed = Buffer.alloc(32);
    seed.writeUInt32LE(number + 1);
    return { pair: Keypair.fromSeed(seed), seed };
}

function view(transaction) {
    const { message, signatures } = transaction;
    const lookups = message.addressTableLookups;
    const count = message.staticAccountKeys.length +
        lookups.reduce((sum, lookup) => sum + lookup.writableIndexes.length + lookup.readonlyIndexes.length, 0);
    const indexes = Array.from({ length: count }, (_, i) => i);
    return {
        version: message.version,
        header: [message.header.numRequiredSignatures, message.header.numReadonlySignedAccounts,
            message.header.numReadonlyUnsignedAccounts],
        keys: message.staticAccountKeys.map((key) => key.toBase58()),
        blockhash: message.recentBlockhash,
        instructions: message.compiledInstructions.map((instruction) => ({
            program: instruction.programIdIndex,
            accounts: [...instruction.accountKeyIndexes],
            dataBase64: base64(instruction.data),
        })),
        lookups: lookups.map((lookup) => ({
            table: lookup.accountKey.toBase58(),
            writable: [...lookup.writableIndexes],
            readonly: [...lookup.readonlyIndexes],
        })),
        signer: indexes.map((i) => message.isAccountSigner(i)),
        writable: indexes.map((i) => message.isAccountWritable(i)),
        signed: signatures.map((signature) => !isZero(signature)),
    };
}

function instructionsOf(random, people, payer) {
    const key = () => random.pick(people).pair.publicKey;
    const program = new PublicKey(random.bytes(32));
    const makers = [
        () => SystemProgram.transfer({ fromPubkey: payer, toPubkey: key(), lamports: random.below(1e9) }),
        () => SystemProgram.nonceAdvance({ noncePubkey: new PublicKey(random.bytes(32)), authorizedPubkey: payer }),
        () => ComputeBudgetProgram.setComputeUnitPrice({ microLamports: random.below(1e6) }),
        () => new TransactionInstruction({
            programId: program,
            data: random.bytes(random.pick([0, 1, 5, 127, 128, 200])),
            keys: Array.from({ length: random.below(6) }, () => {
                const isPerson = random.chance(0.6);
                return {
                    pubkey: isPerson ? key() : new PublicKey(random.bytes(32)),
                    isSigner: isPerson && random.chance(0.7),
                    isWritable: random.chance(0.5),
                };
            }),
        }),
    ];
    return Array.from({ length: random.below(4) + 1 }, () => random.pick(makers)());
}

function makeOne(random, number) {
    const people = Array.from({ length: random.below(4) + 1 }, (_, i) => keyPair(number * 16 + i));
    const payer = people[0].pair.publicKey;
    const blockhash = random.chance(0.2) ? PublicKey.default.toBase58() : new PublicKey(random.bytes(32)).toBase58();
    const instructions = instructionsOf(random, people, payer);
    const parts = new TransactionMessage({ payerKey: payer, recentBlockhash: blockhash, instructions });
    const kind = random.pick(['legacy', 'version 0', 'version 0 with tables']);
    let message;
    if (kind === 'legacy') {
        message = parts.compileToLegacyMessage();
    } else if (kind === 'version 0') {
        message = parts.compileToV0Message();
    } else {
        const used = instructions.flatMap((one) => one.keys.map((meta) => meta.pubkey));
        const tables = Array.from({ length: random.below(3) + 1 }, () => new AddressLookupTableAccount({
            key: new PublicKey(random.bytes(32)),
            state: {
                deactivationSlot: 2n ** 64n - 1n, lastExtendedSlot: 0, lastExtendedSlotStartIndex: 0,
                addresses: [...Array.from({ length: random.below(200) }, () => new PublicKey(random.bytes(32))),
                    ...used.filter(() => random.chance(0.5))],
            },
        }));
        message = parts.compileToV0Message(tables);
    }
    const transaction = new VersionedTransaction(message);
    const signers = people.filter((one) => message.staticAccountKeys
        .slice(0, message.header.numRequiredSignatures).some((key) => key.equals(one.pair.publicKey)));
    const present = random.pick([[], signers, signers.filter(() => random.chance(0.5))]);
    transaction.sign(present.map((one) => one.pair));
    return { name: `${number}: ${kind}`, transaction, signers };
}

function make({ seed, count }) {
    const cases = [];
    for (let number = 0; cases.length < count; ++number) {
        const random = dice(seed * 100003 + number);
        const { name, transaction, signers } = makeOne(random, number);
        const bytes = transaction.serialize();
        if (bytes.length > 1232) {
            continue;  // the network would not take it, and neither do we
        }
        cases.push({
            name: `seed ${seed}, ${name}`,
            transactionBase64: base64(bytes),
            messageBase64: base64(transaction.message.serialize()),
            view: view(transaction),
            keyPairs: signers.map((one) => ({ address: one.pair.publicKey.toBase58(), seedHex: one.seed.toString('hex') })),
        });
    }
    return { cases };
}

// web3.js verifies legacy transactions alone, so node:crypto judges the signatures of both.
function verified(transaction) {
    const message = transaction.message.serialize();
    return transaction.signatures.map((signature, i) => {
        const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'),
            transaction.message.staticAccountKeys[i].toBuffer()]);
        return verify(null, message, createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature);
    });
}

function judge({ transactions }) {
    return {
        verdicts: transactions.map(({ name, base64: text }) => {
            const bytes = Buffer.from(text, 'base64');
            const transaction = VersionedTransaction.deserialize(bytes);
            const verdict = {
                name,
                view: view(transaction),
                rewrittenBase64: base64(transaction.serialize()),
                verified: verified(transaction),
            };
            if (transaction.message.version === 'legacy') {
                verdict.legacyVerified = Transaction.from(bytes).verifySignatures(true);
            }
            return verdict;
        }),
    };
}

function curve({ points }) {
    return { onCurve: points.map((hex) => PublicKey.isOnCurve(Buffer.from(hex, 'hex'))) };
}

function derive({ cases }) {
    return {
        derived: cases.map(({ seeds, program }) => {
            const [address, bump] = PublicKey.findProgramAddressSync(seeds.map((hex) => Buffer.from(hex, 'hex')),
                new PublicKey(program));
            return { address: address.toBase58(), bump };
        }),
    };
}

// The two programs' instructions as @solana/spl-token lays them out, by hand: that package is not among the exact
// versions here.
function tokenInstructions({ wallet, recipient, mint, program, amount, decimals, create }) {
    const associated = new PublicKey('ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL');
    const accountOf = (owner) => PublicKey.findProgramAddressSync(
        [owner.toBuffer(), program.toBuffer(), mint.toBuffer()], associated)[0];
    const meta = (pubkey, isSigner, isWritable) => ({ pubkey, isSigner, isWritable });
    const transfer = Buffer.alloc(10);
    transfer.writeUInt8(12, 0);  // TransferChecked
    transfer.writeBigUInt64LE(BigInt(amount), 1);
    transfer.writeUInt8(decimals, 9);
    const creation = new TransactionInstruction({
        programId: associated,
        keys: [meta(wallet, true, true), meta(accountOf(recipient), false, true), meta(recipient, false, false),
            meta(mint, false, false), meta(SystemProgram.programId, false, false), meta(program, false, false)],
        data: Buffer.from([1]),  // CreateIdempotent
    });
    const movement = new TransactionInstruction({
        programId: program,
        keys: [meta(accountOf(wallet), false, true), meta(mint, false, false), meta(accountOf(recipient), false, true),
            meta(wallet, true, false)],
        data: transfer,
    });
    return create ? [creation, movement] : [movement];
}

function tokens({ transfers }) {
    return {
        messages: transfers.map((transfer) => {
            const keys = Object.fromEntries(['wallet', 'recipient', 'mint', 'program']
                .map((name) => [name, new PublicKey(transfer[name])]));
            const instructions = tokenInstructions({ ...transfer, ...keys });
            return base64(new TransactionMessage({
                payerKey: keys.wallet, recentBlockhash: PublicKey.default.toBase58(), instructions,
            }).compileToLegacyMessage().serialize());
        }),
    };
}

const chunks = [];
for await (const chunk of process.stdin) {
    chunks.push(chunk);
}
const request = JSON.parse(Buffer.concat(chunks).toString());
const commands = { make, judge, curve, derive, tokens };
process.stdout.write(JSON.stringify(commands[process.argv[2]](request)));
