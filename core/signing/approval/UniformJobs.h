#pragma once

#include "core/meaning/Act.h"
#include "core/policy/evaluation/PolicyEvaluator.h"
#include "core/signing/explanation/ExplainedJob.h"

#include <optional>
#include <span>
#include <string>

namespace countersign {

/// One of several jobs that are to be approved together, with what the policy says of it.
struct JobAmongSeveral
{
    const ExplainedJob& explained;
    const PolicyDecision& decision;
};

/// What several jobs have in common, and what they move together.
struct UniformJobs
{
    meaning::IntentKind intent = meaning::IntentKind::Unknown;
    std::string chain;  ///< CAIP-2
    std::string asset;  ///< CAIP-19, of what leaves
    Uint256 total = 0;  ///< raw units of it
    std::optional<std::string> rule;
    bool reauthenticate = false;

    bool operator==(const UniformJobs&) const = default;
};

/// At most so many at once: more is no list that a person reads.
inline constexpr std::size_t mostJobsTogether = 50;

/// What they have in common, where they may be approved together (design.md §11): each is complete,
/// understood and without a finding above Info, does one and the same thing on one chain, moves a known
/// amount of one and the same asset and gives no power over any, and is allowed by the same rule, which asks
/// for no typed word. InvalidInput with the first job (its position as the detail, from 0) that is not so,
/// and why.
Result<UniformJobs> uniformJobs(std::span<const JobAmongSeveral> jobs);

/// "750 USDC (0xA0b8…)", exact, in English: what they move together.
std::string totalText(const UniformJobs& jobs);

}  // namespace countersign
