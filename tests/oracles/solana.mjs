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
//   node solana.mjs instructions < {"seed": number, "count": number}
//        -> {"cases": [{"name", "messageBase64", "instructions": [{"program", "name", "says": {name: text}}]}]}
//
// view: {"version", "header", "keys", "blockhash", "instructions", "lookups", "signer", "writable", "signed"}, all that
// both readers must agree on. keyPairs: address and seed of each signer, made for the occasion.
// says: what the library's own decoder tells of an instruction, or what it was made of where it has none; fields and
// accounts alike, "Pubkey" dropped from their names.

import { Buffer } from 'node:buffer';
import { createPublicKey, verify } from 'node:crypto';
import {
    AddressLookupTableAccount,
    AddressLookupTableInstruction,
    AddressLookupTableProgram,
    Authorized,
    ComputeBudgetInstruction,
    ComputeBudgetProgram,
    Ed25519Program,
    Keypair,
    Lockup,
    PublicKey,
    Secp256k1Program,
    StakeInstruction,
    StakeProgram,
    SystemInstruction,
    SystemProgram,
    Transaction,
    TransactionInstruction,
    TransactionMessage,
    VersionedTransaction,
    VoteInit,
    VoteInstruction,
    VoteProgram,
} from '@solana/web3.js';
import { dice } from './dice.mjs';

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

const authorizationTypes = { stakeAuthorizationType: ['staker', 'withdrawer'], voteAuthorizationType: ['voter', 'withdrawer'] };

// {"lockup": {"epoch": 3}} is {"lockup.epoch": "3"}.
function flat(value, name = '', says = {}) {
    const bare = name.replace(/Pub[kK]ey$/, '').replace(/^voteInit\./, '');
    if (value === undefined) {
        return says;
    }
    if (authorizationTypes[name]) {
        says.authorizationType = authorizationTypes[name][value.index];
    } else if (value instanceof PublicKey) {
        says[bare] = value.toBase58();
    } else if (value instanceof Uint8Array) {
        says[bare] = `0x${Buffer.from(value).toString('hex')}`;
    } else if (Array.isArray(value)) {
        value.forEach((element, i) => flat(element, `${name}[${i}]`, says));
    } else if (typeof value === 'object') {
        Object.entries(value).forEach(([key, member]) => flat(member, name ? `${name}.${key}` : key, says));
    } else {
        says[bare] = String(value);
    }
    return says;
}

const lamports = (random) => random.below(2 ** random.pick([1, 20, 40, 53]));

function systemMakers(random, key) {
    const account = () => ({ accountPubkey: key(), programId: key() });
    const seeded = () => ({ basePubkey: key(), seed: random.bytes(random.below(17)).toString('hex') });
    const creation = () => ({ fromPubkey: key(), newAccountPubkey: key(), programId: key(), lamports: lamports(random),
        space: random.below(1e7) });
    const transfer = () => ({ fromPubkey: key(), toPubkey: key(), lamports: random.bytes(8).readBigUInt64LE() });
    const nonce = () => ({ noncePubkey: key(), authorizedPubkey: key() });
    return [
        ['Create', creation, SystemProgram.createAccount, 'decodeCreateAccount'],
        ['CreateWithSeed', () => ({ ...creation(), ...seeded() }), SystemProgram.createAccountWithSeed, 'decodeCreateWithSeed'],
        ['Transfer', transfer, SystemProgram.transfer, 'decodeTransfer'],
        ['TransferWithSeed', () => ({ ...transfer(), ...seeded(), programId: key() }), SystemProgram.transfer,
            'decodeTransferWithSeed'],
        ['Assign', account, SystemProgram.assign, 'decodeAssign'],
        ['AssignWithSeed', () => ({ ...account(), ...seeded() }), SystemProgram.assign, 'decodeAssignWithSeed'],
        ['Allocate', () => ({ accountPubkey: key(), space: random.below(1e7) }), SystemProgram.allocate, 'decodeAllocate'],
        ['AllocateWithSeed', () => ({ ...account(), ...seeded(), space: random.below(1e7) }), SystemProgram.allocate,
            'decodeAllocateWithSeed'],
        ['InitializeNonceAccount', nonce, SystemProgram.nonceInitialize, 'decodeNonceInitialize'],
        ['AdvanceNonceAccount', nonce, SystemProgram.nonceAdvance, 'decodeNonceAdvance'],
        ['WithdrawNonceAccount', () => ({ ...nonce(), toPubkey: key(), lamports: lamports(random) }),
            SystemProgram.nonceWithdraw, 'decodeNonceWithdraw'],
        ['AuthorizeNonceAccount', () => ({ ...nonce(), newAuthorizedPubkey: key() }), SystemProgram.nonceAuthorize,
            'decodeNonceAuthorize'],
    ].map((maker) => ['system', SystemProgram, SystemInstruction, ...maker]);
}

