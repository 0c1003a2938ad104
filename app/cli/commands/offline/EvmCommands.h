#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// The commands that hash messages and typed data and decode transactions of EVM chains. What an EVM wallet
/// is asked to sign can be hashed and read by hand, outside any profile, and compared with what another
/// program says.
class EvmCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void hashMessage(Invocation& invocation);
    static void hashTypedData(Invocation& invocation);
    static void decodeTransaction(Invocation& invocation);
};

}  // namespace countersign::cli
