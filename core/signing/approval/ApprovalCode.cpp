#include "core/signing/approval/ApprovalCode.h"

#include "core/crypto/primitives/Hmac.h"
#include "core/signing/store/JobRows.h"

namespace countersign {

namespace {

/// Another purpose than that of the version whose code covered less, so that none of its codes counts.
constexpr std::string_view approvalKeyPurpose = "approve3";

void appendCovered(Bytes& message, BytesView field)
{
    // Lengths in front, so that no two sets of fields read alike.
    const std::string length = std::to_string(field.size()) + ':';
    message.insert(message.end(), length.begin(), length.end());
    message.insert(message.end(), field.begin(), field.end());
}

}  // namespace

Result<Bytes> approvalCode(const Vault& vault, const Job& job, const JobStore::StoredApproval& row,
                           const ApprovalTerms& terms)
{
    ASSIGN_OR_RETURN(const auto key, vault.deriveKey(approvalKeyPurpose));
    Bytes message;
    const std::string resolved = resolvedToJson(job.resolved);
    for (const std::string_view field :
         {std::string_view(vault.info().profileId), std::string_view(job.jobId), toText(job.origin),
          std::string_view(job.submitter), std::string_view(job.claimedSubmitter),
          std::string_view(job.walletId), std::string_view(job.chain), std::string_view(job.address),
          toText(job.kind), std::string_view(job.broadcast ? "broadcast" : "sign"),
          std::string_view(job.reason), std::string_view(resolved), toText(terms.engine), toText(terms.from),
          terms.basis}) {
        appendCovered(message, asBytes(field));
    }
    for (const std::int64_t number :
         {row.deliveryId, std::int64_t(job.createdAt), std::int64_t(job.expiresAt),
          std::int64_t(job.attempts), std::int64_t(terms.at)}) {
        appendCovered(message, asBytes(std::to_string(number)));
    }
    appendCovered(message, row.submitterKey);
    appendCovered(message, terms.digest);
    const HmacSha256Tag tag = hmacSha256(key->view(), message);
    return Bytes(tag.begin(), tag.end());
}

}  // namespace countersign
