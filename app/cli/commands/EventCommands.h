#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// Why this class exists: every delivery that ever came stays inspectable, byte for byte.
class EventCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void list(Invocation& invocation);
    static void show(Invocation& invocation);
};

}  // namespace countersign::cli
