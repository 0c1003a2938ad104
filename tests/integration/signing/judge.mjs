// Judges signatures with other people's libraries (viem, @solana/kit): reads one JSON object on standard input,
// prints {"valid": bool, …}. Fields as in a job and its result.
import {readFileSync} from 'node:fs';
import {getBase58Encoder, getPublicKeyFromAddress, signatureBytes, verifySignature} from '@solana/kit';
import {keccak256, parseTransaction, recoverTransactionAddress, verifyMessage, verifyTypedData} from 'viem';

const asked = JSON.parse(readFileSync(0, 'utf8'));

const judges = {
    'evm.message': async ({address, text, hex, signature}) =>
        ({valid: await verifyMessage({address, message: text ?? {raw: hex}, signature})}),
    'evm.typedData': async ({address, typedData, signature}) =>
        ({valid: await verifyTypedData({address, ...typedData, signature})}),
    'evm.transaction': async ({address, signedTransaction}) => {
        const from = await recoverTransactionAddress({serializedTransaction: signedTransaction});
        const {to, value, nonce, chainId, type} = parseTransaction(signedTransaction);
        return {valid: from.toLowerCase() === address.toLowerCase(), hash: keccak256(signedTransaction), to,
                value: String(value), nonce, chainId, type};
    },
    'solana.message': async ({address, text, hex, signature}) => {
        const message = text === undefined ? Buffer.from(hex.slice(2), 'hex') : Buffer.from(text, 'utf8');
        const key = await getPublicKeyFromAddress(address);
        return {valid: await verifySignature(key, signatureBytes(getBase58Encoder().encode(signature)), message)};
    },
};

console.log(JSON.stringify(await judges[asked.kind](asked)));
