#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// The `wallets` commands: the delegated wallets for scripts, however many there are.
class WalletCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void list(Invocation& invocation);
    static void show(Invocation& invocation);
};

}  // namespace countersign::cli
