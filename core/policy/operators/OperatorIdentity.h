#pragma once

#include "core/audit/AuditLog.h"
#include "core/policy/operators/Operator.h"

#include <optional>
#include <string>

namespace countersign {

/// Who sits at this desk: the name and public key of its own operator.
struct OwnOperator
{
    std::string name;
    ed25519::PublicKey publicKey{};

    bool operator==(const OwnOperator&) const = default;
};

/// This desk's operator: an Ed25519 key pair of its own, with which it signs what it says about jobs. The
/// seed and the name lie sealed in the vault, as one secret (operatorKeyKind) that counts only as it was
/// written last (TrustedSecrets): a key that was taken away or put back is an error and never made anew,
/// because the other desks know the one that was. There is one for a profile, for one person works at it.
class OperatorIdentity
{
public:
    OperatorIdentity(Database& database, const Vault& vault, AuditLog& audit, const Clock& clock)
        : m_database(database), m_vault(vault), m_audit(audit), m_clock(clock)
    {}

    /// Makes and records it ("operator-key.generated"). InvalidInput for a name that isPlainName refuses;
    /// AlreadyExists when there is one, or when a registered operator or group has the name; the errors of
    /// read().
    Result<OwnOperator> create(const std::string& name);

    /// NotFound as long as there is none; BadSignature when it is not what was made; the errors of
    /// TrustedSecrets::get.
    Result<OwnOperator> read() const;
    /// 32 bytes. Errors as read().
    Result<SecretBytes> seed() const;
    /// Nothing as long as there is none; the other errors of read().
    Result<std::optional<OwnOperator>> find() const;

private:
    Database& m_database;
    const Vault& m_vault;
    AuditLog& m_audit;
    const Clock& m_clock;
};

}  // namespace countersign
