// Solana's own runtime (LiteSVM, in this process, signatures verified) behind as much of the JSON-RPC as the console uses:
// node solana-node.mjs [PORT]. The runtime is real, the server around it imitates Agave's answers: there is no cluster, no vote
// and no fork; a transaction is "processed" when it was executed and "confirmed" from the second look on.
// Prints {"url","port"} when it is ready and ends when its standard input is closed.
import http from 'node:http';
import process from 'node:process';
import {getBase58Decoder, getTransactionDecoder} from '@solana/kit';
import {FailedTransactionMetadata, LiteSVM} from 'litesvm';

process.stdin.on('end', () => process.exit(0)).resume();

const svm = new LiteSVM().withTransactionHistory(100_000n);
const executed = new Map();  // signature → {slot, err, looks}
let slot = 1;
let holdsConfirmations = false;
const version = {apiVersion: '2.1.0', slot};

class RpcError extends Error {
    constructor(code, message, data) {
        super(message);
        Object.assign(this, {code, data});
    }
}

// LiteSVM names a failure by a number; its text is the name that Agave puts into "err".
function errorName(failed) {
    return /err: ([A-Za-z]+)/.exec(failed.toString())?.[1] ?? 'Unknown';
}

const sentences = {
    AlreadyProcessed: 'This transaction has already been processed',
    BlockhashNotFound: 'Blockhash not found',
    InsufficientFundsForFee: 'Insufficient funds for fee',
    AccountNotFound: 'Attempt to debit an account but found no record of a prior credit.',
};

function refusePreflight(name, logs) {
    throw new RpcError(-32002, `Transaction simulation failed: ${sentences[name] ?? name}`,
                       {accounts: null, err: name, logs, unitsConsumed: 0, returnData: null});
}

function sendTransaction([text, {encoding = 'base58', skipPreflight = false} = {}]) {
    if (encoding !== 'base64') {
        throw new RpcError(-32602, 'this node takes base64 only');
    }
    let transaction;
    try {
        transaction = getTransactionDecoder().decode(Buffer.from(text, 'base64'));
    } catch {
        throw new RpcError(-32602, 'failed to deserialize solana_transaction::versioned::VersionedTransaction');
    }
    const [first] = Object.values(transaction.signatures);
    if (!first) {
        throw new RpcError(-32003, 'Transaction signature verification failure');
    }
    const signature = getBase58Decoder().decode(first);
    if (!skipPreflight) {
        const tried = svm.simulateTransaction(transaction);
        if (tried instanceof FailedTransactionMetadata) {
            const name = errorName(tried);
            if (name === 'SignatureFailure') {
                throw new RpcError(-32003, 'Transaction signature verification failure');
            }
            refusePreflight(name, tried.meta().logs());
        }
    }
    const outcome = svm.sendTransaction(transaction);
    const err = outcome instanceof FailedTransactionMetadata ? errorName(outcome) : null;
    if (err === 'AlreadyProcessed') {
        refusePreflight(err, []);
    }
    svm.warpToSlot(BigInt(++slot));
    executed.set(signature, {slot, err, looks: 0});
    return signature;
}

function statusOf(signature) {
    const entry = executed.get(signature);
    if (!entry) {
        return null;
    }
    const confirmationStatus = holdsConfirmations || entry.looks++ === 0 ? 'processed' : 'confirmed';
    return {slot: entry.slot, confirmations: 1, err: entry.err, status: entry.err ? {Err: entry.err} : {Ok: null},
            confirmationStatus};
}

function accountInfo([address, {encoding} = {}]) {
    if (encoding !== 'base64') {
        throw new RpcError(-32602, 'this node tells accounts in base64 only');
    }
    const account = svm.getAccount(address);
    // What an account without lamports held is gone.
    return !account?.exists || account.lamports === 0n ? null : {
        data: [Buffer.from(account.data).toString('base64'), 'base64'], executable: account.executable,
        lamports: Number(account.lamports), owner: account.programAddress, rentEpoch: 0, space: account.data.length,
    };
}

const inContext = (value) => ({context: {...version, slot}, value});

const methods = {
    getVersion: () => ({'solana-core': version.apiVersion, 'feature-set': 0}),
    getSlot: () => slot,
    getLatestBlockhash: () => inContext({blockhash: svm.latestBlockhash(), lastValidBlockHeight: slot + 150}),
    isBlockhashValid: ([blockhash]) => inContext(blockhash === svm.latestBlockhash()),
    getBalance: ([address]) => inContext(Number(svm.getBalance(address) ?? 0n)),
    getSignatureStatuses: ([signatures]) => inContext(signatures.map(statusOf)),
    getAccountInfo: (params) => inContext(accountInfo(params)),
    getMinimumBalanceForRentExemption: ([bytes]) => Number(svm.minimumBalanceForRentExemption(BigInt(bytes))),
    sendTransaction,
    requestAirdrop: ([address, lamports]) => {
        const outcome = svm.airdrop(address, BigInt(lamports));
        if (!outcome || outcome instanceof FailedTransactionMetadata) {
            throw new RpcError(-32603, 'Internal error');
        }
        return getBase58Decoder().decode(outcome.signature());
    },
    // Not Agave's: the test asks for a new blockhash, after which the old one is too old.
    testExpireBlockhash: () => {
        svm.expireBlockhash();
        return svm.latestBlockhash();
    },
    // Not Agave's: while it is on, nothing that was executed is confirmed.
    testHoldConfirmations: ([on]) => {
        holdsConfirmations = on;
        return on;
    },
    // Not Agave's: puts an account there, rent paid, as a program would have left it.
    testSetAccount: ([address, owner, base64]) => {
        const data = Buffer.from(base64, 'base64');
        svm.setAccount({address, programAddress: owner, data, executable: false, space: BigInt(data.length),
                        lamports: svm.minimumBalanceForRentExemption(BigInt(data.length))});
        return true;
    },
    // Not Agave's: what was executed, in order.
    testExecuted: () => [...executed.keys()],
};

function answer(body) {
    let id = null;
    try {
        const call = JSON.parse(body);
        id = call.id ?? null;
        if (!Object.hasOwn(methods, call.method)) {
            throw new RpcError(-32601, 'Method not found');
        }
        return {jsonrpc: '2.0', result: methods[call.method](call.params ?? []), id};
    } catch (error) {
        const known = error instanceof RpcError;
        const code = known ? error.code : error instanceof SyntaxError ? -32700 : -32603;
        return {jsonrpc: '2.0', error: {code, message: error.message, ...(known && error.data && {data: error.data})}, id};
    }
}

const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
        const text = JSON.stringify(answer(Buffer.concat(chunks).toString('utf8')));
        response.writeHead(200, {'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text)}).end(text);
    });
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
    const {port} = server.address();
    console.log(JSON.stringify({url: `http://127.0.0.1:${port}`, port}));
});
