#pragma once

#include "core/rpc/RpcAnswer.h"
#include "core/rpc/SolanaRpc.h"

// Parsers for the results of a Solana node's JSON-RPC methods, as EvmRpcAnswers.h.

namespace countersign::solana_rpc {

/// Of getLatestBlockhash: {context, value: {blockhash, lastValidBlockHeight}}.
Result<SolanaBlockhash> readBlockhash(const Json& json);
/// Of isBlockhashValid: {context, value: bool}.
Result<bool> readIsValid(const Json& json);
/// Base58 of 64 bytes.
Result<std::string> readSignature(const Json& json);
/// Of getSignatureStatuses for one signature: {context, value: [null or status]}. Nodes that do not tell the
/// commitment tell whether it is final by confirmations being null.
Result<std::optional<SolanaStatus>> readStatus(const Json& json);
/// Of getAccountInfo in base64: {context, value: null or account}. "space", where it is told, must be the
/// data's length.
Result<std::optional<SolanaAccount>> readAccount(const Json& json);
/// Of getMinimumBalanceForRentExemption: a whole number.
Result<std::uint64_t> readLamports(const Json& json);

/// Whether the node refused a transaction because it has executed that very one already.
bool isAlreadyProcessed(const RpcError& error);

}  // namespace countersign::solana_rpc
