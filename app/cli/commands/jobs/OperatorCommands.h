#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// The `operators` commands (design.md §11): who says at this desk what is to be signed, and whose word from
/// other desks counts here.
class OperatorCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void create(Invocation& invocation);
    static void me(Invocation& invocation);
    static void add(Invocation& invocation);
    static void list(Invocation& invocation);
    static void remove(Invocation& invocation);
};

}  // namespace countersign::cli
