#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// What operators say about jobs (design.md §11): `jobs endorse`, `jobs approvals`, and `jobs import` for
/// what comes as a file.
class StatementCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void endorse(Invocation& invocation);
    static void approvals(Invocation& invocation);
    static void import(Invocation& invocation);
};

}  // namespace countersign::cli
