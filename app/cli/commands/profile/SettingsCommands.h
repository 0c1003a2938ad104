#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// The `settings` commands. The profile's settings are checked before they are stored and changed only with
/// an entry in the record.
class SettingsCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void set(Invocation& invocation);
    static void get(Invocation& invocation);
    static void remove(Invocation& invocation);
    static void seal(Invocation& invocation);
    static void list(Invocation& invocation);
};

}  // namespace countersign::cli
