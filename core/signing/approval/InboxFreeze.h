#pragma once

#include "core/policy/operators/OperatorRegister.h"
#include "core/signing/approval/SigningFreeze.h"

#include <optional>
#include <string>
#include <string_view>

namespace countersign {

/// The freeze of every desk of a relay's inbox: an operator's signed word, which each desk acts upon that
/// registered the operator. Each is acted upon once, however often a relay shows it again: a freeze that was
/// lifted here stays lifted until an operator says it anew.
class InboxFreeze
{
public:
    /// All must outlive it.
    InboxFreeze(Database& database, const Vault& vault, AuditLog& audit, const Clock& clock);

    struct Said
    {
        SigningFreeze freeze;  ///< of this desk; the earlier one where signing was frozen already
        SignedFreeze word;     ///< for the relay
    };
    /// Signs it for this desk's operator, records that ("freeze.signed") and freezes this desk first, all in
    /// one transaction. InvalidInput for a reason that is empty or too long, and while the settings name no
    /// inbox; NotFound without an operator; the errors of OperatorIdentity::read.
    Result<Said> say(std::string_view reason);

    enum class Heard {
        Frozen,        ///< signing is frozen from now on, or was already
        Known,         ///< it was acted upon before
        Unregistered,  ///< its operator does not count here, or not yet
        OtherInbox,
        TooOld  ///< from before this profile
    };
    /// Acts upon another desk's word, and records it ("freeze.received"). The errors of
    /// OperatorRegister::everybody.
    Result<Heard> hear(AuditTransaction& record, const SignedFreeze& word);

private:
    Result<std::optional<Operator>> speakerOf(const FreezeStatement& statement) const;
    Result<bool> isKnown(const SignedFreeze& word) const;

    Database& m_database;
    const Vault& m_vault;
    AuditLog& m_audit;
    const Clock& m_clock;
    OperatorIdentity m_identity;
    OperatorRegister m_register;
};

}  // namespace countersign
