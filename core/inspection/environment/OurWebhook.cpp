#include "core/inspection/environment/OurWebhook.h"

#include "core/audit/trust/TrustedSettings.h"
#include "core/base/encoding/Json.h"
#include "core/dynamic/DynamicConnection.h"
#include "core/inbox/delivery/WebhookEvent.h"
#include "core/vault/Settings.h"
#include "core/vault/database/Rows.h"

namespace countersign {

namespace {

/// Of these deliveries one at least tells, unless none does.
constexpr int newestDeliveries = 20;

std::string webhookIdIn(BytesView body)
{
    const auto json = parseJson(asText(body), {.maxBytes = webhookMaxBodyBytes});
    const auto id = json ? optionalString(*json, "webhookId") : Result<std::optional<std::string>>();
    return id && *id && DynamicConnection::isId(**id) ? **id : std::string();
}

}  // namespace

Result<std::string> ourWebhookId(Database& database, const Vault& vault)
{
    ASSIGN_OR_RETURN(const std::string carried, attempt([&]() -> Result<std::string> {
                         SQLite::Statement query(
                             database.handle(),
                             "SELECT body FROM delivery WHERE kind = 'webhook' AND verdict "
                             "<> 'quarantined' ORDER BY id DESC LIMIT ?");
                         query.bind(1, newestDeliveries);
                         while (query.executeStep()) {
                             if (auto id = webhookIdIn(blobOf(query.getColumn(0))); !id.empty()) {
                                 return id;
                             }
                         }
                         return std::string();
                     }));
    if (!carried.empty()) {
        return carried;
    }
    ASSIGN_OR_RETURN(const auto named, TrustedSettings(database, vault).get(settingKeys::dynamicWebhook));
    return named.value_or(std::string());
}

}  // namespace countersign
