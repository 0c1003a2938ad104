#include "core/signing/statement/StatementIntake.h"

#include "core/base/encoding/Hex.h"
#include "core/inbox/delivery/DeliveryCauses.h"

#include <QString>

namespace countersign {

namespace {

Judgement waitingStatement(const char* code, std::string cause, const QString& detail)
{
    return {Verdict::Quarantined, cause, QuarantineReason{code, cause, detail.toStdString()}, true};
}

/// How it counts as a delivery; its operator is registered. What adds nothing is bounded like a stranger's:
/// one statement can be spelled in any number of ways, and none of its copies is missed.
Judgement judgementOf(ApprovalStore::Added added)
{
    switch (added) {
        case ApprovalStore::Added::New:
            return {Verdict::Applied, {}, std::nullopt};
        case ApprovalStore::Added::Known:
            return {Verdict::Duplicate, stored(DeliveryCause::Taken), std::nullopt, true};
        case ApprovalStore::Added::Outdated:
        case ApprovalStore::Added::NoRoomLeft:
            break;
    }
    return {Verdict::Stale, stored(DeliveryCause::Stale), std::nullopt, true};
}

}  // namespace

StatementIntake::StatementIntake(Database& database, const Vault& vault, const Clock& clock)
    : m_audit(database, vault, clock),
      m_jobs(database, m_audit, clock),
      m_statements(database, vault, m_audit, m_jobs, clock)
{}

Result<Judgement> StatementIntake::takeApproval(const OperatorStatement& statement, const FeedItem& entry,
                                                AuditTransaction& record)
{
    Q_UNUSED(entry)
    const auto approval = readApproval(asText(statement.body));
    if (!approval) {
        const bool isForged = approval.error().code == ErrorCode::BadSignature;
        return waitingStatement(
            isForged ? "signature" : "unreadable",
            stored(isForged ? DeliveryCause::ForgedStatement : DeliveryCause::UnreadableStatement),
            approval.error().detail);
    }
    const QString who = QString::fromStdString(toHex(approval->statement.operatorKey));
    const auto taken = m_statements.takeWithin(record, *approval, ApprovalSource::Relay);
    if (!taken && taken.error().code == ErrorCode::NotFound) {
        return waitingStatement("job", stored(DeliveryCause::UnknownStated),
                                QString::fromStdString(statement.jobId));
    }
    if (!taken && taken.error().code == ErrorCode::BadSignature) {
        // The register, or the profile's seal, was changed by somebody else: nobody counts until that is
        // mended.
        return waitingStatement("operator", storedSentence(taken.error().sentence.toStdString()), who);
    }
    if (!taken) {
        return failure(taken.error());
    }
    return taken->isRegistered ? judgementOf(taken->added)
                               : waitingStatement("operator", stored(DeliveryCause::UnknownOperator), who);
}

Result<Judgement> StatementIntake::takeFreeze(const OperatorStatement& statement, const FeedItem& entry,
                                              AuditTransaction& record)
{
    Q_UNUSED(statement)
    Q_UNUSED(entry)
    Q_UNUSED(record)
    return Judgement{Verdict::Unknown, stored(DeliveryCause::NotActedUpon), std::nullopt, true};
}

}  // namespace countersign
