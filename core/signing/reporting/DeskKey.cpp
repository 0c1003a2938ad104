#include "core/signing/reporting/DeskKey.h"

#include "core/audit/trust/TrustedSecrets.h"
#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/crypto/primitives/Ed25519.h"

namespace countersign {

Result<SecretBytes> deskSeed(Database& database, const Vault& vault, AuditLog& audit, const Clock& clock)
{
    TrustedSecrets secrets(database, vault);
    auto known = secrets.get(deskKeyKind, primarySecretName);
    if (known || known.error().code != ErrorCode::NotFound) {
        return known;
    }
    const auto make = [&](AuditTransaction& record) -> Result<SecretBytes> {
        // Another program of this profile may have made it meanwhile.
        if (auto there = secrets.get(deskKeyKind, primarySecretName);
            there || there.error().code != ErrorCode::NotFound) {
            return there;
        }
        SecretBytes seed = SecretBytes::random(ed25519::seedBytes);
        ASSIGN_OR_RETURN(const auto key, ed25519::publicKey(seed));
        RETURN_IF_ERROR(record.add("desk-key.generated", toHex(key), "{}"));
        RETURN_IF_ERROR(secrets.put(deskKeyKind, primarySecretName, seed, clock.now()));
        return seed;
    };
    return audit.commit(make, Sealing::BeforeUse);
}

Result<std::string> deskPublicKey(Database& database, const Vault& vault, AuditLog& audit, const Clock& clock)
{
    ASSIGN_OR_RETURN(const auto seed, deskSeed(database, vault, audit, clock));
    return ed25519::publicKey(seed).map([](const ed25519::PublicKey& key) { return toHex(key); });
}

}  // namespace countersign
