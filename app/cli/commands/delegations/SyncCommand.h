#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// The `sync` command. A script, a timer or a test takes what waits at the relay, once, through the same way
/// as the console.
class SyncCommand
{
public:
    static void addTo(CommandTable& table);

private:
    static void run(Invocation& invocation);
};

}  // namespace countersign::cli
