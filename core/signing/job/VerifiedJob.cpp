#include "core/signing/job/VerifiedJob.h"

#include "core/crypto/keys/Address.h"
#include "core/delegation/WalletAddress.h"

#include <QCoreApplication>

#include <tuple>

namespace countersign {

namespace {

struct VerifiedJobText
{
    Q_DECLARE_TR_FUNCTIONS(VerifiedJobText)
};

tl::unexpected<Error> changedInTheDatabase(const Job& job)
{
    return failure(ErrorCode::Corrupt,
                   VerifiedJobText::tr(
                       "The stored job is not the one that was submitted: somebody changed the profile's "
                       "database. Do not sign with this profile before you know why."),
                   QString::fromStdString(job.jobId));
}

bool isOfDocument(const Job& job, const JobDocument& document)
{
    const bool sameWallet = document.wallet == job.walletId || sameAddress(document.wallet, job.address);
    return document.kind == job.kind && document.broadcast == job.broadcast && sameWallet &&
           document.reason == job.reason && document.submitter == job.claimedSubmitter &&
           document.expiresAt.value_or(job.createdAt + defaultJobLifetime) == job.expiresAt;
}

/// Every column that of() looks at.
auto readFrom(const Job& job)
{
    return std::tie(job.jobId, job.document, job.walletId, job.chain, job.address, job.kind, job.broadcast,
                    job.reason, job.claimedSubmitter, job.createdAt, job.expiresAt, job.resolved);
}

}  // namespace

VerifiedJob::VerifiedJob(Job job, JobDocument document, Bytes addressBytes, JobContent submitted,
                         JobContent content)
    : m_job(std::move(job)),
      m_document(std::move(document)),
      m_addressBytes(std::move(addressBytes)),
      m_submitted(std::move(submitted)),
      m_content(std::move(content)),
      m_payload(signingPayloadOf(m_job.kind, m_content))
{}

Result<VerifiedJob> VerifiedJob::of(Job job)
{
    if (jobIdOf(job.document) != job.jobId) {
        return changedInTheDatabase(job);
    }
    ASSIGN_OR_RETURN(auto document, parseJobDocument(job.document));
    auto address = readAddress(job.chain, job.address);
    if (!address || !isOfDocument(job, document)) {
        return changedInTheDatabase(job);  // the address came from the wallet's row
    }
    auto submitted = readJobContent(document.kind, document.payload, address->bytes);
    if (!submitted) {
        return failure(submitted.error());
    }
    ASSIGN_OR_RETURN(auto content, job.resolved.empty() ? submitted : withResolved(*submitted, job.resolved));
    return VerifiedJob(std::move(job), std::move(document), std::move(address->bytes), *std::move(submitted),
                       std::move(content));
}

bool VerifiedJob::leavesOpen() const
{
    return !openFieldsOf(m_submitted).empty();
}

bool VerifiedJob::isPreparedAsStored() const
{
    return m_payload && m_payload->digest == m_job.digest && m_payload->prepared == m_job.prepared;
}

Result<VerifiedJob> VerifiedJob::filledWith(std::vector<ResolvedField> resolved) const
{
    ASSIGN_OR_RETURN(auto content, withResolved(m_submitted, resolved));
    Job filled = m_job;
    filled.resolved = std::move(resolved);
    VerifiedJob verified(std::move(filled), m_document, m_addressBytes, m_submitted, std::move(content));
    if (!verified.m_payload) {
        return failure(verified.m_payload.error());
    }
    return verified;
}

Result<VerifiedJob> VerifiedJob::renewed(Job job) const
{
    if (readFrom(job) != readFrom(m_job)) {
        return of(std::move(job));
    }
    VerifiedJob same = *this;
    same.m_job = std::move(job);
    return same;
}

}  // namespace countersign
