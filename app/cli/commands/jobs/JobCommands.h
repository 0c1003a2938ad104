#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// The `jobs` commands: everything that an operator does with jobs in the window, scriptable (design.md §7).
class JobCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void list(Invocation& invocation);
    static void show(Invocation& invocation);
    static void explain(Invocation& invocation);
    static void submit(Invocation& invocation);
    static void approve(Invocation& invocation);
    static void reject(Invocation& invocation);
};

}  // namespace countersign::cli
