// Instructions of the token programs, by @solana/spl-token.
//
//   node spl.mjs make < {"seed": number, "count": number}
//        -> {"cases": [{"programId", "dataHex", "accounts": [{"address", "signer", "writable"}], "expected"}]}
//
// expected: {"name", "fields": {name: text or bool}, "roles": [[role, address]]}, from what the library was given: integers
// in decimal, addresses in Base58; what is null is left out.

import { Buffer } from 'node:buffer';
import { PublicKey } from '@solana/web3.js';
import * as spl from '@solana/spl-token';

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
    return { below, chance: (p) => next() < p, bytes: (n) => Buffer.from(Array.from({ length: n }, () => below(256))) };
}

const authorityTypes = ['mintTokens', 'freezeAccount', 'accountOwner', 'closeAccount', 'transferFeeConfig',
    'withheldWithdraw', 'closeMint', 'interestRate', 'permanentDelegate', 'confidentialTransferMint',
    'transferHookProgramId', 'confidentialTransferFeeConfig', 'metadataPointer', 'groupPointer', 'groupMemberPointer',
    'scaledUiAmountConfig', 'pausableConfig', 'permissionedBurn'];
const accountStates = ['uninitialized', 'initialized', 'frozen'];

// Each argument of a maker: a value, and what is expected of it. Roles are strings, fields begin with ":".
function argumentsOf(random, is2022) {
    const key = () => new PublicKey(random.bytes(32));
    const u64 = () => random.bytes(8).readBigUInt64LE() >> BigInt(random.below(64));
    const kinds = {
        u8: () => random.below(256),
        u16: () => random.below(65536),
        i16: () => random.below(65536) - 32768,
        u64,
        i64: () => random.bytes(8).readBigUInt64LE() >> 1n,  // the library loses the sign of others
        key,
        nullable: () => (random.chance(0.3) ? null : key()),
        factor: () => (random.below(1000000) + 1) / 1000,
        authorityType: () => random.below(is2022 ? authorityTypes.length : 4),
        accountState: () => random.below(2) + 1,
    };
    const textOf = { authorityType: (n) => authorityTypes[n], accountState: (n) => accountStates[n] };
    return {
        role: key,
        field: (kind) => {
            const value = kinds[kind]();
            return { value, text: value === null ? undefined : (textOf[kind] ?? String)(value) };
        },
    };
}

const token = spl.TOKEN_PROGRAM_ID;
const token2022 = spl.TOKEN_2022_PROGRAM_ID;

