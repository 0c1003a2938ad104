#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// `policy set` and `policy endorse`: another policy in force, and the approvals that the one before may ask
/// for it (design.md §11).
class PolicyChangeCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void set(Invocation& invocation);
    static void endorse(Invocation& invocation);
};

}  // namespace countersign::cli
