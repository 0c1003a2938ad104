#pragma once

#include "app/cli/CommandTable.h"

namespace countersign::cli {

/// The `addresses` commands and `wallets tag`: what operators call addresses, as a whole from and to a file.
class AddressCommands
{
public:
    static void addTo(CommandTable& table);

private:
    static void import(Invocation& invocation);
    static void list(Invocation& invocation);
    static void remove(Invocation& invocation);
    static void tagWallet(Invocation& invocation);
};

}  // namespace countersign::cli
