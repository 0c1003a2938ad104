#pragma once

#include "core/policy/PolicyEvaluator.h"
#include "core/policy/approvals/CountTerms.h"
#include "core/signing/SigningServices.h"
#include "core/signing/job/VerifiedJob.h"

namespace countersign {

/// What the policy in force says about one job, and what its approvals are counted by.
struct JudgedJob
{
    PolicyDecision decision;
    CountTerms terms;
};

/// Judges this desk's jobs by the policy in force. It holds nothing between two calls, so that within a
/// transaction the judgement is as true as the rows are.
class JobPolicy
{
public:
    /// Must outlive it.
    explicit JobPolicy(const SigningServices& parts) : m_parts(parts) {}

    /// Errors: the policy in force, or the history that its sums need, cannot be trusted. Nothing may be
    /// signed then.
    Result<JudgedJob> judge(const VerifiedJob& job) const;

private:
    const SigningServices& m_parts;
};

}  // namespace countersign