// name, function, its arguments; "role", ":field kind", "+" (signers of a multisignature, if any), and the order
// of the accounts where it is not that of the arguments.
const both = [
    ['initializeMint', spl.createInitializeMintInstruction, 'mint :decimals=u8 :mintAuthority=key :freezeAuthority=nullable', 'mint rent'],
    ['initializeMint2', spl.createInitializeMint2Instruction, 'mint :decimals=u8 :mintAuthority=key :freezeAuthority=nullable'],
    ['initializeAccount', spl.createInitializeAccountInstruction, 'account mint owner', 'account mint owner rent'],
    ['initializeAccount2', spl.createInitializeAccount2Instruction, 'account mint :owner=key', 'account mint rent'],
    ['initializeAccount3', spl.createInitializeAccount3Instruction, 'account mint :owner=key'],
    ['initializeImmutableOwner', spl.createInitializeImmutableOwnerInstruction, 'account'],
    ['transfer', spl.createTransferInstruction, 'source destination owner :amount=u64 +'],
    ['approve', spl.createApproveInstruction, 'account delegate owner :amount=u64 +'],
    ['revoke', spl.createRevokeInstruction, 'account owner +'],
    ['setAuthority', spl.createSetAuthorityInstruction, 'account currentAuthority :authorityType=authorityType :newAuthority=nullable +'],
    ['mintTo', spl.createMintToInstruction, 'mint destination authority :amount=u64 +'],
    ['burn', spl.createBurnInstruction, 'account mint owner :amount=u64 +'],
    ['closeAccount', spl.createCloseAccountInstruction, 'account destination authority +'],
    ['freezeAccount', spl.createFreezeAccountInstruction, 'account mint authority +'],
    ['thawAccount', spl.createThawAccountInstruction, 'account mint authority +'],
    ['transferChecked', spl.createTransferCheckedInstruction, 'source mint destination owner :amount=u64 :decimals=u8 +'],
    ['approveChecked', spl.createApproveCheckedInstruction, 'account mint delegate owner :amount=u64 :decimals=u8 +'],
    ['mintToChecked', spl.createMintToCheckedInstruction, 'mint destination authority :amount=u64 :decimals=u8 +'],
    ['burnChecked', spl.createBurnCheckedInstruction, 'account mint owner :amount=u64 :decimals=u8 +'],
    ['syncNative', spl.createSyncNativeInstruction, 'account'],
    ['amountToUiAmount', spl.createAmountToUiAmountInstruction, 'mint :amount=u64'],
];
const extended = [
    ['initializeMintCloseAuthority', spl.createInitializeMintCloseAuthorityInstruction, 'mint :closeAuthority=nullable'],
    ['initializePermanentDelegate', spl.createInitializePermanentDelegateInstruction, 'mint :delegate=key'],
    ['initializeNonTransferableMint', spl.createInitializeNonTransferableMintInstruction, 'mint'],
    ['initializeTransferFeeConfig', spl.createInitializeTransferFeeConfigInstruction,
        'mint :transferFeeConfigAuthority=nullable :withdrawWithheldAuthority=nullable :transferFeeBasisPoints=u16 :maximumFee=u64'],
    ['transferCheckedWithFee', spl.createTransferCheckedWithFeeInstruction,
        'source mint destination authority :amount=u64 :decimals=u8 :fee=u64 +'],
    ['withdrawWithheldTokensFromMint', spl.createWithdrawWithheldTokensFromMintInstruction, 'mint destination authority +'],
    ['setTransferFee', spl.createSetTransferFeeInstruction, 'mint authority + :transferFeeBasisPoints=u16 :maximumFee=u64'],
    ['initializeDefaultAccountState', spl.createInitializeDefaultAccountStateInstruction, 'mint :accountState=accountState'],
    ['updateDefaultAccountState', spl.createUpdateDefaultAccountStateInstruction, 'mint :accountState=accountState freezeAuthority +'],
    ['enableRequiredMemoTransfers', spl.createEnableRequiredMemoTransfersInstruction, 'account authority +'],
    ['disableRequiredMemoTransfers', spl.createDisableRequiredMemoTransfersInstruction, 'account authority +'],
    ['enableCpiGuard', spl.createEnableCpiGuardInstruction, 'account authority +'],
    ['disableCpiGuard', spl.createDisableCpiGuardInstruction, 'account authority +'],
    ['initializeInterestBearingMint', spl.createInitializeInterestBearingMintInstruction, 'mint :rateAuthority=key :rate=i16'],
    ['initializeTransferHook', spl.createInitializeTransferHookInstruction, 'mint :authority=key :transferHookProgramId=key'],
    ['updateTransferHook', spl.createUpdateTransferHookInstruction, 'mint authority :transferHookProgramId=key +'],
    ['initializeMetadataPointer', spl.createInitializeMetadataPointerInstruction, 'mint :authority=nullable :metadataAddress=nullable'],
    ['updateMetadataPointer', spl.createUpdateMetadataPointerInstruction, 'mint authority :metadataAddress=nullable +'],
    ['initializeGroupPointer', spl.createInitializeGroupPointerInstruction, 'mint :authority=nullable :groupAddress=nullable'],
    ['updateGroupPointer', spl.createUpdateGroupPointerInstruction, 'mint authority :groupAddress=nullable +'],
    ['initializeGroupMemberPointer', spl.createInitializeGroupMemberPointerInstruction, 'mint :authority=nullable :memberAddress=nullable'],
    ['updateGroupMemberPointer', spl.createUpdateGroupMemberPointerInstruction, 'mint authority :memberAddress=nullable +'],
    ['initializeScaledUiAmountConfig', spl.createInitializeScaledUiAmountConfigInstruction, 'mint :authority=nullable :multiplier=factor'],
    ['updateMultiplierData', spl.createUpdateMultiplierDataInstruction, 'mint authority :multiplier=factor :effectiveTimestamp=i64 +'],
    ['initializePausableConfig', spl.createInitializePausableConfigInstruction, 'mint :authority=nullable'],
    ['pause', spl.createPauseInstruction, 'mint authority +'],
    ['resume', spl.createResumeInstruction, 'mint authority +'],
    ['initializePermissionedBurn', spl.createInitializePermissionedBurnInstruction, 'mint :authority=key'],
    ['permissionedBurn', spl.createPermissionedBurnInstruction, 'account mint owner permissionedBurnAuthority :amount=u64 +',
        'account mint permissionedBurnAuthority owner'],
];
const accounts = [
    ['create', spl.createAssociatedTokenAccountInstruction, 'payer associatedToken owner mint', 'payer associatedToken owner mint systemProgram tokenProgram'],
    ['createIdempotent', spl.createAssociatedTokenAccountIdempotentInstruction, 'payer associatedToken owner mint',
        'payer associatedToken owner mint systemProgram tokenProgram'],
    ['recoverNested', spl.createRecoverNestedInstruction,
        'nestedAssociatedToken nestedMint destinationAssociatedToken ownerAssociatedToken ownerMint owner',
        'nestedAssociatedToken nestedMint destinationAssociatedToken ownerAssociatedToken ownerMint owner tokenProgram'],
];

