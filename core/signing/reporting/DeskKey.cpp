#include "core/signing/reporting/DeskKey.h"

#include "core/audit/TrustedSecrets.h"
#include "core/base/Hex.h"
#include "core/base/Json.h"
#include "core/crypto/primitives/Ed25519.h"

namespace countersign {

Result<SecretBytes> deskSeed(Database& database, const Vault& vault, AuditLog& audit, const Clock& clock)
{
    TrustedSecrets secrets(database, vault);
    auto known = secrets.get(deskKeyKind, primarySecretName);
    if (known || known.error().code != ErrorCode::NotFound) {
        return known;
    }
    return audit.commit([&](AuditTransaction& record) -> Result<SecretBytes> {
        // Another program of this profile may have made it meanwhile.
        if (auto there = secrets.get(deskKeyKind, primarySecretName);
            there || there.error().code != ErrorCode::NotFound) {
            return there;
        }
        SecretBytes seed = SecretBytes::random(ed25519::seedBytes);
        const auto key = ed25519::publicKey(seed);
        if (!key) {
            return failure(key.error());
        }
        if (auto recorded = record.add("desk-key.generated", toHex(*key), "{}"); !recorded) {
            return failure(recorded.error());
        }
        if (auto stored = secrets.put(deskKeyKind, primarySecretName, seed, clock.now()); !stored) {
            return failure(stored.error());
        }
        return seed;
    });
}

Result<std::string> deskPublicKey(Database& database, const Vault& vault, AuditLog& audit, const Clock& clock)
{
    const auto seed = deskSeed(database, vault, audit, clock);
    if (!seed) {
        return failure(seed.error());
    }
    return ed25519::publicKey(*seed).map([](const ed25519::PublicKey& key) { return toHex(key); });
}

}  // namespace countersign
