#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// Why this class exists: the record can be read and checked by whoever has the passphrase, with no window.
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
