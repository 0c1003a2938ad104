#include "core/signing/prepare/JobPreparer.h"

#include "core/signing/prepare/TransactionFiller.h"

namespace countersign {

JobPreparer::JobPreparer(const SigningServices& parts, JobStore& store, QObject* parent)
    : QObject(parent), m_parts(parts), m_store(store)
{}

JobPreparer::~JobPreparer() = default;

void JobPreparer::prepare(const std::string& jobId, bool refill, Callback<VerifiedJob> done)
{
    const auto row = m_store.load(jobId);
    if (!row) {
        return answerLater(failure(row.error()), std::move(done));
    }
    if (!mayBePrepared(row->state)) {
        return answerLater(
            failure(ErrorCode::Denied,
                    tr("The job is %1, so there is nothing to prepare.").arg(stateName(row->state))),
            std::move(done));
    }
    auto job = VerifiedJob::of(*row);
    if (refill) {
        // Whatever was filled in before is replaced, also what fits the document no more.
        Job emptied = *row;
        emptied.resolved.clear();
        if (auto fresh = VerifiedJob::of(std::move(emptied)); fresh && fresh->leavesOpen()) {
            job = std::move(fresh);
        }
    }
    if (!job) {
        return answerLater(job, std::move(done));
    }
    if (!row->digest.empty() && !(job->leavesOpen() && refill)) {
        return answerLater(job, std::move(done));
    }
    if (!job->leavesOpen()) {
        return answerLater(store(*job, {}), std::move(done));
    }
    const std::uint64_t number = ++m_lastCall;
    auto call =
        fill(*job, [this, number, job = *job, done](const Result<std::vector<ResolvedField>>& resolved) {
            const auto result = resolved ? store(job, *resolved) : failure(resolved.error());
            m_calls.erase(number);
            done(result);
        });
    if (!call) {
        return answerLater(failure(call.error()), std::move(done));
    }
    m_calls.emplace(number, *std::move(call));
}

Result<PendingCallPtr> JobPreparer::fill(const VerifiedJob& job,
                                         Callback<std::vector<ResolvedField>> resolved)
{
    if (const auto* request = std::get_if<EvmTransactionRequest>(&job.submitted())) {
        const std::string chainId = toDecimal(request->chainId);
        ASSIGN_OR_RETURN(auto rpc, m_parts.evmRpc(chainId));
        const auto isTaken = [this, chainId, walletId = job.job().walletId,
                              jobId = job.job().jobId](const std::string& nonce) {
            const auto user = m_store.nonceUser(walletId, chainId, nonce, jobId);
            return user && *user;
        };
        return fillEvm(std::move(rpc), *request, job.job().address, isTaken, std::move(resolved));
    }
    ASSIGN_OR_RETURN(auto rpc, m_parts.solanaRpc());
    return fillSolana(std::move(rpc), std::move(resolved));
}

Result<VerifiedJob> JobPreparer::store(const VerifiedJob& job, const std::vector<ResolvedField>& resolved)
{
    ASSIGN_OR_RETURN(const auto filled, job.filledWith(resolved));
    const SigningPayload& payload = *filled.payload();
    ASSIGN_OR_RETURN(const auto row,
                     m_store.setPreparation(job.job().jobId, {payload.prepared, payload.digest, resolved,
                                                              payload.chainId, payload.nonce}));
    return filled.renewed(row);
}

void JobPreparer::answerLater(Result<VerifiedJob> job, Callback<VerifiedJob> done)
{
    QMetaObject::invokeMethod(
        this, [job = std::move(job), done = std::move(done)] { done(job); }, Qt::QueuedConnection);
}

}  // namespace countersign
