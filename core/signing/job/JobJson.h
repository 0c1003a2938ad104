#pragma once

#include "core/base/encoding/Json.h"
#include "core/signing/job/Job.h"

namespace countersign {

/// The job as the command line prints it (design.md §7), without its result.
Json jobToJson(const Job& job);

/// {"signature"?, "signedTransaction"?, "hash"?, "error"?}: signature and transaction in the chain's usual
/// text (EVM 0x-hex; Solana base58 and base64). Absent members are left out; empty when there is nothing.
Json jobResultToJson(const Job& job);

/// Both in one.
Json jobWithResult(const Job& job);

/// EVM: 0x-hex, Solana: base58; empty when there is none.
std::string signatureText(const Job& job);
/// EVM: 0x-hex, Solana: padded base64; empty when there is none.
std::string signedTransactionText(const Job& job);

}  // namespace countersign
