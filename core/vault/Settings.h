#pragma once

#include "core/vault/Database.h"

#include <map>
#include <optional>
#include <string>

namespace countersign {

/// Why this class exists: a profile's settings that are no secrets (relay URL, inbox, environment, API base,
/// window state) lie in the profile's database, so that a profile is one folder and a test can make one.
class Settings
{
public:
    explicit Settings(Database& database) : m_database(database) {}

    Result<std::optional<std::string>> get(std::string_view key) const;
    Status set(std::string_view key, std::string_view value);
    Status remove(std::string_view key);
    Result<std::map<std::string, std::string>> all() const;

private:
    Database& m_database;
};

/// Keys used by more than one floor.
namespace settingKeys {
inline constexpr std::string_view environment = "environment";  ///< Dynamic's environment id (UUID)
inline constexpr std::string_view relayUrl = "relay.url";
inline constexpr std::string_view relayInbox = "relay.inbox";
inline constexpr std::string_view apiBase = "api.base";
inline constexpr std::string_view acceptOldSignatureHeader =
    "webhook.acceptOldHeader";  ///< "true" or "false"
}  // namespace settingKeys

}  // namespace countersign
