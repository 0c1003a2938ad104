#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// The `events` commands. Every delivery that ever came stays inspectable, byte for byte.
class EventCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void list(Invocation& invocation);
    static void show(Invocation& invocation);
};

}  // namespace countersign::cli
