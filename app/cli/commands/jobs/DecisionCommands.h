#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// The decision about a job (design.md §7, §11): `jobs approve` and `jobs reject`.
class DecisionCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void approve(Invocation& invocation);
    static void reject(Invocation& invocation);
};

}  // namespace countersign::cli
