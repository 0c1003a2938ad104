#pragma once

#include "core/base/Bytes.h"
#include "core/signing/relay/JobRelay.h"

#include <string_view>

// The parsers for a relay's answers about jobs. What a relay says decides whether a desk signs; its answers
// are bounded and strictly parsed apart from the networking, so that a fuzzer can reach the parsers.

namespace countersign {

/// Longest answer to a call about a job, in bytes.
inline constexpr std::size_t jobAnswerMaxBytes = 16 * 1024;

/// {"leaseUntil": ISO 8601, "withdrawalRequested"?: bool, "withdrawalSeq"?: integer, …} (docs/relay.md). A
/// number alone is a request too. What is there and not what it should be is Network, never "no withdrawal".
Result<JobClaim> parseJobClaim(BytesView body);

/// {"jobId", …}: the relay took what was said about this job. Network where it speaks of another.
Status parseJobAcceptance(BytesView body, std::string_view jobId);

/// {"seq", …}: the relay took what is about no job, as this entry of the feed. Network otherwise.
Status parseStatementAcceptance(BytesView body);

}  // namespace countersign
