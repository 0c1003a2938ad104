#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// `dynamic check`: asks Dynamic about the environment (design.md §9).
class DynamicCheckCommand
{
public:
    static void addTo(CommandTable& table);

private:
    static void run(Invocation& invocation);
};

}  // namespace countersign::cli