function stakeMakers(random, key) {
    const stake = () => ({ stakePubkey: key(), authorizedPubkey: key() });
    const custodian = () => (random.chance(0.5) ? { custodianPubkey: key() } : {});
    const change = () => ({ newAuthorizedPubkey: key(), stakeAuthorizationType: { index: random.below(2) } });
    return [
        ['Initialize', () => ({ stakePubkey: key(), authorized: new Authorized(key(), key()),
            lockup: new Lockup(lamports(random), random.below(1000), key()) }), StakeProgram.initialize, 'decodeInitialize'],
        ['Delegate', () => ({ ...stake(), votePubkey: key() }), StakeProgram.delegate, 'decodeDelegate'],
        ['Authorize', () => ({ ...stake(), ...change(), ...custodian() }), StakeProgram.authorize, 'decodeAuthorize'],
        ['AuthorizeWithSeed', () => ({ stakePubkey: key(), authorityBase: key(), authorityOwner: key(),
            authoritySeed: random.bytes(random.below(17)).toString('hex'), ...change(), ...custodian() }),
        StakeProgram.authorizeWithSeed, 'decodeAuthorizeWithSeed'],
        ['Split', () => ({ ...stake(), splitStakePubkey: key(), lamports: lamports(random) }),
            StakeProgram.splitInstruction, 'decodeSplit'],
        ['Merge', () => ({ ...stake(), sourceStakePubKey: key() }), StakeProgram.merge, 'decodeMerge'],
        ['Withdraw', () => ({ ...stake(), ...custodian(), toPubkey: key(), lamports: lamports(random) }),
            StakeProgram.withdraw, 'decodeWithdraw'],
        ['Deactivate', stake, StakeProgram.deactivate, 'decodeDeactivate'],
    ].map((maker) => ['stake', StakeProgram, StakeInstruction, ...maker]);
}

function voteMakers(random, key) {
    const change = () => ({ votePubkey: key(), newAuthorizedPubkey: key(), voteAuthorizationType: { index: random.below(2) } });
    const withdrawer = () => ({ votePubkey: key(), authorizedWithdrawerPubkey: key() });
    return [
        ['InitializeAccount', () => {
            const node = key();
            return { votePubkey: key(), nodePubkey: node, voteInit: new VoteInit(node, key(), key(), random.below(101)) };
        }, VoteProgram.initializeAccount, 'decodeInitializeAccount'],
        ['Authorize', () => ({ ...change(), authorizedPubkey: key() }), VoteProgram.authorize, 'decodeAuthorize'],
        ['AuthorizeWithSeed', () => ({ ...change(), currentAuthorityDerivedKeyBasePubkey: key(),
            currentAuthorityDerivedKeyOwnerPubkey: key(),
            currentAuthorityDerivedKeySeed: random.bytes(random.below(17)).toString('hex') }),
        VoteProgram.authorizeWithSeed, 'decodeAuthorizeWithSeed'],
        ['Withdraw', () => ({ ...withdrawer(), toPubkey: key(), lamports: lamports(random) }), VoteProgram.withdraw,
            'decodeWithdraw'],
        ['UpdateValidatorIdentity', () => ({ ...withdrawer(), nodePubkey: key() }), VoteProgram.updateValidatorIdentity],
    ].map((maker) => ['vote', VoteProgram, VoteInstruction, ...maker]);
}

function tableMakers(random, key) {
    const table = () => ({ lookupTable: key(), authority: key() });
    const createTable = (params) => AddressLookupTableProgram.createLookupTable(params)[0];
    return [
        ['CreateLookupTable', () => ({ authority: key(), payer: key(), recentSlot: lamports(random) }), createTable,
            'decodeCreateLookupTable'],
        ['ExtendLookupTable', () => ({ ...table(), ...(random.chance(0.5) ? { payer: key() } : {}),
            addresses: Array.from({ length: random.below(8) + 1 }, key) }), AddressLookupTableProgram.extendLookupTable,
        'decodeExtendLookupTable'],
        ['FreezeLookupTable', table, AddressLookupTableProgram.freezeLookupTable, 'decodeFreezeLookupTable'],
        ['DeactivateLookupTable', table, AddressLookupTableProgram.deactivateLookupTable, 'decodeDeactivateLookupTable'],
        ['CloseLookupTable', () => ({ ...table(), recipient: key() }), AddressLookupTableProgram.closeLookupTable,
            'decodeCloseLookupTable'],
    ].map((maker) => ['addressLookupTable', AddressLookupTableProgram, AddressLookupTableInstruction, ...maker]);
}

