#pragma once

#include "core/audit/trust/TrustedRows.h"
#include "core/vault/Settings.h"

namespace countersign {

/// The profile's settings, authenticated against the TrustManifest. Settings decide where secrets go and what
/// is trusted, so an unlocked profile uses them only as its own programs wrote them last: changed, removed,
/// older and foreign rows are an error that names the setting, never a value and never a default. (Settings
/// reads the bare rows: for showing them.)
class TrustedSettings
{
public:
    TrustedSettings(Database& database, const Vault& vault)
        : m_database(database), m_rows(database), m_trusted(database, vault)
    {}

    /// Nothing when it was never set. BadSignature when it is not what was set; the other errors of
    /// TrustedRows::manifest.
    Result<std::optional<std::string>> get(std::string_view key) const;
    /// The same for several, at once.
    Result<std::vector<std::optional<std::string>>> get(const std::vector<std::string_view>& keys) const;

    /// Inside the caller's transaction behind "setting.changed" or "profile.created".
    Status set(std::string_view key, std::string_view value);
    /// Inside the caller's transaction behind "setting.removed".
    Status remove(std::string_view key);

private:
    Database& m_database;
    Settings m_rows;
    TrustedRows m_trusted;
};

}  // namespace countersign
