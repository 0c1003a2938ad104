#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// The `policy` commands that store nothing: whether a rule book is one, and what it would say.
class PolicyCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void check(Invocation& invocation);
    static void tryOut(Invocation& invocation);
};

}  // namespace countersign::cli
