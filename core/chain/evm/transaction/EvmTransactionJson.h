#pragma once

#include "core/base/Result.h"
#include "core/base/encoding/Json.h"
#include "core/chain/evm/transaction/EvmTransaction.h"

namespace countersign {

/// The transaction as design.md §7 shows it: quantities as decimal strings, addresses with EIP-55's checksum,
/// everything else 0x-hex; with "signingHash" and "signed", and where it is signed "from" and "hash".
/// InvalidInput or BadSignature when the sender cannot be recovered.
Result<Json> toJson(const EvmTransaction& transaction);

}  // namespace countersign
