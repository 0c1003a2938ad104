#pragma once

#include "core/vault/TrustManifest.h"

#include <QString>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

/// One row that is not what the programs of this profile wrote last.
struct TrustFinding
{
    enum class What { Changed, Added, Removed };
    std::string table;  ///< trustedTables
    std::string key;
    What what = What::Changed;

    /// What happened and what mends it, with the command.
    QString sentence() const;
    bool operator==(const TrustFinding&) const = default;
};

/// Rollback protection for the TrustManifest, and the check of the profile's rows against it. A manifest
/// vouches for what the profile's programs wrote, but an older one that lay in the file once is just as
/// genuine. Every change goes with an entry of the audit record, the manifest names that entry, and the
/// record's sealed head knows the number of the last such entry (AuditHead::trust). So an older manifest
/// shows itself, unless record and head are rolled back with it.
class TrustedRows
{
public:
    TrustedRows(Database& database, const Vault& vault) : m_database(database), m_vault(vault) {}

    /// What was written last. BadSignature when it was taken away, changed or replaced by an older one;
    /// Corrupt when the record contradicts its seal; Locked. Inside a caller's transaction it must be the
    /// first read (see currentHead), so that the rows read after it belong to it.
    Result<TrustManifest> manifest() const;

    /// Everything that differs; errors as manifest().
    Result<std::vector<TrustFinding>> findings() const;

    /// Vouches for a value, or with nothing for its absence. Inside the caller's IMMEDIATE transaction,
    /// behind the entry of a trust kind (core/audit/AuditTail.h) that records the change. BadSignature as
    /// manifest(): what was replaced as a whole has to be sealed as a whole.
    Status note(std::string_view table, std::string_view key, const std::optional<std::string>& value);

    /// Vouches for everything as it lies in the file now; where note() stands.
    Status notePresent();
    /// Vouches for secrets and keys as they lie in the file now, and goes on vouching for the rest: for a
    /// manifest of a version that did not know them. Where note() stands, with its errors.
    Status noteSecretsPresent();

    /// The rows as they lie in the file, in the manifest's terms, without its entry.
    Result<TrustManifest> present() const;

private:
    Database& m_database;
    const Vault& m_vault;
};

/// One of the findings as an error: BadSignature.
Error trustError(const TrustFinding& finding);

/// Whether a row of the table setting is vouched for: all but "window.…", which decides nothing.
bool isTrustedSetting(std::string_view key);

/// Runs work with one view of the database; takes part in a transaction that is open.
template <typename Work>
auto inSnapshot(Database& database, Work&& work) -> std::invoke_result_t<Work>
{
    return attempt([&]() -> std::invoke_result_t<Work> {
        std::optional<Database::Snapshot> snapshot;
        if (database.isAutocommitting()) {
            snapshot.emplace(database);
        }
        return std::forward<Work>(work)();
    });
}

}  // namespace countersign
