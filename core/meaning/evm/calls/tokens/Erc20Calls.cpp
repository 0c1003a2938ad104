#include "core/meaning/evm/calls/KnownFunctions.h"
#include "core/meaning/evm/calls/tokens/TokenReading.h"
#include "core/meaning/evm/rules/CalldataRules.h"
#include "core/meaning/evm/rules/RecipientRules.h"

// ERC-20, and what ERC-721 shares with it: approve and transferFrom have the same selector in both. Which one
// a contract follows is known from the lists alone.

namespace countersign::meaning {

namespace {

bool isErc721(const EvmScene& scene, const EvmAddress& contract)
{
    return scene.isKind(contract, "erc721");
}

bool isErc20(const EvmScene& scene, const EvmAddress& contract)
{
    return scene.token(contract) != nullptr || scene.isKind(contract, "token") ||
           scene.isKind(contract, "weth") || scene.isKind(contract, "vault");
}

void readTransfer(CallReading& reading)
{
    const EvmAddress to = reading.address(0);
    const Uint256& raw = reading.number(1);
    readAsToken(reading);
    reading.addressField("Recipient", 0);
    reading.field("Amount", reading.scene.amountOf(reading.call.to, raw), 1);
    reading.effect(tokenMoved(reading.scene, {reading.call.to, raw, reading.call.from, to}));
    reading.intent("Send " + reading.scene.briefAmountOf(reading.call.to, raw) + " to " +
                   reading.scene.brief(to));
    checkRecipient(reading.scene, {to, reading.call.to, false}, reading.meaning);
}

/// What transferFrom moves by either reading.
struct Moves
{
    std::vector<Effect> effects;
    std::string what;
    std::string whatBriefly;
};

void addTokenMove(Moves& moves, const EvmScene& scene, const TokenMove& move)
{
    moves.effects.push_back(tokenMoved(scene, move));
    moves.what = scene.amountOf(move.token, move.raw);
    moves.whatBriefly = scene.briefAmountOf(move.token, move.raw);
}

void addNftMove(Moves& moves, const EvmScene& scene, const NftMove& move)
{
    const std::string alternative = moves.what.empty() ? "" : " or ";
    moves.effects.push_back(nftMoved(scene, move));
    moves.what += alternative + nftText(scene, move);
    moves.whatBriefly += alternative + briefNftText(scene, move);
}

void readTransferFrom(CallReading& reading)
{
    const EvmScene& scene = reading.scene;
    const EvmAddress contract = reading.call.to;
    const EvmAddress from = reading.address(0);
    const EvmAddress to = reading.address(1);
    Moves moves;
    if (!isErc721(scene, contract)) {
        addTokenMove(moves, scene, {contract, reading.number(2), from, to});
    }
    if (!isErc20(scene, contract)) {
        addNftMove(moves, scene, {contract, "erc721", reading.number(2), 1, from, to});
    }
    readAsToken(reading);
    reading.addressField("From", 0);
    reading.addressField("Recipient", 1);
    reading.field(isErc721(scene, contract) ? "NFT" : "Amount", moves.what, 2);
    addEitherReading(reading, std::move(moves.effects));
    reading.intent("Send " + moves.whatBriefly + " from " + scene.brief(from) + " to " + scene.brief(to));
    checkRecipient(scene, {to, contract, !scene.isPayer(from)}, reading.meaning);
}

Effect nftApproval(const CallReading& reading)
{
    const NftMove nft{reading.call.to, "erc721", reading.number(1), 1, reading.call.from, reading.address(0)};
    Effect effect = powerGiven(nft.to, reading.scene.named(nft.to) + " may take " +
                                           nftText(reading.scene, nft) + " of " + reading.scene.namedPayer());
    effect.asset = reading.scene.assetOfNft(nft.contract, nft.standard, nft.id);
    effect.amount = 1;
    effect.display = nftText(reading.scene, nft);
    return effect;
}

void readNftApproval(CallReading& reading)
{
    const EvmAddress spender = reading.address(0);
    const NftMove nft{reading.call.to, "erc721", reading.number(1), 1, reading.call.from, spender};
    reading.addressField("Spender", 0);
    reading.field("NFT", nftText(reading.scene, nft), 1);
    reading.effect(nftApproval(reading));
    reading.intent("Let " + reading.scene.brief(spender) + " take " + briefNftText(reading.scene, nft));
    noteAllowance(reading, {reading.call.to, spender, reading.call.from, Uint256(1), false});
}

void readApprove(CallReading& reading)
{
    if (isErc721(reading.scene, reading.call.to)) {
        readNftApproval(reading);
        return;
    }
    const EvmAddress spender = reading.address(0);
    const Uint256& raw = reading.number(1);
    const Allowance allowance{reading.call.to, spender, reading.call.from, raw, isUnlimitedAllowance(raw)};
    readAsToken(reading);
    reading.addressField("Spender", 0);
    reading.field("Allowance", allowanceText(reading.scene, allowance), 1);
    std::vector<Effect> effects = {allowanceGiven(reading.scene, allowance)};
    std::string sentence = allowanceIntent(reading.scene, allowance);
    if (!isErc20(reading.scene, reading.call.to)) {
        effects.push_back(nftApproval(reading));
        sentence +=
            ", or let it take NFT number " + toDecimal(raw) + " of " + reading.scene.brief(reading.call.to);
    }
    addEitherReading(reading, std::move(effects));
    reading.intent(std::move(sentence));
    // A number of 0 takes nothing back where it is that of an NFT; the zero address does.
    const bool isMaybeGiven =
        raw.is_zero() && spender != EvmAddress{} && !isErc20(reading.scene, reading.call.to);
    noteAllowance(reading, isMaybeGiven
                               ? Allowance{reading.call.to, spender, reading.call.from, Uint256(1), false}
                               : allowance);
}

/// increaseAllowance of OpenZeppelin: what is there already is not known, so that the sum is at least this.
void readIncreaseAllowance(CallReading& reading)
{
    const EvmScene& scene = reading.scene;
    const EvmAddress spender = reading.address(0);
    const Uint256& raw = reading.number(1);
    const Allowance allowance{reading.call.to, spender, reading.call.from, raw, isUnlimitedAllowance(raw)};
    readAsToken(reading);
    reading.addressField("Spender", 0);
    reading.field("More allowance", allowanceText(scene, allowance), 1);
    Effect effect = allowanceGiven(scene, allowance);
    effect.text = scene.named(spender) + " may spend " + scene.amountOf(reading.call.to, raw) + " of " +
                  scene.namedPayer() + " more than before";
    reading.effect(std::move(effect));
    reading.intent("Let " + scene.brief(spender) + " spend " + scene.briefAmountOf(reading.call.to, raw) +
                   " more than before");
    noteAllowance(reading, allowance);
}

void readDecreaseAllowance(CallReading& reading)
{
    const EvmScene& scene = reading.scene;
    const EvmAddress spender = reading.address(0);
    const std::string amount = scene.amountOf(reading.call.to, reading.number(1));
    readAsToken(reading);
    reading.addressField("Spender", 0);
    reading.field("Less allowance", amount, 1);
    Effect effect = powerGiven(spender, scene.named(spender) + " may spend " + amount + " of " +
                                            scene.namedPayer() + " less than before");
    effect.asset = scene.assetOf(reading.call.to);
    reading.effect(std::move(effect));
    reading.intent("Let " + scene.brief(spender) + " spend " +
                   scene.briefAmountOf(reading.call.to, reading.number(1)) + " less than before");
}

constexpr KnownFunction erc20Table[] = {
    {"transfer(address to, uint256 amount)", readTransfer},
    {"transferFrom(address from, address to, uint256 amount)", readTransferFrom},
    {"approve(address spender, uint256 amount)", readApprove},
    {"increaseAllowance(address spender, uint256 added)", readIncreaseAllowance},
    {"decreaseAllowance(address spender, uint256 subtracted)", readDecreaseAllowance},
};

}  // namespace

std::span<const KnownFunction> erc20Functions()
{
    return erc20Table;
}

}  // namespace countersign::meaning
