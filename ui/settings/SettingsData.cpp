#include "ui/settings/SettingsData.h"

#include "core/vault/SecretStore.h"
#include "core/vault/Settings.h"

namespace countersign {

Result<SettingsData> SettingsData::read(Database& database)
{
    ASSIGN_OR_RETURN(auto values, Settings(database).all());
    ASSIGN_OR_RETURN(auto submitters, Submitters::rows(database));
    SettingsData data{std::move(values), std::move(submitters), false, false};
    return attempt([&]() -> Result<SettingsData> {
        const auto has = [&](std::string_view kind) {
            SQLite::Statement statement(database.handle(),
                                        "SELECT 1 FROM secret WHERE kind = ? AND name = ?");
            statement.bind(1, std::string(kind));
            statement.bind(2, std::string(primarySecretName));
            return statement.executeStep();
        };
        data.hasApiToken = has(apiTokenKind);
        data.hasRelayToken = has(relayTokenKind);
        return std::move(data);
    });
}

}  // namespace countersign
