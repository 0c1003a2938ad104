#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// `freeze`, `unfreeze` and `freeze status`: all signing of this desk, stopped and started again.
class FreezeCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void freeze(Invocation& invocation);
    static void freezeInbox(Invocation& invocation);
    static void unfreeze(Invocation& invocation);
    static void status(Invocation& invocation);
};

}  // namespace countersign::cli