// What the library puts there by itself.
const fixed = {
    rent: 'SysvarRent111111111111111111111111111111111',
    systemProgram: '11111111111111111111111111111111',
    tokenProgram: token.toBase58(),
};

function makeOne(random) {
    const kind = random.below(5);
    const is2022 = kind >= 2;
    const [table, program] = kind === 4 ? [accounts, token] : kind === 3 ? [extended, token2022]
        : [both, is2022 ? token2022 : token];
    const [name, create, form, order] = table[random.below(table.length)];
    const { role, field } = argumentsOf(random, is2022);
    const given = {};
    const fields = {};
    const values = [];
    let signers = [];
    for (const word of form.split(' ')) {
        if (word === '+') {
            signers = Array.from({ length: random.chance(0.3) ? random.below(11) + 1 : 0 }, role);
            values.push(signers);
        } else if (word.startsWith(':')) {
            const [fieldName, fieldKind] = word.slice(1).split('=');
            const { value, text } = field(fieldKind);
            values.push(value);
            fields[fieldName] = text;
        } else {
            given[word] = role();
            values.push(given[word]);
        }
    }
    const instruction = create(...values, program);
    const roles = (order ?? form.split(' ').filter((word) => /^\w/.test(word)).join(' ')).split(' ')
        .map((word) => [word, given[word]?.toBase58() ?? fixed[word]]);
    return {
        programId: instruction.programId.toBase58(),
        dataHex: Buffer.from(instruction.data).toString('hex'),
        accounts: instruction.keys.map((meta) => ({
            address: meta.pubkey.toBase58(), signer: meta.isSigner, writable: meta.isWritable,
        })),
        expected: { name, fields, roles: [...roles, ...signers.map((signer) => ['signer', signer.toBase58()])] },
    };
}

function make({ seed, count }) {
    const random = dice(seed);
    return { cases: Array.from({ length: count }, () => makeOne(random)) };
}

const chunks = [];
for await (const chunk of process.stdin) {
    chunks.push(chunk);
}
const request = JSON.parse(Buffer.concat(chunks).toString());
const commands = { make };
process.stdout.write(JSON.stringify(commands[process.argv[2]](request)));
