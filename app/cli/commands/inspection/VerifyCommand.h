#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// `verify`: asks Dynamic whether the wallets are there what they are here (design.md §9).
class VerifyCommand
{
public:
    static void addTo(CommandTable& table);

private:
    static void run(Invocation& invocation);
};

}  // namespace countersign::cli
