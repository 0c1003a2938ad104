#include "core/signing/approval/ApprovalRules.h"

#include "core/delegation/DelegationStore.h"
#include "core/signing/approval/SigningFreeze.h"
#include "core/signing/statement/RejectedJobs.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct ApprovalRulesText
{
    Q_DECLARE_TR_FUNCTIONS(ApprovalRulesText)
};

QString whyNotApprovable(JobState state)
{
    switch (state) {
        case JobState::Failed:
            return ApprovalRulesText::tr(
                "The job failed. Mend what it names, then \"approve again\" (--again) opens another "
                "ceremony.");
        case JobState::Expired:
            return ApprovalRulesText::tr(
                "The job expired. Ask its submitter for a new one if it is still wanted.");
        case JobState::Approved:
        case JobState::Signing:
            return ApprovalRulesText::tr("The job is %1 already. Wait for how it ends.")
                .arg(stateName(state));
        case JobState::Signed:
        case JobState::Broadcast:
        case JobState::Confirmed:
            return ApprovalRulesText::tr(
                       "The job is %1 already, so it cannot be approved. Its result is shown with it "
                       "(jobs show).")
                .arg(stateName(state));
        default:
            return ApprovalRulesText::tr(
                       "The job is %1, so it cannot be approved. Ask its submitter for a new one if it is "
                       "still wanted.")
                .arg(stateName(state));
    }
}

}  // namespace

Status ApprovalRules::checkApprovable(const Job& job, bool again) const
{
    RETURN_IF_ERROR(refuseWhileFrozen(*m_parts.database, *m_parts.vault, ErrorCode::Denied));
    if (job.state == JobState::Interrupted && !again) {
        return failure(ErrorCode::Denied,
                       ApprovalRulesText::tr(
                           "A crash left the outcome of this job's ceremony unknown: its signature may exist "
                           "already. Only \"approve again\" (--again) opens another ceremony."));
    }
    if (!allows(job.state, again ? JobMove::ApproveAgain : JobMove::Approve)) {
        return failure(ErrorCode::Denied, whyNotApprovable(job.state));
    }
    if (job.expiresAt <= m_parts.clock->now()) {
        return failure(ErrorCode::Denied, whyNotApprovable(JobState::Expired));
    }
    RETURN_IF_ERROR(refuseIfRejected(m_parts, job.jobId, ErrorCode::Denied));
    const auto usable = DelegationStore(*m_parts.database).currentEvent(job.walletId);
    if (!usable && usable.error().code == ErrorCode::NotFound) {
        return failure(ErrorCode::Denied, usable.error().sentence, usable.error().detail);
    }
    return usable.map([](const std::string&) {});
}

Status ApprovalRules::checkBroadcastable(const VerifiedJob& job) const
{
    if (!job.job().broadcast) {
        return {};
    }
    if (const auto* request = std::get_if<EvmTransactionRequest>(&job.submitted())) {
        return m_parts.evmRpc(toDecimal(request->chainId)).map([](const auto&) {});
    }
    const auto* transaction = std::get_if<SolanaTransaction>(&job.submitted());
    if (transaction != nullptr) {
        for (const SolanaAddress& signer : transaction->missingSigners()) {
            if (toText(signer) != job.job().address) {
                return failure(
                    ErrorCode::InvalidInput,
                    ApprovalRulesText::tr(
                        "The transaction also needs the signature of %1 before it can be sent. Have it "
                        "signed there first, or ask for a job without broadcast.")
                        .arg(QString::fromStdString(toText(signer))));
            }
        }
    }
    return m_parts.solanaRpc().map([](const auto&) {});
}

Status ApprovalRules::checkNonce(const VerifiedJob& job) const
{
    const auto& payload = job.payload();
    if (!payload) {
        return failure(payload.error());
    }
    const Job& row = job.job();
    const bool resolvedNonce = std::any_of(row.resolved.begin(), row.resolved.end(),
                                           [](const ResolvedField& field) { return field.name == "nonce"; });
    if (!resolvedNonce || !payload->chainId || !payload->nonce) {
        return {};
    }
    ASSIGN_OR_RETURN(const auto user,
                     m_store.nonceUser(row.walletId, *payload->chainId, *payload->nonce, row.jobId));
    if (user) {
        return failure(ErrorCode::InvalidInput,
                       ApprovalRulesText::tr("Another job took the nonce meanwhile. Look at this one again."),
                       QString::fromStdString(*user));
    }
    return {};
}

}  // namespace countersign
