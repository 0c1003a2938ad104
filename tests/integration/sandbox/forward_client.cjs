// The official forward-MPC client against the sandbox's enclave. Arguments: the folder whose node_modules has it, and
// "own" to use its own attestation verifier. Standard input: {enclaveUrl, relayDomain, expectedPcr8, requests: [{…}]}
// with shares. Standard output: one line of JSON, {attested: [{document, challenge, nonce}], results: [{signature} or
// {code}]}.
const {createRequire} = require('node:module');
const path = require('node:path');
const {readFileSync} = require('node:fs');

const load = createRequire(path.join(process.argv[2], 'index.js'));
console.warn = console.log = () => {};

async function main() {
  const {ForwardMPCClientV2, SigningAlgorithm} = load('@dynamic-labs-wallet/forward-mpc-client');
  const input = JSON.parse(readFileSync(0, 'utf8'));
  const attested = [];
  const hex = bytes => Buffer.from(bytes).toString('hex');
  const options = {requestTimeout: 15000, connectionTimeout: 15000, reconnectAttempts: 0};
  if (process.argv[3] === 'own') {
    options.attestationConfig = {expectedPcr8: input.expectedPcr8};
  } else {
    options.attestationVerifier = {
      verify: async (document, challenge, nonce) => {
        attested.push({document, challenge, nonce: hex(nonce)});
        return {valid: true};
      },
    };
  }
  const results = [];
  for (const request of input.requests) {
    const client = new ForwardMPCClientV2(input.enclaveUrl, options);
    client.on('error', () => {});
    try {
      await client.connect();
      const {signature} = await client.signMessage({
        relayDomain: input.relayDomain,
        signingAlgo: request.algorithm === 'ecdsa' ? SigningAlgorithm.ECDSA : SigningAlgorithm.ED25519,
        hashAlgo: request.hashAlgo,
        derivationPath: request.algorithm === 'ecdsa' ? Uint32Array.of(44, 60, 0, 0, 0) : undefined,
        keyshare: request.share,
        message: request.message,
        roomUuid: request.roomId,
      });
      results.push({signature: typeof signature === 'string' ? signature : hex(signature)});
    } catch (error) {
      results.push({code: String(error.code ?? error.reason ?? ''), name: error.name, message: String(error.message)});
    }
    client.disconnect();
  }
  process.stdout.write(JSON.stringify({attested, results}) + '\n', () => process.exit(0));
}

main().catch(error => {
  process.stderr.write(String(error.stack) + '\n');
  process.exit(1);
});
