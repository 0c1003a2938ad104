#pragma once

#include "core/crypto/keys/RsaPrivateKey.h"
#include "core/vault/TrustManifest.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace countersign {

/// What may be shown of an RSA key.
struct KeyInfo
{
    std::string kid;
    int bits = 0;
    bool generated = true;
    std::string publicKeyPem;  ///< SPKI
    std::string fingerprint;   ///< see RsaPublicKey::fingerprint
    UnixMillis createdAt = 0;
};

/// The profile's RSA keys, private halves sealed. Envelopes are opened by one of several keys (rotation),
/// found by kid, else by trying them all; the private halves are sealed in the vault as PKCS#8 DER and exist
/// in memory only while they are used. These are the bare rows; what is used, and every change, goes through
/// TrustedKeys (core/audit), which also notices rows that were put in, changed or put back.
class KeyRing
{
public:
    struct NamedKey
    {
        std::string kid;
        std::shared_ptr<const RsaPrivateKey> key;
    };

    KeyRing(Database& database, const Vault& vault) : m_database(database), m_vault(vault) {}

    /// AlreadyExists when the kid or the key itself (fingerprint) is there.
    Result<KeyInfo> add(std::string_view kid, const RsaPrivateKey& key, bool generated, UnixMillis now);
    Result<std::vector<KeyInfo>> list() const;
    /// Every private key that is wanted (by its kid; all without a function), newest first; Locked when
    /// locked.
    Result<std::vector<NamedKey>> privateKeys(
        const std::function<bool(const std::string& kid)>& wanted = {}) const;
    /// NotFound when there is none.
    Status remove(std::string_view kid);

    /// kid → what tells the row from every other one; needs no key.
    static Result<TrustManifest::Rows> fingerprints(Database& database);

private:
    Database& m_database;
    const Vault& m_vault;
};

}  // namespace countersign
