#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// `reconcile`: compares the webhook's messages at Dynamic with what arrived (design.md §9).
class ReconcileCommand
{
public:
    static void addTo(CommandTable& table);

private:
    static void run(Invocation& invocation);
};

}  // namespace countersign::cli
