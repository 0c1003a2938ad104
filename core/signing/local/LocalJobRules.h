#pragma once

#include "core/signing/local/LocalFacts.h"

namespace countersign {

/// How long a payment of the same kind is remembered as a possible repetition.
inline constexpr UnixMillis duplicateWithin = 24LL * 60 * 60 * 1000;
/// Transactions between the highest nonce that was signed here and one that is called far ahead.
inline constexpr std::uint64_t nonceFarAhead = 16;
/// So many times the highest fee that was signed here is called high, once there were some.
inline constexpr std::uint64_t highFeeFactor = 10;
inline constexpr std::size_t feesToCompare = 3;

/// Runs every rule about a job beside the others of its wallet, and adds what they find (untranslated
/// English):
/// job.duplicate: a job with exactly the same payments (critical), with one to the same recipient in the same
/// asset, or with the same bytes (warning) was signed within 24 hours;
/// job.noncePending (warning): another job that waits has the same nonce on the same chain;
/// job.replacement (critical): a signed one has it;
/// job.replacementRaises (critical): and this one sends more, or to others; error where that cannot be told;
/// job.nonceFar (warning): the nonce, which the job itself names, is far above every one that was signed;
/// job.feeHigh (warning): far above every fee that was signed here with the wallet on the chain.
/// Each is "error" where it could not run.
void checkAgainstOtherJobs(const LocalFacts& facts, std::vector<meaning::Finding>& findings);

}  // namespace countersign
