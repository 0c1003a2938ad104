#pragma once

#include "core/addressbook/AddressEntry.h"
#include "ui/text/StateText.h"

namespace countersign {

/// "eip155" → "every EVM chain", "solana" → "every Solana network"; a chain of its own by its CAIP-2 name,
/// Solana's shortened.
QString bookChainText(std::string_view chain);

/// All labels with a comma between, made safe to show.
QString labelsText(const std::vector<std::string>& labels);

/// The lists that an entry is in, "allow" and "block" first: with an icon and a tone for these, and what they
/// mean. An empty word for none.
StateText listsText(const std::vector<std::string>& lists);

}  // namespace countersign
