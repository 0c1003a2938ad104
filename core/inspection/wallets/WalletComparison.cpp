#include "core/inspection/wallets/WalletComparison.h"

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

bool hasOtherSetOnly(const Wallet& here, const ListedShareSets& listed)
{
    return here.shareSetId && !here.shareSetId->empty() && !listed.delegated.empty() &&
           std::ranges::find(listed.delegated, *here.shareSetId) == listed.delegated.end();
}

/// Nothing: what was shown does not tell.
std::optional<bool> standsAtDynamic(const Wallet& here, const InspectedWallet& there,
                                    const OwnedWallet* owner)
{
    const bool isOursHidden = hasOtherSetOnly(here, there.shareSets) ||
                              (owner != nullptr && hasOtherSetOnly(here, owner->shareSets));
    if (there.isDelegated == true || (owner != nullptr && owner->isDelegated == true)) {
        return isOursHidden ? std::nullopt : std::optional(true);
    }
    if (owner == nullptr || owner->isDelegated != false) {
        return std::nullopt;
    }
    const bool hasNoId = !here.shareSetId || here.shareSetId->empty();
    return owner->shareSets.areListed || hasNoId ? std::optional(false) : std::nullopt;
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
    } else {
        const auto stands = standsAtDynamic(here, there, owner);
        if (stands == false) {
            check.verdict = WalletVerdict::NoDelegation;
            check.detail = "none of the wallet's shares at Dynamic is a delegated one";
        } else if (!stands) {
            check.detail = "Dynamic did not show whether our share set is still there";
        }
    }
    return check;
}

WalletCheck compareOwned(const Wallet& here, const OwnedWallet& owner)
{
    InspectedWallet there;
    there.wallet.walletId = here.walletId;
    there.wallet.accountAddress = owner.address.empty() ? here.address : owner.address;
    there.wallet.chainName = here.chain;
    WalletCheck check = compareWallet(here, std::nullopt, there, &owner);
    if (check.verdict == WalletVerdict::Ok) {
        check.detail = "Dynamic does not find the wallet by its id, and lists it among its owner's";
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
