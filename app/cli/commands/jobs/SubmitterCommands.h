#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// The `submitters` commands and `desk key`. Who may ask for signatures through the relay is registered by
/// hand, by public key, and back ends have to learn this desk's own key to check what it reports.
class SubmitterCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void add(Invocation& invocation);
    static void list(Invocation& invocation);
    static void remove(Invocation& invocation);
    static void deskKey(Invocation& invocation);
};

}  // namespace countersign::cli
