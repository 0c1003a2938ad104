#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// The `health` command: what is wrong with the profile by what is known already, for people, spreadsheets
/// and monitoring. It asks nobody.
class HealthCommand
{
public:
    static void addTo(CommandTable& table);

private:
    static void run(Invocation& invocation);
};

}  // namespace countersign::cli
