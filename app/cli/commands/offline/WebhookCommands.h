#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// The `webhook verify` command. "Did this webhook really come from Dynamic?" is the first question of every
/// diagnosis, and it is answered here by the code that the console uses.
class WebhookCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void verify(Invocation& invocation);
};

}  // namespace countersign::cli
