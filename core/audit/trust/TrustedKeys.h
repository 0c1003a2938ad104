#pragma once

#include "core/audit/trust/TrustedRows.h"
#include "core/vault/KeyRing.h"

namespace countersign {

/// The profile's RSA keys, authenticated against the TrustManifest. Which keys open delegations, and which
/// public halves an operator registers at Dynamic, is decided by rows of a file that others may write. Keys
/// count only as the profile's programs wrote them last; every other is left out here and told by
/// TrustedRows::findings.
class TrustedKeys
{
public:
    TrustedKeys(Database& database, const Vault& vault)
        : m_database(database), m_rows(database, vault), m_vault(vault), m_trusted(database, vault)
    {}

    /// The errors of TrustedRows::manifest.
    Result<std::vector<KeyInfo>> list() const;
    /// Newest first; Locked when locked.
    Result<std::vector<KeyRing::NamedKey>> privateKeys() const;

    /// As KeyRing::add. Inside the caller's transaction behind "key.generated" or "key.imported".
    Result<KeyInfo> add(std::string_view kid, const RsaPrivateKey& key, bool generated, UnixMillis now);
    /// Only a key that somebody else put in: one of the profile's own is the only way to open what was
    /// encrypted to it (InvalidInput). Inside the caller's transaction behind "key.removed".
    Status removeForeign(std::string_view kid);

private:
    /// The kids whose rows are what was written.
    Result<std::vector<std::string>> genuine() const;

    Database& m_database;
    KeyRing m_rows;
    const Vault& m_vault;
    TrustedRows m_trusted;
};

}  // namespace countersign
