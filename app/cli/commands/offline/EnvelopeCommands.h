#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// The `envelope open` command. Opening an envelope by hand, outside any profile, tells a wrong key from a
/// broken delivery. It is the only command that can print a secret, and only when asked by --reveal.
class EnvelopeCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void open(Invocation& invocation);
};

}  // namespace countersign::cli
