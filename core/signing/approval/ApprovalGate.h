#pragma once

#include "core/meaning/descriptors/Descriptors.h"
#include "core/signing/approval/ApprovalBasis.h"
#include "core/signing/approval/ApprovalRequest.h"
#include "core/signing/policy/JobPolicy.h"
#include "core/signing/statement/JobStatements.h"

#include <functional>
#include <memory>

namespace countersign {

/// What whoever approves a job has to do besides saying yes.
struct ApprovalDemands
{
    bool reauthentication = false;  ///< show once more that they may (Vault::verify)
    /// To be typed: the first eight hex digits of the digest that is signed, lower-case. Empty: none.
    std::string typedWord;

    bool operator==(const ApprovalDemands&) const = default;
};

/// How the policy in force and the operators' statements stand to the signing of one job, at one moment.
struct ApprovalVerdict
{
    JudgedJob judged;
    JobStatements::Counted counted;  ///< empty where nobody is an operator
    /// A policy is in force, so that its approvals are operators'. Else the built-in one counts, whose one
    /// approval is that of whoever approves at this desk.
    bool isByOperators = false;
    std::optional<OwnOperator> own;
    ApprovalDemands demands;
    int have = 0;
    int need = 1;

    bool isReached() const { return have >= need; }
};

/// Decides whether a job may be signed by what the policy in force asks and the operators said; changes
/// nothing. Every answer is read anew, so that under the write lock it is as true as the rows are.
class ApprovalGate
{
public:
    /// How a job is judged.
    using Judge = std::function<Result<JudgedJob>(const VerifiedJob&)>;
    /// All must outlive it. judge: empty for the policy in force (JobPolicy).
    ApprovalGate(const SigningServices& parts, JobStore& store, Judge judge = {});

    /// Errors of JobPolicy::judge, OperatorRegister::everybody and JobStatements::count: it is then not known
    /// what may be signed, and nothing is.
    Result<ApprovalVerdict> judge(const VerifiedJob& job);

    // Denied, with the sentence and the rule's id as the detail.

    /// Unless the policy forbids the job, asks more of whoever approves than the request brings, or cannot be
    /// applied to it.
    static Status checkDemands(const ApprovalVerdict& verdict, const ApprovalRequest& request);
    /// Unless there are too few approvals.
    static Status checkCount(const ApprovalVerdict& verdict);

    static ApprovalBasis basisOf(const ApprovalVerdict& verdict);
    /// Whether what an approval rested on still holds: the same policy and rule, enough approvals, and each
    /// of those that were counted. Busy when not, so that the job waits again; the errors of judge().
    Status recheck(const VerifiedJob& job, const ApprovalBasis& basis);

    /// Says this desk's operator's approval, or gives the one that stands. Errors as JobStatements::say, and
    /// of descriptors that cannot be used.
    Result<SignedApproval> approveOnce(const std::string& jobId, const CountTerms& terms, BytesView digest);

private:
    Status describe();

    const SigningServices& m_parts;
    AuditLog m_audit;
    JobStatements m_statements;
    Judge m_judge;
    std::shared_ptr<const meaning::Descriptors> m_descriptors;  ///< that m_statements looks at
};

}  // namespace countersign
