#include "core/signing/prepare/JobPreparer.h"

#include "core/crypto/keys/Address.h"
#include "core/delegation/WalletAddress.h"
#include "core/signing/intake/JobIntake.h"
#include "core/signing/job/JobDocument.h"
#include "core/signing/prepare/TransactionFiller.h"

namespace countersign {

namespace {

Error changedInTheDatabase(const Job& job)
{
    return {
        ErrorCode::Corrupt,
        JobPreparer::tr("The stored job is not the one that was submitted: somebody changed the profile's "
                        "database. Do not sign with this profile before you know why."),
        QString::fromStdString(job.jobId)};
}

}  // namespace

Result<ReadJob> readStoredJob(const Job& job)
{
    if (jobIdOf(job.document) != job.jobId) {
        return failure(changedInTheDatabase(job));
    }
    const auto document = parseJobDocument(job.document);
    if (!document) {
        return failure(document.error());
    }
    const auto address = readAddress(job.chain, job.address);
    if (!address) {
        return failure(changedInTheDatabase(job));  // it came from the wallet's row
    }
    const bool sameWallet = document->wallet == job.walletId || sameAddress(document->wallet, job.address);
    const bool sameWords = document->reason == job.reason && document->submitter == job.claimedSubmitter;
    const UnixMillis expiresAt = document->expiresAt.value_or(job.createdAt + defaultJobLifetime);
    if (document->kind != job.kind || document->broadcast != job.broadcast || !sameWallet || !sameWords ||
        expiresAt != job.expiresAt) {
        return failure(changedInTheDatabase(job));
    }
    auto content = readJobContent(document->kind, document->payload, address->bytes);
    if (!content) {
        return failure(content.error());
    }
    return ReadJob{*std::move(content), address->bytes};
}

Result<SigningPayload> planOfStored(const Job& job, const ReadJob& read)
{
    const auto content = withResolved(read.content, job.resolved);
    return content ? signingPayloadOf(job.kind, *content) : failure(content.error());
}

JobPreparer::JobPreparer(const SigningServices& parts, JobStore& store, QObject* parent)
    : QObject(parent), m_parts(parts), m_store(store)
{}

JobPreparer::~JobPreparer() = default;

void JobPreparer::prepare(const std::string& jobId, bool refill, Callback<Job> done)
{
    const auto job = m_store.load(jobId);
    if (!job) {
        return answerLater(job, std::move(done));
    }
    if (!mayBePrepared(job->state)) {
        return answerLater(
            failure(ErrorCode::Denied,
                    tr("The job is %1, so there is nothing to prepare.").arg(stateName(job->state))),
            std::move(done));
    }
    const auto read = readStoredJob(*job);
    if (!read) {
        return answerLater(failure(read.error()), std::move(done));
    }
    const bool hasOpen = !openFieldsOf(read->content).empty();
    if (!job->digest.empty() && !(hasOpen && refill)) {
        return answerLater(job, std::move(done));
    }
    if (!hasOpen) {
        return answerLater(store(*job, *read, {}), std::move(done));
    }
    const std::uint64_t number = ++m_lastCall;
    auto call = fill(
        *job, *read,
        [this, number, job = *job, read = *read, done](const Result<std::vector<ResolvedField>>& resolved) {
            const auto result = resolved ? store(job, read, *resolved) : failure(resolved.error());
            m_calls.erase(number);
            done(result);
        });
    if (!call) {
        return answerLater(failure(call.error()), std::move(done));
    }
    m_calls.emplace(number, *std::move(call));
}

Result<PendingCallPtr> JobPreparer::fill(const Job& job, const ReadJob& read,
                                         Callback<std::vector<ResolvedField>> resolved)
{
    if (const auto* request = std::get_if<EvmTransactionRequest>(&read.content)) {
        const std::string chainId = toDecimal(request->chainId);
        auto rpc = m_parts.evmRpc(chainId);
        if (!rpc) {
            return failure(rpc.error());
        }
        const auto isTaken = [this, chainId, job](const std::string& nonce) {
            const auto user = m_store.nonceUser(job.walletId, chainId, nonce, job.jobId);
            return user && *user;
        };
        return fillEvm(*std::move(rpc), *request, job.address, isTaken, std::move(resolved));
    }
    auto rpc = m_parts.solanaRpc();
    if (!rpc) {
        return failure(rpc.error());
    }
    return fillSolana(*std::move(rpc), std::move(resolved));
}

Result<Job> JobPreparer::store(const Job& job, const ReadJob& read,
                               const std::vector<ResolvedField>& resolved)
{
    Job completed = job;
    completed.resolved = resolved;
    const auto plan = planOfStored(completed, read);
    if (!plan) {
        return failure(plan.error());
    }
    return m_store.setPreparation(job.jobId,
                                  {plan->prepared, plan->digest, resolved, plan->chainId, plan->nonce});
}

void JobPreparer::answerLater(Result<Job> job, Callback<Job> done)
{
    QMetaObject::invokeMethod(
        this, [job = std::move(job), done = std::move(done)] { done(job); }, Qt::QueuedConnection);
}

}  // namespace countersign
