#include "ui/settings/RelayGroup.h"

#include "core/vault/SecretStore.h"
#include "core/vault/Settings.h"

namespace countersign {

RelayGroup::RelayGroup(SettingsControl& control, QWidget* parent)
    : ServiceGroup(tr("Relay"),
                   tr("The mailbox that this console reads webhooks and jobs from. A change takes effect the "
                      "next time the profile is unlocked."),
                   control, parent)
{
    addSetting(settingKeys::relayUrl, tr("Address"));
    addSetting(settingKeys::relayInbox, tr("Inbox"));
    addToken(relayTokenKind, tr("Token"),
             tr("A consumer token of that inbox (countersign-relay token create)."));
    addSetting(settingKeys::acceptOldSignatureHeader, tr("Old signatures"))
        ->setWarner([](const QString& value) {
            return value == QLatin1String("true")
                       ? tr("This lowers safety: deliveries with the older header are believed.")
                       : QString();
        });
    allowNow();
}

}  // namespace countersign
