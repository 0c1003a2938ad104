#pragma once

#include "core/chain/evm/transaction/EvmTransactionRequest.h"
#include "core/chain/solana/transaction/SolanaTransaction.h"
#include "ui/review/content/ReviewContent.h"

namespace countersign {

/// The fields of a transaction as it is encoded; values that the job left open are marked.
void reviewEvmTransaction(ReviewContent& review, const EvmTransactionRequest& request,
                          const std::vector<ResolvedField>& resolved);
void reviewSolanaTransaction(ReviewContent& review, const SolanaTransaction& transaction,
                             const std::vector<ResolvedField>& resolved);

}  // namespace countersign
