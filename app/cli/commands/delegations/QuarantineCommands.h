#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// The `quarantine` commands. What was set aside is visible, can be tried again after its cause was mended,
/// and taken away.
class QuarantineCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void list(Invocation& invocation);
    static void retry(Invocation& invocation);
    static void drop(Invocation& invocation);
};

}  // namespace countersign::cli
