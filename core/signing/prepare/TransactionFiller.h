#pragma once

#include "core/base/PendingCall.h"
#include "core/rpc/EvmRpc.h"
#include "core/rpc/SolanaRpc.h"
#include "core/signing/job/JobContent.h"

namespace countersign {

using FillingAnswered = Callback<std::vector<ResolvedField>>;

/// Nonce, gas and fees that an EVM transaction leaves open, from a node that must serve the transaction's
/// chain (InvalidInput otherwise). The nonce counts pending transactions and is never one that isNonceTaken
/// says this desk is using; gas is the estimate and a fifth, the fee cap twice the base fee and the tip, so
/// that the transaction outlives six full blocks. Fees that are given bound those that are not.
[[nodiscard]] PendingCallPtr fillEvm(std::unique_ptr<EvmRpc> rpc, const EvmTransactionRequest& request,
                                     const std::string& from,
                                     std::function<bool(const std::string& nonce)> isNonceTaken,
                                     FillingAnswered done);

/// The blockhash that a Solana transaction leaves open.
[[nodiscard]] PendingCallPtr fillSolana(std::unique_ptr<SolanaRpc> rpc, FillingAnswered done);

}  // namespace countersign
