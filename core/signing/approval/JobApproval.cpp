#include "core/signing/approval/JobApproval.h"

#include "core/delegation/WalletCatalog.h"
#include "core/signing/approval/ApprovalCode.h"
#include "core/signing/job/JobNotes.h"

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

/// What the time line says beside the approval; nothing where the built-in policy decided.
std::string noteOf(const ApprovalVerdict& verdict)
{
    if (!verdict.isByOperators) {
        return {};
    }
    return stored(JobNote::ApprovedByRule,
                  {verdict.judged.decision.rule.value_or("built-in"), std::to_string(verdict.have)});
}

}  // namespace

JobApproval::JobApproval(const SigningServices& parts, JobStore& store, ApprovalGate::Judge judge)
    : m_parts(parts),
      m_store(store),
      m_rules(parts, store),
      m_gate(std::make_shared<ApprovalGate>(parts, store, std::move(judge))),
      m_settings(*parts.database, *parts.vault)
{}

Status JobApproval::checkApprovable(const Job& job, const ApprovalRequest& request) const
{
    return m_rules.checkApprovable(job, request.again);
}

Status JobApproval::checkPrepared(const VerifiedJob& job, const ApprovalRequest& request) const
{
    if (!request.digest.empty() && request.digest != job.job().digest) {
        return failure(changedMeanwhile());
    }
    return m_rules.checkBroadcastable(job);
}

Result<std::optional<SignedApproval>> JobApproval::sayOwn(const VerifiedJob& job,
                                                          const ApprovalRequest& request)
{
    ASSIGN_OR_RETURN(const auto verdict, judge(job));
    RETURN_IF_ERROR(ApprovalGate::checkDemands(verdict, request));
    if (!verdict.own) {
        return std::optional<SignedApproval>();
    }
    RETURN_IF_ERROR(job.payload());
    ASSIGN_OR_RETURN(auto approval,
                     m_gate->approveOnce(job.job().jobId, verdict.judged.terms, job.payload()->digest));
    return std::optional(std::move(approval));
}

Status JobApproval::checkCount(const VerifiedJob& job) const
{
    ASSIGN_OR_RETURN(const auto verdict, judge(job));
    return ApprovalGate::checkCount(verdict);
}

Result<Job> JobApproval::approve(const VerifiedJob& seen, const ApprovalRequest& request)
{
    // Preparing takes no lock: another window may have filled in other values since.
    return m_store.approve(seen.job().jobId, request.again,
                           [&](const Job& row) { return decide(row, seen, request); });
}

Result<NewApproval> JobApproval::decide(const Job& row, const VerifiedJob& seen,
                                        const ApprovalRequest& request) const
{
    // A job that the relay has brought meanwhile needs a claim, which was not asked for.
    if (row.digest != seen.job().digest || row.origin != seen.job().origin) {
        return failure(changedMeanwhile());
    }
    // Filling in and claiming take their time.
    RETURN_IF_ERROR(m_rules.checkApprovable(row, request.again));
    ASSIGN_OR_RETURN(const auto job, seen.renewed(row));
    RETURN_IF_ERROR(m_rules.checkNonce(job));
    ASSIGN_OR_RETURN(const auto verdict, judge(job));
    RETURN_IF_ERROR(ApprovalGate::checkDemands(verdict, request));
    RETURN_IF_ERROR(ApprovalGate::checkCount(verdict));
    ASSIGN_OR_RETURN(const auto kind, m_settings.engine(request.engine));
    ASSIGN_OR_RETURN(const auto columns, m_store.approval(row.jobId));
    const Bytes& digest = job.payload()->digest;
    const UnixMillis now = m_parts.clock->now();
    std::string basis = ApprovalGate::basisOf(verdict).toText();
    ASSIGN_OR_RETURN(auto code,
                     approvalCode(*m_parts.vault, row, columns, {kind, row.state, now, digest, basis}));
    return NewApproval{kind, digest, std::move(code), now, std::move(basis), noteOf(verdict)};
}

Result<JobCeremony::Order> JobApproval::orderFor(const Job& row) const
{
    auto job = VerifiedJob::of(row);
    if (!job || !job->payload()) {
        return failure(job ? job->payload().error() : job.error());
    }
    ASSIGN_OR_RETURN(const auto approved, m_store.approval(row.jobId));
    ASSIGN_OR_RETURN(const auto wallet, WalletCatalog(*m_parts.database).find(row.walletId));
    const Bytes& digest = job->payload()->digest;
    const EngineKind kind = row.engine.value_or(defaultEngine());
    const auto code = approvalCode(*m_parts.vault, row, approved,
                                   {kind, row.approvedFrom, approved.at, digest, approved.basis});
    auto relayDomain = m_settings.relayDomain();
    if (!code || !relayDomain) {
        return failure(code ? relayDomain.error() : code.error());
    }
    // The prepared bytes and the number are what people and other jobs are shown; they follow from the
    // payload.
    const bool sameBytes = row.engine && digest == approved.digest && job->isPreparedAsStored();
    if (!sameBytes || !equalConstantTime(*code, approved.mac)) {
        return failure(ErrorCode::Corrupt,
                       JobApprovalText::tr("What is stored is not what was approved. Nothing was signed."),
                       QString::fromStdString(row.jobId));
    }
    ASSIGN_OR_RETURN(const auto basis, ApprovalBasis::parse(approved.basis));
    const auto stillApproved = [gate = m_gate, verified = *job, basis](const Job& now) -> Status {
        ASSIGN_OR_RETURN(const auto renewed, verified.renewed(now));
        return gate->recheck(renewed, basis);
    };
    return JobCeremony::Order{*std::move(job), wallet.shareSetId, *std::move(relayDomain), kind,
                              stillApproved};
}

}  // namespace countersign
