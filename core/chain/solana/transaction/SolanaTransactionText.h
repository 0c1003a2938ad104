#pragma once

#include "core/chain/solana/transaction/SolanaTransaction.h"

#include <string_view>

namespace countersign::solana {

/// A transaction, or its message without signatures (parseTransactionOrMessage), as people pass it on: padded
/// base64, or hex with or without 0x. Hex digits are base64 too, of other bytes: what is a transaction in
/// both readings is InvalidInput, like everything else.
Result<SolanaTransaction> parseTransactionText(std::string_view text);

}  // namespace countersign::solana
