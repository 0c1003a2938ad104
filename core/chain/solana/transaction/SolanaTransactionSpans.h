#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/chain/ByteSpan.h"

namespace countersign {

/// What each byte of a Solana message (legacy, version 0 or 1) is: the part of a transaction that is signed.
/// The spans cover all bytes, each once and in order; their names are those of the RPC's JSON
/// ("header.numRequiredSignatures", "accountKeys.0", "instructions.1.data",
/// "addressTableLookups.0.accountKey") and of SIMD-0385. InvalidInput for what parseMessage refuses.
Result<std::vector<ByteSpan>> solanaMessageSpans(BytesView message);

}  // namespace countersign
