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

Judgement unreadStatement(const Error& error)
{
    const bool isForged = error.code == ErrorCode::BadSignature;
    return waitingStatement(
        isForged ? "signature" : "unreadable",
        stored(isForged ? DeliveryCause::ForgedStatement : DeliveryCause::UnreadableStatement), error.detail);
}

/// The register, or the profile's seal, was changed by somebody else: nobody counts until that is mended.
Judgement doubtedOperator(const Error& error, const QString& who)
{
    return waitingStatement("operator", storedSentence(error.sentence.toStdString()), who);
}

/// How it counts as a delivery; its operator is registered. What adds nothing is bounded like a stranger's:
/// one statement can be spelled in any number of ways, and none of its copies is missed.
Judgement judgementOf(ApprovalStore::Added added)
{
    switch (added) {
        case ApprovalStore::Added::New:
            return {Verdict::Applied, {}, std::nullopt};
        case ApprovalStore::Added::Known:
        case ApprovalStore::Added::Repeated:
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
      m_statements(database, vault, m_audit, m_jobs, clock),
      m_freeze(database, vault, m_audit, clock)
{}

Result<Judgement> StatementIntake::takeApproval(const OperatorStatement& statement, const FeedItem& entry,
                                                AuditTransaction& record)
{
    Q_UNUSED(entry)
    const auto approval = readApproval(asText(statement.body));
    if (!approval) {
        return unreadStatement(approval.error());
    }
    const QString who = QString::fromStdString(toHex(approval->statement.operatorKey));
    const auto taken = m_statements.takeWithin(record, *approval, ApprovalSource::Relay);
    if (!taken && taken.error().code == ErrorCode::NotFound) {
        return waitingStatement("job", stored(DeliveryCause::UnknownStated),
                                QString::fromStdString(statement.jobId));
    }
    if (!taken && taken.error().code == ErrorCode::BadSignature) {
        return doubtedOperator(taken.error(), who);
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
    Q_UNUSED(entry)
    const auto word = readFreeze(asText(statement.body));
    if (!word) {
        return unreadStatement(word.error());
    }
    const QString who = QString::fromStdString(toHex(word->statement.operatorKey));
    const auto heard = m_freeze.hear(record, *word);
    if (!heard) {
        return heard.error().code == ErrorCode::BadSignature
                   ? Result<Judgement>(doubtedOperator(heard.error(), who))
                   : failure(heard.error());
    }
    switch (*heard) {
        case InboxFreeze::Heard::Frozen:
            return Judgement{Verdict::Applied, {}, std::nullopt};
        case InboxFreeze::Heard::Known:
            return judgementOf(ApprovalStore::Added::Known);
        case InboxFreeze::Heard::TooOld:
            return Judgement{Verdict::Stale, stored(DeliveryCause::OlderFreeze), std::nullopt, true};
        case InboxFreeze::Heard::OtherInbox:
            return waitingStatement("inbox", stored(DeliveryCause::OtherInboxFreeze),
                                    QString::fromStdString(word->statement.inbox));
        case InboxFreeze::Heard::Unregistered:
            break;
    }
    return waitingStatement("operator", stored(DeliveryCause::UnknownOperator), who);
}

}  // namespace countersign
