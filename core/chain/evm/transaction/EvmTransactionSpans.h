#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/chain/ByteSpan.h"

namespace countersign {

/// What each byte of an unsigned transaction (serializeUnsigned) is. The spans cover all bytes, each once and
/// in order: the type (EIP-2718), the RLP lengths, and the values under the names that JSON-RPC gives them.
/// Of a call's data the selector ("data.selector"), the 32-byte words behind it ("data.0", at most
/// maxCalldataWords) and what is left ("data.rest") are spans of their own; a creation's code is one.
/// InvalidInput for what decodeTransaction refuses, and for a signed transaction.
Result<std::vector<ByteSpan>> evmTransactionSpans(BytesView unsignedBytes);

inline constexpr std::size_t maxCalldataWords = 4096;

}  // namespace countersign
