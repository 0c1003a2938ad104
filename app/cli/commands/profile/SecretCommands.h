#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// The commands for webhook secrets, the relay token and the API token. Webhook secrets rotate with an
/// overlap and tokens are replaced; the values come from files and are never shown again.
class SecretCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void addWebhookSecret(Invocation& invocation);
    static void listWebhookSecrets(Invocation& invocation);
    static void removeWebhookSecret(Invocation& invocation);
    static void setRelayToken(Invocation& invocation);
    static void setApiToken(Invocation& invocation);
};

}  // namespace countersign::cli
