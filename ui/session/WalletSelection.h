#pragma once

#include "core/delegation/WalletCatalog.h"

#include <variant>
#include <vector>

namespace countersign {

/// Every wallet whose delegation is not over.
struct EveryWallet
{
    bool operator==(const EveryWallet&) const = default;
};

/// Which wallets an operator means: some rows of the table, some by their ids, all that a filter shows, or
/// all. The window never counts them out: they may be 100,000, and who they are is asked in the background.
using WalletSelection =
    std::variant<std::vector<std::int64_t>, std::vector<std::string>, WalletFilter, EveryWallet>;

}  // namespace countersign
