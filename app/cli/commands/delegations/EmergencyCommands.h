#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// `emergency-stop`: freezes signing, ends delegations, and writes the proof, in one command.
class EmergencyCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void stop(Invocation& invocation);
};

}  // namespace countersign::cli
