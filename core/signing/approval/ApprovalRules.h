#pragma once

#include "core/signing/SigningServices.h"
#include "core/signing/job/VerifiedJob.h"
#include "core/signing/store/JobStore.h"

namespace countersign {

/// The preconditions of an approval: whether a job may be approved, and the sentence that says why not.
/// Decides and changes nothing.
class ApprovalRules
{
public:
    ApprovalRules(const SigningServices& parts, const JobStore& store) : m_parts(parts), m_store(store) {}

    /// By its state, its time and its wallet's delegation. Denied otherwise.
    Status checkApprovable(const Job& job, bool again) const;
    /// Before anything is signed: a transaction that cannot be sent afterwards would only lie about.
    Status checkBroadcastable(const VerifiedJob& job) const;
    /// InvalidInput when something is open, or the nonce that was filled in is another job's by now. One that
    /// the submitter gave is the submitter's business: that is how a transaction is replaced.
    Status checkNonce(const VerifiedJob& job) const;

private:
    const SigningServices& m_parts;
    const JobStore& m_store;
};

}  // namespace countersign
