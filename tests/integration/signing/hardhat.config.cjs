// The chain of evm-node.mjs: nothing but Hardhat's built-in network, whose accounts are the well-known test ones.
module.exports = {
    solidity: '0.8.28',  // Hardhat wants a version; nothing is ever compiled, so nothing is downloaded
    networks: {hardhat: {chainId: Number(process.env.COUNTERSIGN_TEST_CHAIN_ID ?? 31337), loggingEnabled: false}},
};
