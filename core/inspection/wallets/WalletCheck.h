#pragma once

#include "core/base/Clock.h"

#include <optional>
#include <string>
#include <string_view>

namespace countersign {

/// What Dynamic said when it was asked about a wallet (design.md §9).
enum class WalletVerdict {
    Ok,  ///< address, chain and delegation are as they are here
    AddressDiffers,
    ChainDiffers,
    NotFound,      ///< Dynamic does not know the wallet in this environment
    NoDelegation,  ///< the wallet is there, and its owner gave no delegation, or took it back
    Refused,       ///< Dynamic did not let us ask
};

std::string_view toText(WalletVerdict verdict);  ///< "ok", "address-differs", "chain-differs", "not-found",
                                                 ///< "no-delegation", "refused"
std::optional<WalletVerdict> walletVerdictFrom(std::string_view text);

/// The newest answer about one wallet.
struct WalletCheck
{
    std::string walletId;
    WalletVerdict verdict = WalletVerdict::Ok;
    std::string detail;  ///< English, at most 500 characters, made fit to be shown; empty: nothing to add
    /// What will end our share set when its owner signs on next, where Dynamic shows it: names of settings
    /// such as "revokeOnNextSignOn", separated by ", "; empty: nothing.
    std::string pendingChange;
    UnixMillis checkedAt = 0;

    bool operator==(const WalletCheck&) const = default;
};

}  // namespace countersign
