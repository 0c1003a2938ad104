#include "core/signing/approval/InboxFreeze.h"

#include "core/audit/trust/TrustedSettings.h"
#include "core/base/encoding/Hex.h"
#include "core/base/text/SanitizedText.h"
#include "core/policy/approvals/ApprovalCount.h"
#include "core/vault/Settings.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct InboxFreezeText
{
    Q_DECLARE_TR_FUNCTIONS(InboxFreezeText)
};

constexpr qsizetype shownFreezeReasonCharacters = 1'000;
constexpr std::string_view freezeSignedKind = "freeze.signed";
constexpr std::string_view freezeReceivedKind = "freeze.received";

Json freezeDetail(const SignedFreeze& word)
{
    return {{"operator", toHex(word.statement.operatorKey)},
            {"inbox", word.statement.inbox},
            {"at", toIso8601(word.statement.at)},
            {"reason", word.statement.reason}};
}

}  // namespace

InboxFreeze::InboxFreeze(Database& database, const Vault& vault, AuditLog& audit, const Clock& clock)
    : m_database(database),
      m_vault(vault),
      m_audit(audit),
      m_clock(clock),
      m_identity(database, vault, audit, clock),
      m_register(database, vault, audit, clock)
{}

Result<InboxFreeze::Said> InboxFreeze::say(std::string_view reason)
{
    if (reason.empty() || reason.size() > freezeMaxReasonBytes) {
        return failure(ErrorCode::InvalidInput,
                       InboxFreezeText::tr("A reason has 1 to %1 bytes.").arg(freezeMaxReasonBytes));
    }
    ASSIGN_OR_RETURN(const auto own, m_identity.read());
    ASSIGN_OR_RETURN(const auto inbox, TrustedSettings(m_database, m_vault).get(settingKeys::relayInbox));
    if (!inbox) {
        return failure(
            ErrorCode::InvalidInput,
            InboxFreezeText::tr("This profile names no relay's inbox, so there are no other desks "
                                "to tell. Set relay.url and relay.inbox, or freeze this desk alone."));
    }
    ASSIGN_OR_RETURN(const auto seed, m_identity.seed());
    ASSIGN_OR_RETURN(auto word,
                     signFreeze({*inbox, std::string(reason), own.publicKey, m_clock.now()}, seed));
    ASSIGN_OR_RETURN(auto frozen, m_audit.commit([&](AuditTransaction& record) -> Result<SigningFreeze> {
        const std::string id = toHex(word.envelope.digest);
        RETURN_IF_ERROR(record.add(freezeSignedKind, id, dumpJson(freezeDetail(word))));
        const SigningFreeze made{localAccount(), word.statement.reason, word.statement.at};
        return freezeWithin(record, m_database, m_vault, made, {{"statement", id}});
    }));
    return Said{std::move(frozen), std::move(word)};
}

Result<InboxFreeze::Heard> InboxFreeze::hear(AuditTransaction& record, const SignedFreeze& word)
{
    ASSIGN_OR_RETURN(const auto speaker, speakerOf(word.statement));
    if (!speaker) {
        return Heard::Unregistered;
    }
    ASSIGN_OR_RETURN(const auto inbox, TrustedSettings(m_database, m_vault).get(settingKeys::relayInbox));
    if (!inbox || *inbox != word.statement.inbox) {
        return Heard::OtherInbox;
    }
    // A desk that joins reads the inbox's history: what was lifted before it came is none of its business.
    if (word.statement.at + approvalClockSkew < m_vault.info().createdAt) {
        return Heard::TooOld;
    }
    ASSIGN_OR_RETURN(const bool known, isKnown(word));
    if (known) {
        return Heard::Known;
    }
    const std::string id = toHex(word.envelope.digest);
    RETURN_IF_ERROR(record.add(freezeReceivedKind, id, dumpJson(freezeDetail(word))));
    const QString who = InboxFreezeText::tr("the operator %1").arg(QString::fromStdString(speaker->name));
    const QString why = sanitizedText(word.statement.reason, shownFreezeReasonCharacters);
    const SigningFreeze made{who.toStdString(), why.toStdString(), m_clock.now()};
    RETURN_IF_ERROR(freezeWithin(record, m_database, m_vault, made, {{"statement", id}}));
    return Heard::Frozen;
}

Result<std::optional<Operator>> InboxFreeze::speakerOf(const FreezeStatement& statement) const
{
    ASSIGN_OR_RETURN(const auto everybody, m_register.everybody());
    const auto found = std::ranges::find(everybody, statement.operatorKey, &Operator::publicKey);
    return found == everybody.end() ? std::optional<Operator>() : std::optional(*found);
}

Result<bool> InboxFreeze::isKnown(const SignedFreeze& word) const
{
    // Rare enough for a look through the whole record: only a registered operator's word gets here.
    return attempt([&]() -> Result<bool> {
        SQLite::Statement query(m_database.handle(),
                                "SELECT 1 FROM audit WHERE subject = ? AND kind IN (?, ?) LIMIT 1");
        query.bind(1, toHex(word.envelope.digest));
        query.bind(2, std::string(freezeSignedKind));
        query.bind(3, std::string(freezeReceivedKind));
        return query.executeStep();
    });
}

}  // namespace countersign
