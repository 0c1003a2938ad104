#pragma once

#include "core/base/encoding/Json.h"
#include "core/chain/solana/transaction/SolanaTransaction.h"

namespace countersign {

/// The transaction as design.md §7 and §10 show it: addresses and the blockhash in Base58, the instructions
/// as solana::toJson gives them. "config" is there for version 1 only, its quantities are decimal strings,
/// and null is what the message leaves open.
Json toJson(const SolanaTransaction& transaction);

}  // namespace countersign
