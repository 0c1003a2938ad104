#include "ui/settings/DynamicGroup.h"

#include "core/vault/SecretStore.h"
#include "core/vault/Settings.h"

namespace countersign {

DynamicGroup::DynamicGroup(SettingsControl& control, QWidget* parent)
    : ServiceGroup(tr("Dynamic"), tr("The environment that these wallets belong to."), control, parent)
{
    addSetting(settingKeys::environment, tr("Environment id"));
    addSetting(settingKeys::apiBase, tr("API address"))->setPlaceholder(tr("https://…"));
    addToken(apiTokenKind, tr("API token"), tr("Made in Dynamic's dashboard; needed to open signing rooms."));
    addSetting(settingKeys::mpcRelayDomain, tr("MPC relay"));
    addSetting(settingKeys::dynamicWebhook, tr("Webhook id"));
    addSetting(settingKeys::verifySchedule, tr("Verify by itself"))
        ->setPlaceholder(tr("hours; empty or 0: never"));
    allowNow();
}

}  // namespace countersign
