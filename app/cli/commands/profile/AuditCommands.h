#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// The `audit` commands. The record can be read and checked by whoever has the passphrase, with no window.
class AuditCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void verify(Invocation& invocation);
    static void list(Invocation& invocation);
    static void reseal(Invocation& invocation);
};

}  // namespace countersign::cli
