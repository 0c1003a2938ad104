#pragma once

#include "core/policy/document/PolicyDocument.h"
#include "core/policy/facts/PolicyFacts.h"

#include <optional>
#include <string>
#include <vector>

namespace countersign {

/// What a rule with perPeriod asks about signed jobs.
struct SpentQuery
{
    const PolicyRule& rule;  ///< its other conditions decide which jobs count (meetsBesidePeriod)
    std::string asset;       ///< CAIP-19, as comparableAsset writes it
    UnixMillis from = 0;     ///< of the time of signing, inclusive
    UnixMillis until = 0;
};

/// The sums of what was signed. The job under check is not among them.
class SpentSums
{
public:
    virtual ~SpentSums() = default;
    /// Raw units of the asset that left in signed jobs; nothing where it cannot be told.
    virtual std::optional<Uint256> spent(const SpentQuery& query) const = 0;
};

/// Where there is no history to ask: a rule with perPeriod cannot be evaluated.
class NoSpentSums final : public SpentSums
{
public:
    std::optional<Uint256> spent(const SpentQuery&) const override { return std::nullopt; }
};

/// What one rule said. In English and not translated: it is recorded, and compared between desks.
struct PolicyTraceLine
{
    std::optional<std::string> rule;  ///< nothing: the built-in policy
    bool matched = false;
    std::string because;  ///< of a rule that does not hold, the first condition that failed

    bool operator==(const PolicyTraceLine&) const = default;
};

/// What a policy says about one job.
struct PolicyDecision
{
    std::optional<std::string> block;    ///< the sentence of the rule that forbids it
    PolicyApprovals approvals;           ///< what it needs otherwise
    std::optional<std::string> rule;     ///< which one decided; nothing: the built-in policy
    std::vector<PolicyTraceLine> trace;  ///< up to the rule that decided

    bool operator==(const PolicyDecision&) const = default;
};

/// The first rule whose conditions all hold decides (design.md §11). A condition that cannot be evaluated
/// does not hold for a rule that allows, and holds for one that blocks; where there are several intents,
/// calls, programs, recipients or assets, the former needs all of them, the latter any. Without a policy
/// (nullptr), and where no rule holds, the built-in one counts: understood and nothing critical found, one
/// approval; otherwise one approval, re-authentication and a typed word. Pure: the same input gives the same
/// decision.
PolicyDecision evaluatePolicy(const PolicyDocument* policy, const PolicyFacts& facts, const SpentSums& sums);

/// Whether every condition of the rule but perPeriod holds: whether the job's sums count for its perPeriod.
bool meetsBesidePeriod(const PolicyRule& rule, const PolicyFacts& facts);

}  // namespace countersign
