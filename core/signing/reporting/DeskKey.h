#pragma once

#include "core/audit/AuditLog.h"

namespace countersign {

/// The desk's own Ed25519 key, which signs what the relay is told of jobs (design.md §6), so that a back end
/// can tell a desk's word from the relay's. Made, and recorded, when it is first needed, and never a second
/// time: BadSignature when the one that was made is gone or is another. The seed has 32 bytes.
Result<SecretBytes> deskSeed(Database& database, const Vault& vault, AuditLog& audit, const Clock& clock);

/// Lower-case hex of the public key, for back ends to register.
Result<std::string> deskPublicKey(Database& database, const Vault& vault, AuditLog& audit,
                                  const Clock& clock);

}  // namespace countersign
