#pragma once

#include "core/rpc/EvmRpc.h"
#include "core/rpc/RpcAnswer.h"

// Parsers for the results of an EVM node's JSON-RPC methods, apart from the networking. Every violation is
// Network (brokenRpcAnswer), with the member in detail.

namespace countersign::evm_rpc {

/// A quantity as EIP-1474 writes it, "0x…"; leading zeros are let pass. Below 2^256.
Result<Uint256> readQuantity(const Json& json);
/// Below 2^64.
Result<std::uint64_t> readQuantity64(const Json& json);
/// 0x and 64 hex digits; lower case comes out.
Result<std::string> readHash(const Json& json);

/// The block's baseFeePerGas; nothing on a chain without EIP-1559.
Result<std::optional<Uint256>> readBaseFee(const Json& block);

struct FeeHistory
{
    std::optional<Uint256> nextBaseFee;
    std::optional<Uint256> reward;  ///< the median of the blocks' rewards
};
/// Of eth_feeHistory with one percentile: the last baseFeePerGas is that of the next block. The method is
/// optional and nodes answer it oddly (no fees, null for a block's reward): what can be read of it is, the
/// rest is nothing.
FeeHistory readFeeHistory(const Json& json);

/// The receipt of this transaction (0x-hex); nothing for null or while it is in no block.
Result<std::optional<EvmReceipt>> readReceipt(const Json& json, const std::string& hash);
/// Whether eth_getTransactionByHash found this transaction; null is no.
Result<bool> readIsKnown(const Json& json, const std::string& hash);

/// Whether the node refused a transaction because it has that very one already.
bool isAlreadyKnown(const RpcError& error);

/// The largest base fee that the block after one with this base fee can ask (EIP-1559: one eighth more).
Uint256 largestNextBaseFee(const Uint256& baseFee);

}  // namespace countersign::evm_rpc
