#include "core/signing/approval/JobApproval.h"

#include "core/delegation/WalletCatalog.h"
#include "core/signing/approval/ApprovalCode.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct JobApprovalText
{
    Q_DECLARE_TR_FUNCTIONS(JobApprovalText)
};

Error changedMeanwhile()
{
    return {ErrorCode::InvalidInput,
            JobApprovalText::tr("What would be signed has changed since it was shown. Look at it again."),
            {}};
}

}  // namespace

JobApproval::JobApproval(const SigningServices& parts, JobStore& store)
    : m_parts(parts), m_store(store), m_rules(parts, store), m_settings(*parts.database, *parts.vault)
{}

Status JobApproval::checkApprovable(const Job& job, const ApprovalRequest& request) const
{
    return m_rules.checkApprovable(job, request.again);
}

Status JobApproval::checkPrepared(const Job& job, const ApprovalRequest& request) const
{
    if (!request.digest.empty() && request.digest != job.digest) {
        return failure(changedMeanwhile());
    }
    const auto read = readStoredJob(job);
    return read ? m_rules.checkBroadcastable(job, *read) : failure(read.error());
}

Result<Job> JobApproval::approve(const Job& seen, const ApprovalRequest& request)
{
    // Preparing takes no lock: another window may have filled in other values since.
    return m_store.approve(seen.jobId, request.again,
                           [&](const Job& job) { return decide(job, seen, request); });
}

Result<NewApproval> JobApproval::decide(const Job& job, const Job& seen, const ApprovalRequest& request) const
{
    // A job that the relay has brought meanwhile needs a claim, which was not asked for.
    if (job.digest != seen.digest || job.origin != seen.origin) {
        return failure(changedMeanwhile());
    }
    // Filling in and claiming take their time.
    if (auto still = m_rules.checkApprovable(job, request.again); !still) {
        return failure(still.error());
    }
    const auto read = readStoredJob(job);
    const auto payload = read ? planOfStored(job, *read) : failure(read.error());
    const auto free = payload ? m_rules.checkNonce(job, *payload) : failure(payload.error());
    if (!free) {
        return failure(free.error());
    }
    const auto kind = m_settings.engine(request.engine);
    const auto row = kind ? m_store.approval(job.jobId) : failure(kind.error());
    if (!row) {
        return failure(row.error());
    }
    const UnixMillis now = m_parts.clock->now();
    auto code = approvalCode(*m_parts.vault, job, *row, {*kind, job.state, now, payload->digest});
    if (!code) {
        return failure(code.error());
    }
    return NewApproval{*kind, payload->digest, *std::move(code), now};
}

Result<JobCeremony::Order> JobApproval::orderFor(const Job& job) const
{
    const auto read = readStoredJob(job);
    if (!read) {
        return failure(read.error());
    }
    auto content = withResolved(read->content, job.resolved);
    auto plan = content ? signingPayloadOf(job.kind, *content) : failure(content.error());
    const auto approved = m_store.approval(job.jobId);
    const auto wallet = WalletCatalog(*m_parts.database).find(job.walletId);
    if (!plan || !approved || !wallet) {
        return failure(!plan ? plan.error() : !approved ? approved.error() : wallet.error());
    }
    const EngineKind kind = job.engine.value_or(defaultEngine());
    const auto code =
        approvalCode(*m_parts.vault, job, *approved, {kind, job.approvedFrom, approved->at, plan->digest});
    auto relayDomain = m_settings.relayDomain();
    if (!code || !relayDomain) {
        return failure(code ? relayDomain.error() : code.error());
    }
    // The prepared bytes and the number are what people and other jobs are shown; they follow from the plan.
    const bool sameBytes = job.engine && plan->digest == approved->digest && plan->digest == job.digest &&
                           plan->prepared == job.prepared;
    if (!sameBytes || !equalConstantTime(*code, approved->mac)) {
        return failure(ErrorCode::Corrupt,
                       JobApprovalText::tr("What is stored is not what was approved. Nothing was signed."),
                       QString::fromStdString(job.jobId));
    }
    JobCeremony::Order order;
    order.job = job;
    order.plan = *std::move(plan);
    order.content = *std::move(content);
    order.addressBytes = read->addressBytes;
    order.shareSetId = wallet->shareSetId;
    order.relayDomain = *std::move(relayDomain);
    order.engine = kind;
    return order;
}

}  // namespace countersign
