#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// The `jobs` commands that show jobs and take them in, as the window does, scriptable (design.md §7).
class JobCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void list(Invocation& invocation);
    static void show(Invocation& invocation);
    static void explain(Invocation& invocation);
    static void submit(Invocation& invocation);
};

}  // namespace countersign::cli
