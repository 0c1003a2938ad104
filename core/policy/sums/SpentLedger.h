#pragma once

#include "core/policy/evaluation/PolicyEvaluator.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace countersign {

/// A job that left, or may have left, with what a policy was told about it.
struct SpentJob
{
    UnixMillis at = 0;
    std::shared_ptr<const PolicyFacts> facts;  ///< null: nothing is known of it
    /// What it was told is lost, and facts are found out again from its document: what they say of origin,
    /// submitter and the wallet's address rests on a row that anybody may have written, and findings of the
    /// desk are not among them.
    bool isFoundOutAgain = false;
};

/// How much of the asset left in a job that counts for a rule; 0 where the job does not count. Nothing where
/// that cannot be told.
std::optional<Uint256> leftUnder(const PolicyRule& rule, const SpentJob& job, std::string_view asset);

/// The sums of SignedJobSums for one policy that asks again and again: what each rule makes of a job is
/// worked out once, when the rule first asks about its time, and a sum is found in the order of the logarithm
/// of how many there are. Should the amounts of more than a period come to more than 2^256, the sum is not
/// told.
class SpentLedger final : public SpentSums
{
public:
    /// Every query is about a rule of this policy.
    explicit SpentLedger(std::shared_ptr<const PolicyDocument> policy) : m_policy(std::move(policy)) {}

    /// Fastest in the order of time.
    void add(SpentJob job);
    void clear();
    std::size_t size() const { return m_jobs.size(); }

    std::optional<Uint256> spent(const SpentQuery& query) const override;

private:
    struct OfAsset
    {
        std::vector<UnixMillis> times;
        std::vector<Uint256> totals;      ///< of all up to each of the times
        std::vector<UnixMillis> unknown;  ///< whose amount cannot be told
    };
    struct OfRule
    {
        UnixMillis from = 0;    ///< earlier ones were left out
        std::size_t taken = 0;  ///< jobs that were looked at
        std::map<std::string, OfAsset, std::less<>> assets;
        std::vector<UnixMillis> unknown;  ///< which may have moved any asset
    };
    void catchUp(const PolicyRule& rule, OfRule& known) const;
    static void take(const PolicyRule& rule, const SpentJob& job, OfRule& known);

    std::shared_ptr<const PolicyDocument> m_policy;
    std::vector<SpentJob> m_jobs;  ///< by time
    mutable std::map<const PolicyRule*, OfRule> m_rules;
};

}  // namespace countersign
