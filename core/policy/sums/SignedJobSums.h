#pragma once

#include "core/policy/evaluation/PolicyEvaluator.h"

#include <span>

namespace countersign {

/// A job that was signed.
struct SignedJobFacts
{
    PolicyFacts facts;  ///< its now: when it was decided on
    UnixMillis signedAt = 0;
};

/// The sums of jobs in memory: for trying a policy against a history, and for tests. Each query looks at
/// every job; whoever decides while jobs are signed asks the database instead.
class SignedJobSums final : public SpentSums
{
public:
    /// They outlive it.
    explicit SignedJobSums(std::span<const SignedJobFacts> jobs) : m_jobs(jobs) {}

    std::optional<Uint256> spent(const SpentQuery& query) const override;

private:
    std::span<const SignedJobFacts> m_jobs;
};

/// How much of the asset left in a job that counts for a rule: 0 where none did; nothing where the bytes do
/// not tell, or what left has no name.
std::optional<Uint256> leftOfAsset(const PolicyFacts& facts, std::string_view asset);

}  // namespace countersign
