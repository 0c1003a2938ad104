#pragma once

#include "core/chain/evm/EvmTransactionRequest.h"
#include "core/chain/solana/SolanaTransaction.h"
#include "ui/review/ReviewContent.h"

namespace countersign {

/// The fields of a transaction as it is encoded; values that the job left open are marked.
void reviewEvmTransaction(ReviewContent& review, const EvmTransactionRequest& request,
                          const std::vector<ResolvedField>& resolved);
void reviewSolanaTransaction(ReviewContent& review, const SolanaTransaction& transaction,
                             const std::vector<ResolvedField>& resolved);

}  // namespace countersign
