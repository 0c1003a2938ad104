#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// The commands that end delegations: `revoke`, and `revocations` for what became of it (design.md §9).
class RevocationCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void revoke(Invocation& invocation);
    static void list(Invocation& invocation);
    static void show(Invocation& invocation);
    static void resume(Invocation& invocation);
    static void release(Invocation& invocation);
};

}  // namespace countersign::cli
