#include "core/meaning/evm/calls/KnownFunctions.h"
#include "core/meaning/evm/calls/tokens/TokenReading.h"
#include "core/meaning/evm/rules/CalldataRules.h"
#include "core/meaning/evm/rules/RecipientRules.h"

// ERC-4626 vaults and wrapped coins. A vault's shares are the token that is the vault itself; which token
// lies in it is not in the bytes, so that its amounts stay raw. Wrapping is read only at contracts of the
// lists: deposit() and withdraw(uint256) mean something else elsewhere.

namespace countersign::meaning {

namespace {

std::string inVault(const Uint256& raw, const std::string& vault)
{
    return "raw " + toDecimal(raw) + " of the token in vault " + vault;
}

/// Assets of a vault have no CAIP-19 name here: which token it is, only the vault knows.
Effect vaultAssets(const CallReading& reading, Effect::Direction direction, const std::optional<Uint256>& raw,
                   const EvmAddress& account)
{
    const std::string vault = toText(reading.call.to);
    const std::string what =
        raw ? inVault(*raw, vault) : "as much of the token in vault " + vault + " as it takes";
    return {direction,
            std::nullopt,
            raw,
            what,
            toText(account),
            what + (account == reading.call.to ? " from " + reading.scene.namedPayer()
                                               : " to " + reading.scene.named(account))};
}

/// role: " to " for shares that are made, " of " for those that are given back.
Effect vaultShares(const CallReading& reading, Effect::Direction direction, const std::optional<Uint256>& raw,
                   const EvmAddress& account, std::string_view role)
{
    const EvmScene& scene = reading.scene;
    const std::string what = raw ? scene.amountOf(reading.call.to, *raw)
                                 : "as many shares of vault " + toText(reading.call.to) + " as it counts";
    return {direction,
            scene.assetOf(reading.call.to),
            raw,
            raw ? scene.displayOf(reading.call.to, *raw) : what,
            toText(account),
            what + std::string(role) + scene.named(account)};
}

/// What somebody else gets has left the payer.
Effect::Direction proceedsDirection(const CallReading& reading, const EvmAddress& receiver)
{
    const bool isOther = reading.scene.payer() && !reading.scene.isPayer(receiver);
    return isOther ? Effect::Direction::Out : Effect::Direction::In;
}

void readAsVault(CallReading& reading)
{
    if (std::optional<Finding> wrong = notToken(reading.scene, reading.call.to)) {
        reading.meaning.doNotUnderstand(std::move(*wrong));
    }
    if (!reading.scene.isKind(reading.call.to, "vault")) {
        reading.meaning.findings.push_back(unlistedVault(reading.scene, reading.call.to));
    }
}

/// What goes into a vault brings shares for a receiver.
void readEntry(CallReading& reading, const std::optional<Uint256>& assets,
               const std::optional<Uint256>& shares)
{
    const EvmAddress receiver = reading.address(1);
    readAsVault(reading);
    reading.addressField("Receiver of the shares", 1);
    reading.effect(vaultAssets(reading, Effect::Direction::Out, assets, reading.call.to));
    reading.effect(vaultShares(reading, proceedsDirection(reading, receiver), shares, receiver, " to "));
    checkRecipient(reading.scene, {receiver, reading.call.to, true}, reading.meaning);
}

/// What comes out of a vault burns shares of an owner.
void readExit(CallReading& reading, const std::optional<Uint256>& assets,
              const std::optional<Uint256>& shares)
{
    const EvmAddress receiver = reading.address(1);
    readAsVault(reading);
    reading.addressField("Receiver", 1);
    reading.addressField("Owner of the shares", 2);
    reading.effect(vaultShares(reading, Effect::Direction::Out, shares, reading.address(2), " of "));
    reading.effect(vaultAssets(reading, proceedsDirection(reading, receiver), assets, receiver));
    checkRecipient(reading.scene, {receiver, reading.call.to, true}, reading.meaning);
}

void readVaultDeposit(CallReading& reading)
{
    reading.field("Amount", inVault(reading.number(0), toText(reading.call.to)), 0);
    readEntry(reading, reading.number(0), std::nullopt);
    reading.intent("Put " + inVault(reading.number(0), reading.scene.brief(reading.call.to)) +
                   " into it, for " + reading.scene.brief(reading.address(1)));
}

void readVaultMint(CallReading& reading)
{
    reading.field("Shares", reading.scene.amountOf(reading.call.to, reading.number(0)), 0);
    readEntry(reading, std::nullopt, reading.number(0));
    reading.meaning.findings.push_back(
        amountOpen("The vault decides how much of its token the shares cost, up to what it was allowed.",
                   reading.call.to));
    reading.intent("Buy " + reading.scene.briefAmountOf(reading.call.to, reading.number(0)) +
                   " of a vault for " + reading.scene.brief(reading.address(1)) + ", at the vault's price");
}

void readVaultWithdraw(CallReading& reading)
{
    reading.field("Amount", inVault(reading.number(0), toText(reading.call.to)), 0);
    readExit(reading, reading.number(0), std::nullopt);
    reading.meaning.findings.push_back(
        amountOpen("The vault decides how many shares the withdrawal costs.", reading.call.to));
    reading.intent("Take " + inVault(reading.number(0), reading.scene.brief(reading.call.to)) +
                   " out of it, to " + reading.scene.brief(reading.address(1)));
}

void readVaultRedeem(CallReading& reading)
{
    reading.field("Shares", reading.scene.amountOf(reading.call.to, reading.number(0)), 0);
    readExit(reading, std::nullopt, reading.number(0));
    reading.intent("Give " + reading.scene.briefAmountOf(reading.call.to, reading.number(0)) +
                   " back to the vault, proceeds to " + reading.scene.brief(reading.address(1)));
}

void readWrap(CallReading& reading)
{
    const EvmScene& scene = reading.scene;
    const Uint256& wei = reading.call.value;
    reading.meaning.fields.push_back({"Amount", scene.native(wei), "value"});
    reading.effect(nativeOut(scene, reading.call.to, wei));
    reading.effect({Effect::Direction::In, scene.assetOf(reading.call.to), wei,
                    scene.displayOf(reading.call.to, wei), toText(reading.call.to),
                    scene.amountOf(reading.call.to, wei) + " for it"});
    reading.intent("Wrap " + scene.native(wei) + " at " + scene.brief(reading.call.to));
}

void readUnwrap(CallReading& reading)
{
    const EvmScene& scene = reading.scene;
    const Uint256& raw = reading.number(0);
    reading.field("Amount", scene.amountOf(reading.call.to, raw), 0);
    reading.effect({Effect::Direction::Out, scene.assetOf(reading.call.to), raw,
                    scene.displayOf(reading.call.to, raw), toText(reading.call.to),
                    scene.amountOf(reading.call.to, raw) + " of " + scene.namedPayer()});
    reading.effect({Effect::Direction::In, scene.nativeAssetOf(), raw, scene.native(raw),
                    toText(reading.call.to), scene.native(raw) + " for it"});
    reading.intent("Unwrap " + scene.briefAmountOf(reading.call.to, raw));
}

constexpr KnownFunction vaultTable[] = {
    {"deposit(uint256 assets, address receiver)", readVaultDeposit},
    {"mint(uint256 shares, address receiver)", readVaultMint},
    {"withdraw(uint256 assets, address receiver, address owner)", readVaultWithdraw},
    {"redeem(uint256 shares, address receiver, address owner)", readVaultRedeem},
    {"deposit()", readWrap, KnownFunction::Value::Taken, "weth"},
    {"withdraw(uint256 amount)", readUnwrap, KnownFunction::Value::Refused, "weth"},
};

}  // namespace

std::span<const KnownFunction> vaultFunctions()
{
    return vaultTable;
}

}  // namespace countersign::meaning
