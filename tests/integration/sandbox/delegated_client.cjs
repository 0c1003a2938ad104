// The official server SDK's delegated client against the sandbox's REST. Argument: the folder whose node_modules has
// it. Standard input: {url, environmentId, apiToken, relayDomain, requests: [{walletId, walletApiKey, share, chain,
// message}]}. Standard output: one line of JSON, [{message, status}]: how each request ended.
const {pathToFileURL} = require('node:url');
const path = require('node:path');
const {readFileSync} = require('node:fs');

console.warn = console.log = console.error = console.info = console.debug = () => {};

async function main() {
  // Its CommonJS entry cannot be required (it is named .js in a package of modules).
  const folder = path.join(process.argv[2], 'node_modules/@dynamic-labs-wallet/node');
  const entry = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')).exports['.'].import;
  const {createDelegatedWalletClient, delegatedSignMessage} =
    await import(pathToFileURL(path.join(folder, entry?.default ?? entry)));
  const input = JSON.parse(readFileSync(0, 'utf8'));
  const client = createDelegatedWalletClient({
    environmentId: input.environmentId,
    baseApiUrl: input.url,
    baseMPCRelayApiUrl: input.relayDomain,
    apiKey: input.apiToken,
  });
  const results = [];
  for (const request of input.requests) {
    try {
      await delegatedSignMessage(client, {
        walletId: request.walletId,
        walletApiKey: request.walletApiKey,
        keyShare: request.share,
        message: request.message,
        chainName: request.chain,
        context: request.chain === 'EVM' ? {evmMessage: 'Hello'} : undefined,
      });
      results.push({message: 'signed'});
    } catch (error) {
      results.push({message: String(error.message), status: error.status});
    }
  }
  process.stdout.write(JSON.stringify(results) + '\n', () => process.exit(0));
}

main().catch(error => {
  process.stderr.write(String(error.stack) + '\n');
  process.exit(1);
});
