#pragma once

#include "core/signing/store/JobStore.h"
#include "core/vault/Vault.h"

#include <string_view>

namespace countersign {

/// What one approval is about, besides the job.
struct ApprovalTerms
{
    EngineKind engine = EngineKind::Sdk;
    JobState from = JobState::Pending;
    UnixMillis at = 0;
    BytesView digest;
    std::string_view basis;  ///< ApprovalBasis::toText
};

/// The code (HMAC-SHA-256) that makes an approval one, keyed by the vault: whoever can only write the
/// profile's files cannot write an approval, nor make one count for another job, another wallet, a later time
/// or another ceremony. Covers every column that decides what is signed, for whom, until when and what
/// becomes of it, and what the approval rests on: policy, rule and counted statements.
Result<Bytes> approvalCode(const Vault& vault, const Job& job, const JobStore::StoredApproval& row,
                           const ApprovalTerms& terms);

}  // namespace countersign
