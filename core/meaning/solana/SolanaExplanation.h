#pragma once

#include "core/chain/solana/transaction/SolanaTransaction.h"
#include "core/meaning/Knowledge.h"
#include "core/meaning/Meaning.h"

namespace countersign::meaning {

struct SolanaContext
{
    std::string chain = std::string(solanaMainnet);  ///< CAIP-2
    std::optional<SolanaAddress> wallet;             ///< whose delegation signs; nothing: the fee payer
    std::string domain;                              ///< who asks for a sign-in; empty: not told
};

Explanation explainTransaction(const SolanaTransaction& transaction, const SolanaContext& context,
                               const Knowledge& knowledge);

/// An off-chain message: text, sign-in (SIWS), or with the header of versions 0 and 1.
Explanation explainMessage(BytesView message, const SolanaContext& context, const Knowledge& knowledge);

}  // namespace countersign::meaning
