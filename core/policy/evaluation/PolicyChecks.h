#pragma once

#include "core/policy/document/PolicyDocument.h"
#include "core/policy/facts/PolicyFacts.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

// One condition of a rule, held against the facts of a job.

namespace countersign {

enum class PolicyTruth {
    Holds,
    Fails,
    Open,  ///< cannot be evaluated
};

struct PolicyCheck
{
    PolicyTruth truth = PolicyTruth::Open;
    std::string because;  ///< a clause in English, "0x7099… is none of the recipients"
};

struct PolicyCondition
{
    std::string_view name;  ///< the member of `when`
    bool (*isAsked)(const PolicyConditions& when);
    /// Only where it is asked.
    PolicyCheck (*check)(const PolicyRule& rule, const PolicyFacts& facts);
};

/// All but perPeriod, in the order in which they are asked.
std::span<const PolicyCondition> policyConditions();

/// The one asset that leaves, with the sum of it. Both are there where truth is Holds; it Fails where nothing
/// leaves, and is Open where what leaves, or how much, is not known, or where several assets do.
struct PolicyLeaving
{
    PolicyCheck check;
    std::optional<std::string> asset;  ///< as comparableAsset; nothing where a single asset has no name
    Uint256 amount;
};
PolicyLeaving leavingOf(const PolicyFacts& facts);

/// "300 is more than 250".
PolicyCheck checkBounds(const PolicyBounds& bounds, const Uint256& value);

}  // namespace countersign
