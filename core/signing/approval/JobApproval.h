#pragma once

#include "core/signing/approval/ApprovalGate.h"
#include "core/signing/approval/ApprovalRequest.h"
#include "core/signing/approval/ApprovalRules.h"
#include "core/signing/approval/SigningSettings.h"
#include "core/signing/ceremony/JobCeremony.h"

namespace countersign {

/// The approval of a job: decides what exactly is approved, writes it, and tells later whether what is stored
/// is still that. Waits for nothing and holds nothing between two calls.
class JobApproval
{
public:
    /// judge: ApprovalGate's.
    JobApproval(const SigningServices& parts, JobStore& store, ApprovalGate::Judge judge = {});

    /// Whether this job may be approved now (ApprovalRules::checkApprovable).
    Status checkApprovable(const Job& job, const ApprovalRequest& request) const;
    /// Whether what was prepared is what the operator saw, and can be sent if it is to be.
    Status checkPrepared(const VerifiedJob& job, const ApprovalRequest& request) const;
    /// How policy and operators stand to it now; changes nothing (ApprovalGate::judge).
    Result<ApprovalVerdict> judge(const VerifiedJob& job) const { return m_gate->judge(job); }
    /// Where this desk has an operator, their approval, said now or before; nothing where it has none, and
    /// for a job that the policy does not let them approve: Denied (ApprovalGate::checkDemands).
    Result<std::optional<SignedApproval>> sayOwn(const VerifiedJob& job, const ApprovalRequest& request);
    /// Whether the approvals that the policy asks for are there. Denied otherwise.
    Status checkCount(const VerifiedJob& job) const;
    /// The compare and set that lets exactly one approval through; seen: what was prepared and shown. Policy
    /// and operators are asked in its transaction.
    Result<Job> approve(const VerifiedJob& seen, const ApprovalRequest& request);
    /// Everything that the ceremony needs, read once more from the row as it is now: the last thing before
    /// the room. Corrupt when that is not what was approved. The order also asks policy and operators again
    /// (JobCeremony::Order::stillApproved).
    Result<JobCeremony::Order> orderFor(const Job& row) const;

private:
    Result<NewApproval> decide(const Job& row, const VerifiedJob& seen, const ApprovalRequest& request) const;

    const SigningServices& m_parts;
    JobStore& m_store;
    ApprovalRules m_rules;
    std::shared_ptr<ApprovalGate> m_gate;  ///< orders keep it
    SigningSettings m_settings;
};

}  // namespace countersign
