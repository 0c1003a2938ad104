#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// The `init` command: makes a profile. It is made in one step with all that it needs to receive, or not at
/// all: a half-made one would look like a console that nobody delegates to.
class InitCommand
{
public:
    static void addTo(CommandTable& table);

private:
    static void run(Invocation& invocation);
};

}  // namespace countersign::cli
