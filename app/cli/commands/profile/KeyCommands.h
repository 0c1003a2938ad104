#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// The `keys` commands. RSA keys are made or brought here, and their public halves leave here for Dynamic's
/// dashboard.
class KeyCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void makeNew(Invocation& invocation);
    static void import(Invocation& invocation);
    static void list(Invocation& invocation);
    static void remove(Invocation& invocation);
};

}  // namespace countersign::cli
