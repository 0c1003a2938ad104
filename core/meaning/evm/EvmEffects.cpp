#include "core/meaning/evm/EvmEffects.h"

namespace countersign::meaning {

namespace {

std::string ownerText(const EvmScene& scene, const std::optional<EvmAddress>& owner)
{
    return owner ? scene.named(*owner) : scene.namedPayer();
}

/// A move to the payer from somebody else brings something; every other one counts as one that takes.
Effect::Direction directionOf(const EvmScene& scene, const std::optional<EvmAddress>& from,
                              const EvmAddress& to)
{
    const bool arrives = from && !scene.isPayer(*from) && scene.isPayer(to);
    return arrives ? Effect::Direction::In : Effect::Direction::Out;
}

}  // namespace

Effect nativeOut(const EvmScene& scene, const EvmAddress& to, const Uint256& wei)
{
    return {Effect::Direction::Out,
            scene.nativeAssetOf(),
            wei,
            scene.native(wei),
            toText(to),
            scene.native(wei) + " from " + scene.namedPayer() + " to " + scene.named(to)};
}

Effect tokenMoved(const EvmScene& scene, const TokenMove& move)
{
    const Effect::Direction direction = directionOf(scene, move.from, move.to);
    const EvmAddress& other = direction == Effect::Direction::In ? *move.from : move.to;
    return {direction,
            scene.assetOf(move.token),
            move.raw,
            scene.displayOf(move.token, move.raw),
            toText(other),
            scene.amountOf(move.token, move.raw) + " from " + ownerText(scene, move.from) + " to " +
                scene.named(move.to)};
}

std::string nftText(const EvmScene& scene, const NftMove& move)
{
    const std::string what = "NFT number " + toDecimal(move.id) + " of " + scene.named(move.contract);
    return move.standard == "erc721" ? what : toDecimal(move.count) + " of " + what;
}

Effect nftMoved(const EvmScene& scene, const NftMove& move)
{
    const Effect::Direction direction = directionOf(scene, move.from, move.to);
    const EvmAddress& other = direction == Effect::Direction::In ? *move.from : move.to;
    const std::string what = nftText(scene, move);
    return {direction,     scene.assetOfNft(move.contract, move.standard, move.id),
            move.count,    what,
            toText(other), what + " from " + ownerText(scene, move.from) + " to " + scene.named(move.to)};
}

Effect allowanceGiven(const EvmScene& scene, const Allowance& allowance)
{
    const std::string owner = ownerText(scene, allowance.owner);
    const std::string spender = scene.named(allowance.spender);
    std::string text =
        allowance.raw.is_zero()
            ? spender + " may no longer spend " + scene.tokenName(allowance.token) + " of " + owner
            : spender + " may spend " +
                  scene.amountOf(allowance.token, allowance.raw, allowance.isUnlimited) + " of " + owner;
    return {Effect::Direction::Power,
            scene.assetOf(allowance.token),
            allowance.raw,
            scene.displayOf(allowance.token, allowance.raw, allowance.isUnlimited),
            toText(allowance.spender),
            std::move(text)};
}

std::string allowanceIntent(const EvmScene& scene, const Allowance& allowance)
{
    if (allowance.raw.is_zero()) {
        return "Take from " + scene.brief(allowance.spender) + " the allowance of " +
               scene.briefTokenName(allowance.token);
    }
    return "Let " + scene.brief(allowance.spender) + " spend " +
           scene.briefAmountOf(allowance.token, allowance.raw, allowance.isUnlimited);
}

Effect powerGiven(const std::optional<EvmAddress>& account, std::string text)
{
    Effect effect;
    effect.direction = Effect::Direction::Power;
    if (account) {
        effect.account = toText(*account);
    }
    effect.text = std::move(text);
    return effect;
}

}  // namespace countersign::meaning
