#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// evm explain, solana explain: what bytes mean, from the bytes and the programs' own lists alone (design.md
/// §10).
class ExplainCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void explainEvm(Invocation& invocation);
    static void explainSolana(Invocation& invocation);
};

}  // namespace countersign::cli
