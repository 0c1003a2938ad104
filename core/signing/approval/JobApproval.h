#pragma once

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
    JobApproval(const SigningServices& parts, JobStore& store);

    /// Whether this job may be approved now (ApprovalRules::checkApprovable).
    Status checkApprovable(const Job& job, const ApprovalRequest& request) const;
    /// Whether what was prepared is what the operator saw, and can be sent if it is to be.
    Status checkPrepared(const VerifiedJob& job, const ApprovalRequest& request) const;
    /// The compare and set that lets exactly one approval through; seen: what was prepared and shown.
    Result<Job> approve(const VerifiedJob& seen, const ApprovalRequest& request);
    /// Everything that the ceremony needs, read once more from the row as it is now: the last thing before
    /// the room. Corrupt when that is not what was approved.
    Result<JobCeremony::Order> orderFor(const Job& row) const;

private:
    Result<NewApproval> decide(const Job& row, const VerifiedJob& seen, const ApprovalRequest& request) const;

    const SigningServices& m_parts;
    JobStore& m_store;
    ApprovalRules m_rules;
    SigningSettings m_settings;
};

}  // namespace countersign
