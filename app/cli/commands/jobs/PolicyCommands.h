#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// The `policy` commands about the policy itself: whether a rule book is one, and which is in force. Another
/// in its place: PolicyChangeCommands. What one would decide: PolicyTryCommand.
class PolicyCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void check(Invocation& invocation);
    static void show(Invocation& invocation);
};

}  // namespace countersign::cli
