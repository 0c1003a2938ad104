#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// The proof of a revocation: made by a profile, checked by anybody (design.md §9).
class RevocationProofCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void proof(Invocation& invocation);
    static void verify(Invocation& invocation);
};

}  // namespace countersign::cli
