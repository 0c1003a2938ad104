#pragma once

#include "core/base/Result.h"
#include "core/policy/facts/PolicyFacts.h"

#include <string>
#include <string_view>

// Facts as text, for keeping them beside a job that was decided on.

namespace countersign {

inline constexpr std::size_t policyFactsMaxBytes = 64 * 1024;

/// Compact JSON with every member of PolicyFacts, null for nothing, amounts as decimal strings. It may be
/// longer than what policyFactsFrom reads; then it is not to be kept.
std::string textOf(const PolicyFacts& facts);

/// What textOf wrote. InvalidInput for anything else: not well-formed, longer than policyFactsMaxBytes, a
/// member missing, unknown or of another type, a word that is none, an amount that is not below 2^256.
Result<PolicyFacts> policyFactsFrom(std::string_view text);

}  // namespace countersign
