#pragma once

#include "core/crypto/RsaPrivateKey.h"
#include "core/vault/Vault.h"

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

/// Why this class exists: envelopes are opened by one of several RSA keys (rotation), found by kid, else by
/// trying them all; the private halves are sealed in the vault as PKCS#8 DER and exist in memory only while
/// they are used.
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
    /// Every private key, newest first; Locked when locked.
    Result<std::vector<NamedKey>> privateKeys() const;

private:
    Database& m_database;
    const Vault& m_vault;
};

}  // namespace countersign
