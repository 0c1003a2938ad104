#pragma once

#include "core/vault/TrustManifest.h"

#include <optional>
#include <string>
#include <vector>

namespace countersign {

/// The kinds of secrets besides RSA keys and delegations.
inline constexpr std::string_view webhookSecretKind = "webhook-secret";
inline constexpr std::string_view relayTokenKind = "relay-token";
inline constexpr std::string_view apiTokenKind = "api-token";
inline constexpr std::string_view deskKeyKind = "desk-key";  ///< core/signing/reporting/DeskKey.h
/// core/policy/operators/OperatorIdentity.h
inline constexpr std::string_view operatorKeyKind = "operator-key";
/// The name of the one relay token and the one API token that a profile works with.
inline constexpr std::string_view primarySecretName = "primary";

/// The profile's sealed secrets, addressed by kind and name. Webhook secrets (several during a rotation),
/// relay tokens and API tokens live in the vault only. These are the bare rows, for showing their names: what
/// is used, and every change, goes through TrustedSecrets (core/audit), which also notices rows that were put
/// back.
class SecretStore
{
public:
    SecretStore(Database& database, const Vault& vault) : m_database(database), m_vault(vault) {}

    struct Entry
    {
        std::string name;
        UnixMillis createdAt = 0;
    };

    /// Replaces a secret of the same kind and name.
    Status put(std::string_view kind, std::string_view name, const SecretBytes& secret, UnixMillis now);
    Result<SecretBytes> get(std::string_view kind, std::string_view name) const;
    /// All of a kind, oldest first.
    Result<std::vector<SecretBytes>> all(std::string_view kind) const;
    Result<std::vector<Entry>> list(std::string_view kind) const;
    Status remove(std::string_view kind, std::string_view name);

    /// "kind/name": what the TrustManifest calls a row.
    static std::string rowKey(std::string_view kind, std::string_view name);
    /// What tells this row from every other one, an older one of the same name too; needs no key. Nothing
    /// when there is no such row.
    Result<std::optional<std::string>> fingerprint(std::string_view kind, std::string_view name) const;
    /// Of every row.
    static Result<TrustManifest::Rows> fingerprints(Database& database);

private:
    Database& m_database;
    const Vault& m_vault;
};

}  // namespace countersign
