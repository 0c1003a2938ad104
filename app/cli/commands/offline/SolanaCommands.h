#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// The commands that decode what a Solana wallet is asked to sign: by hand, outside any profile.
class SolanaCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void decodeTransaction(Invocation& invocation);
};

}  // namespace countersign::cli
