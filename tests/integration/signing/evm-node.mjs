// A real EVM node for the tests: node evm-node.mjs [CHAIN_ID [PORT]]
// Prints {"url","port","chainId","faucet"} when it is ready and ends when its standard input is closed, so that a killed test
// leaves nothing behind. It mines every transaction at once and asks nothing of the network.
import process from 'node:process';

process.env.COUNTERSIGN_TEST_CHAIN_ID = process.argv[2] ?? '31337';
process.env.HARDHAT_DISABLE_TELEMETRY_PROMPT = 'true';
process.env.HARDHAT_CONFIG = 'hardhat.config.cjs';
process.chdir(import.meta.dirname ?? new URL('.', import.meta.url).pathname);

process.stdin.on('end', () => process.exit(0)).resume();

const {default: hre} = await import('hardhat');
const provider = await hre.run('node:get-provider', {});
const server = await hre.run('node:create-server', {hostname: '127.0.0.1', port: Number(process.argv[3] ?? 0), provider});
const {port} = await server.listen();
const [faucet] = await provider.request({method: 'eth_accounts', params: []});
console.log(JSON.stringify({url: `http://127.0.0.1:${port}`, port, chainId: process.env.COUNTERSIGN_TEST_CHAIN_ID, faucet}));