function budgetMakers(random) {
    const u32 = () => random.below(2 ** 32);
    return [
        ['RequestHeapFrame', () => ({ bytes: u32() }), ComputeBudgetProgram.requestHeapFrame, 'decodeRequestHeapFrame'],
        ['SetComputeUnitLimit', () => ({ units: u32() }), ComputeBudgetProgram.setComputeUnitLimit,
            'decodeSetComputeUnitLimit'],
        ['SetComputeUnitPrice', () => ({ microLamports: random.bytes(8).readBigUInt64LE() }),
            ComputeBudgetProgram.setComputeUnitPrice, 'decodeSetComputeUnitPrice'],
    ].map((maker) => ['computeBudget', ComputeBudgetProgram, ComputeBudgetInstruction, ...maker]);
}

// Signatures that nobody checks here; index: the instruction's number in its message.
function signatureCase(random, index) {
    const message = random.bytes(random.below(60) + 1);
    const signature = random.bytes(64);
    if (random.chance(0.5)) {
        const publicKey = random.bytes(32);
        return {
            program: 'ed25519', name: 'verify',
            instruction: Ed25519Program.createInstructionWithPublicKey({ publicKey, message, signature }),
            says: flat({ signatures: [{ publicKey: new PublicKey(publicKey), message, signature }] }),
        };
    }
    const ethAddress = random.bytes(20);
    const recoveryId = random.below(4);
    const params = { ethAddress: `0x${ethAddress.toString('hex')}`, message, signature, recoveryId, instructionIndex: index };
    return {
        program: 'secp256k1', name: 'verify',
        instruction: Secp256k1Program.createInstructionWithEthAddress(params),
        says: flat({ signatures: [{ ethAddress, message, signature: Buffer.concat([signature, Buffer.from([recoveryId])]) }] }),
    };
}

// Member names as they are, key names without what flat drops.
function namedCase(random, key) {
    const makers = random.pick([systemMakers, stakeMakers, voteMakers, tableMakers, budgetMakers])(random, key);
    const [program, owner, decoder, type, paramsOf, build, decode] = random.pick(makers);
    const params = paramsOf();
    const built = build.call(owner, params);
    const instruction = built instanceof Transaction ? built.instructions[0] : built;
    const decodedType = decoder.decodeInstructionType(instruction);
    if (decodedType !== type) {
        throw new Error(`${type} became ${decodedType}`);
    }
    const longer = { Create: 'createAccount', CreateWithSeed: 'createAccountWithSeed' };
    return {
        program,
        name: longer[type] ?? type[0].toLowerCase() + type.slice(1),
        instruction,
        says: flat(decode ? decoder[decode](instruction) : params),
    };
}

function instructions({ seed, count }) {
    const cases = [];
    for (let number = 0; cases.length < count; ++number) {
        const random = dice(seed * 100003 + number);
        const key = () => new PublicKey(random.bytes(32));
        const made = Array.from({ length: random.below(4) + 1 }, (_, index) => (random.chance(0.1)
            ? signatureCase(random, index) : namedCase(random, key)));
        const parts = new TransactionMessage({
            payerKey: key(), recentBlockhash: key().toBase58(), instructions: made.map((one) => one.instruction),
        });
        const message = random.chance(0.5) ? parts.compileToLegacyMessage() : parts.compileToV0Message();
        const bytes = message.serialize();
        if (bytes.length + 1 + 64 * message.header.numRequiredSignatures > 1232) {
            continue;
        }
        cases.push({
            name: `seed ${seed}, ${number}`,
            messageBase64: base64(bytes),
            instructions: made.map(({ program, name, says }) => ({ program, name, says })),
        });
    }
    return { cases };
}

const chunks = [];
for await (const chunk of process.stdin) {
    chunks.push(chunk);
}
const request = JSON.parse(Buffer.concat(chunks).toString());
const commands = { make, judge, curve, derive, tokens, instructions };
process.stdout.write(JSON.stringify(commands[process.argv[2]](request)));
