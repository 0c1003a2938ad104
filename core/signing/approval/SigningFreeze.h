#pragma once

#include "core/audit/AuditLog.h"
#include "core/policy/approvals/FreezeStatement.h"
#include "core/vault/Vault.h"

#include <optional>
#include <string>
#include <string_view>

namespace countersign {

/// A freeze of all signing at this desk, by an operator, until somebody lifts it.
struct SigningFreeze
{
    std::string by;      ///< who, for people: the account and the machine
    std::string reason;  ///< in the operator's words
    UnixMillis at = 0;

    /// Who froze signing, when and why, and how it is lifted.
    QString sentence() const;
};

/// The account that runs this program, at this machine: "ada@ops-1".
std::string localAccount();

/// Nothing while signing is free. The state is vouched for like a setting (TrustedRows): whoever writes the
/// profile's file while it is locked can neither lift a freeze nor make one. BadSignature when they tried: it
/// is then not known which of the two holds, and nothing may be signed.
Result<std::optional<SigningFreeze>> signingFreeze(Database& database, const Vault& vault);

/// Free, or an error that says why nothing may be signed: `code` with SigningFreeze::sentence, or the errors
/// of signingFreeze.
Status refuseWhileFrozen(Database& database, const Vault& vault, ErrorCode code);

/// Records "signing.frozen", and from then on nothing is approved here and no room is opened, by any program
/// on the profile. Where signing is frozen already the first one stays and is returned. InvalidInput for a
/// reason that is empty or too long. A state that somebody else changed is replaced.
Result<SigningFreeze> freezeSigning(Database& database, const Vault& vault, AuditLog& audit,
                                    const Clock& clock, std::string_view reason);

/// The same inside a transaction, with what else the entry is to tell. made.reason is not checked.
Result<SigningFreeze> freezeWithin(AuditTransaction& record, Database& database, const Vault& vault,
                                   const SigningFreeze& made, Json detail);

/// Records "signing.unfrozen" and lifts it. NotFound when signing is not frozen; InvalidInput as above.
Status unfreezeSigning(Database& database, const Vault& vault, AuditLog& audit, std::string_view reason);

}  // namespace countersign
