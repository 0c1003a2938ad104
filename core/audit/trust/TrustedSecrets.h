#pragma once

#include "core/audit/trust/TrustedRows.h"
#include "core/vault/SecretStore.h"

namespace countersign {

/// The profile's sealed secrets, authenticated against the TrustManifest. A sealed secret cannot be read or
/// forged in the profile's file, but a row that was removed or replaced can be put back, by whoever kept a
/// copy. So secrets, too, count only as the profile's programs wrote them last: everything else is an error
/// that names the secret (get) or is left out (all, list) and told by TrustedRows::findings.
class TrustedSecrets
{
public:
    TrustedSecrets(Database& database, const Vault& vault)
        : m_database(database), m_rows(database, vault), m_vault(vault), m_trusted(database, vault)
    {}

    /// NotFound when there is none and none is vouched for; BadSignature when it is not what was stored; the
    /// errors of TrustedRows::manifest.
    Result<SecretBytes> get(std::string_view kind, std::string_view name) const;
    /// All of a kind that count, oldest first.
    Result<std::vector<SecretBytes>> all(std::string_view kind) const;
    Result<std::vector<SecretStore::Entry>> list(std::string_view kind) const;

    /// Replaces what is there. Inside the caller's transaction behind "secret.stored" or "profile.created".
    Status put(std::string_view kind, std::string_view name, const SecretBytes& secret, UnixMillis now);
    /// Also what somebody else put in, or took away. Inside the caller's transaction behind
    /// "secret.removed". NotFound when there is nothing to remove.
    Status remove(std::string_view kind, std::string_view name);

private:
    Database& m_database;
    SecretStore m_rows;
    const Vault& m_vault;
    TrustedRows m_trusted;
};

}  // namespace countersign
