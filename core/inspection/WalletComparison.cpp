#include "core/inspection/WalletComparison.h"

#include "core/delegation/WalletAddress.h"

#include <algorithm>

namespace countersign {

namespace {

std::string pathText(const WalletPathStore::Path& path)
{
    std::string text;
    for (const std::uint32_t level : path) {
        text += (text.empty() ? "" : "/") + std::to_string(level);
    }
    return text.empty() ? "none" : text;
}

bool isSameChain(const Wallet& here, const std::string& chain)
{
    const auto there = normaliseChain(chain);
    return there && *there == here.chain;
}

bool isSameAddress(const Wallet& here, const std::string& address)
{
    const auto there = readAddress(here.chain, address);
    return there && there->bytes == here.addressBytes;
}

std::string joined(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

std::string pendingOf(const InspectedWallet& there, const OwnedWallet* owner)
{
    std::vector<std::string> names = there.pendingChanges;
    for (const std::string& name : owner != nullptr ? owner->pendingChanges : std::vector<std::string>()) {
        if (std::ranges::find(names, name) == names.end()) {
            names.push_back(name);
        }
    }
    return joined(names);
}

}  // namespace

const OwnedWallet* findOwned(const Wallet& here, const std::vector<OwnedWallet>& wallets)
{
    const auto byId = std::ranges::find(wallets, here.walletId, &OwnedWallet::id);
    const auto found =
        byId != wallets.end() ? byId : std::ranges::find_if(wallets, [&](const OwnedWallet& wallet) {
            return isSameAddress(here, wallet.address);
        });
    return found == wallets.end() ? nullptr : &*found;
}

WalletCheck compareWallet(const Wallet& here, const std::optional<WalletPathStore::Path>& path,
                          const InspectedWallet& there, const OwnedWallet* owner)
{
    WalletCheck check;
    check.walletId = here.walletId;
    check.pendingChange = pendingOf(there, owner);
    if (!isSameChain(here, there.wallet.chainName)) {
        check.verdict = WalletVerdict::ChainDiffers;
        check.detail = "here " + here.chain + ", at Dynamic " + there.wallet.chainName;
    } else if (!isSameAddress(here, there.wallet.accountAddress)) {
        check.verdict = WalletVerdict::AddressDiffers;
        check.detail = "here " + here.address + ", at Dynamic " + there.wallet.accountAddress;
    } else if (path && *path != there.wallet.derivationPath) {
        check.verdict = WalletVerdict::AddressDiffers;
        check.detail = "derivation path: here " + pathText(*path) + ", at Dynamic " +
                       pathText(there.wallet.derivationPath);
    } else if (there.isDelegated == false && (owner == nullptr || owner->isDelegated != true)) {
        check.verdict = WalletVerdict::NoDelegation;
        check.detail = "none of the wallet's shares at Dynamic is a delegated one";
    }
    return check;
}

WalletHealth healthOf(WalletVerdict verdict)
{
    switch (verdict) {
        case WalletVerdict::Ok:
            return WalletHealth::Ok;
        case WalletVerdict::AddressDiffers:
        case WalletVerdict::ChainDiffers:
            return WalletHealth::AddressMismatch;
        case WalletVerdict::Refused:
            return WalletHealth::CredentialRefused;
        case WalletVerdict::NotFound:
        case WalletVerdict::NoDelegation:
            break;
    }
    return WalletHealth::Unconfirmed;
}

}  // namespace countersign
