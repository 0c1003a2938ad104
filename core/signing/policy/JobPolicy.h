#pragma once

#include "core/policy/approvals/CountTerms.h"
#include "core/policy/evaluation/PolicyEvaluator.h"
#include "core/signing/SigningServices.h"
#include "core/signing/job/VerifiedJob.h"

#include <memory>
#include <string>
#include <vector>

namespace countersign {

class AuditExcerpt;
struct SpentJob;
struct Spending;

/// What the policy in force says about one job, and what its approvals are counted by.
struct JudgedJob
{
    PolicyDecision decision;
    CountTerms terms;
};

/// Judges this desk's jobs by the policy in force, with what the desk knows: the descriptors, the address
/// book, the findings of the profile (SigningServices::explainer), and what was signed before. Within a
/// transaction that holds the write lock the judgement is as true as the rows are, so that two approvals at
/// once cannot both fit under a limit. Between two calls it keeps what was read, and believes it only as far
/// as it is still vouched for. Of one thread.
class JobPolicy
{
public:
    /// Must outlive it.
    explicit JobPolicy(const SigningServices& parts);
    ~JobPolicy();
    JobPolicy(const JobPolicy&) = delete;
    JobPolicy(JobPolicy&&) = delete;
    JobPolicy& operator=(const JobPolicy&) = delete;
    JobPolicy& operator=(JobPolicy&&) = delete;

    /// Inside a transaction that holds the write lock, or outside of any. There it also keeps what the policy
    /// was told of a job that may be approved, for the sums of later jobs. Errors: the policy in force, or
    /// the history that its sums need, cannot be trusted, or the job cannot be explained. Nothing may be
    /// signed then.
    Result<JudgedJob> judge(const VerifiedJob& job) const;

    /// What another policy would say of it now, with the same sums; null: the built-in one. Keeps nothing.
    Result<PolicyDecision> decide(const VerifiedJob& job,
                                  const std::shared_ptr<const PolicyDocument>& policy) const;

    /// What a policy would have been told of a job at that time, as far as its document, its row and the
    /// address book say it today. Findings of the desk are not among it. For many jobs in a row: the profile
    /// is read with the first of them.
    Result<PolicyFacts> factsFoundAgain(const VerifiedJob& job, UnixMillis then) const;

private:
    struct Kept;

    void readProfile() const;
    Result<PolicyFacts> factsNow(const VerifiedJob& job) const;
    SpentJob told(const Spending& spending, const AuditExcerpt& excerpt, bool isElsewhere) const;
    SpentJob toldElsewhere(const Spending& spending, const AuditExcerpt& excerpt) const;
    Result<std::vector<std::string>> registeredKeys() const;
    Result<std::shared_ptr<const PolicyDocument>> inForce() const;
    Result<PolicyDecision> decideOn(const VerifiedJob& job, const PolicyFacts& facts,
                                    const std::shared_ptr<const PolicyDocument>& policy) const;
    Status keep(const VerifiedJob& job, const PolicyFacts& facts) const;

    const SigningServices& m_parts;
    std::unique_ptr<Kept> m_kept;
};

}  // namespace countersign
