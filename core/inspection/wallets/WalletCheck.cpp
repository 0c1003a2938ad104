#include "core/inspection/wallets/WalletCheck.h"

#include <algorithm>
#include <array>
#include <utility>

namespace countersign {

namespace {

constexpr std::array<std::pair<WalletVerdict, std::string_view>, 6> verdictNames = {{
    {WalletVerdict::Ok, "ok"},
    {WalletVerdict::AddressDiffers, "address-differs"},
    {WalletVerdict::ChainDiffers, "chain-differs"},
    {WalletVerdict::NotFound, "not-found"},
    {WalletVerdict::NoDelegation, "no-delegation"},
    {WalletVerdict::Refused, "refused"},
}};

}  // namespace

std::string_view toText(WalletVerdict verdict)
{
    return std::ranges::find(verdictNames, verdict, &std::pair<WalletVerdict, std::string_view>::first)
        ->second;
}

std::optional<WalletVerdict> walletVerdictFrom(std::string_view text)
{
    const auto* const found =
        std::ranges::find(verdictNames, text, &std::pair<WalletVerdict, std::string_view>::second);
    return found == verdictNames.end() ? std::nullopt : std::optional(found->first);
}

}  // namespace countersign
