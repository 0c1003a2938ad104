#pragma once

#include "core/vault/Vault.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace countersign {

/// What of a profile's readable rows is vouched for: table name → business key → value.
namespace trustedTables {
inline constexpr std::string_view setting = "setting";      ///< key → value
inline constexpr std::string_view submitter = "submitter";  ///< name → public key in hex
inline constexpr std::string_view secret = "secret";  ///< SecretStore::rowKey → fingerprint of the row
inline constexpr std::string_view key = "rsa_key";    ///< kid → fingerprint of the row
/// addressBookKey → fingerprint of all of its rows (core/vault/AddressRows.h)
inline constexpr std::string_view addressBook = "address_book";
/// operatorRegisterKey → fingerprint of all of its rows (core/vault/OperatorRows.h)
inline constexpr std::string_view operators = "operator";
/// policyRowsKey → fingerprint of all of its rows (core/vault/PolicyRows.h)
inline constexpr std::string_view policy = "policy";
}  // namespace trustedTables

/// A sealed manifest of the profile's rows: what its programs wrote last. Settings and registered keys lie
/// readable in the profile's file, and whoever can write the file while the vault is locked could change
/// them; secrets and private keys lie there sealed, but a row that was removed or replaced could be put back.
/// So the programs also keep the manifest, in one box that only the vault opens: all of it together, so that
/// a row that was changed, taken away, put in, or exchanged with another one, an older one of its own too,
/// differs from the box. The box is bound to profile and place like every sealed cell. It cannot tell by
/// itself whether it is the newest of its kind: the entry of the record that it names can
/// (core/audit/trust/TrustedRows.h).
struct TrustManifest
{
    using Rows = std::map<std::string, std::string, std::less<>>;

    /// The number of the entry in the audit record that the last change went with; 0: none yet.
    std::int64_t entry = 0;
    /// That entry's hash in hex, for numbers come again where a record was cut and sealed anew; empty with
    /// entry 0, and where a version that did not know it wrote the box.
    std::string entryHash;
    std::map<std::string, Rows, std::less<>> tables;

    /// That of a new profile: nothing is there of any kind. A manifest without the tables of secrets and keys
    /// is one of a version that did not vouch for them (core/audit/trust/SettingsUpgrade.h).
    static TrustManifest ofNewProfile();
    bool knowsSecrets() const { return tables.contains(trustedTables::secret); }

    /// Nothing when it is not vouched for.
    std::optional<std::string> value(std::string_view table, std::string_view key) const;

    /// Compact JSON: {"entry": …, "hash"?: "…", "tables": {"setting": {…}, …}}.
    std::string encode() const;
    /// InvalidInput when it has another form, more than 4 MiB, or more than 5000 rows in one table.
    static Result<TrustManifest> decode(std::string_view text);

    /// BadSignature when there is none or it is not what this vault sealed; Locked.
    static Result<TrustManifest> read(Database& database, const Vault& vault);
    /// Replaces the one that is there; InvalidInput when decode() would refuse it. Inside the caller's
    /// transaction if there is one.
    Status write(Database& database, const Vault& vault) const;

    bool operator==(const TrustManifest&) const = default;
};

}  // namespace countersign
