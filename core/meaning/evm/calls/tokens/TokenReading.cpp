#include "core/meaning/evm/calls/tokens/TokenReading.h"

#include "core/meaning/evm/rules/ApprovalRules.h"
#include "core/meaning/evm/rules/CalldataRules.h"

namespace countersign::meaning {

void readAsToken(CallReading& reading)
{
    if (std::optional<Finding> wrong = notToken(reading.scene, reading.call.to)) {
        reading.meaning.doNotUnderstand(std::move(*wrong));
    }
    if (std::optional<Finding> unlisted = unlistedToken(reading.scene, reading.call.to)) {
        reading.meaning.findings.push_back(std::move(*unlisted));
    }
}

void addEitherReading(CallReading& reading, std::vector<Effect> effects)
{
    if (effects.size() == 2) {
        effects[0].text = "If the contract is a token of ERC-20: " + effects[0].text;
        effects[1].text = "If it is one of NFTs (ERC-721): " + effects[1].text;
        reading.meaning.findings.push_back(twoReadings(reading.scene, reading.call.to, reading.function));
    }
    for (Effect& effect : effects) {
        reading.effect(std::move(effect));
    }
}

void noteAllowance(CallReading& reading, const Allowance& allowance)
{
    checkAllowance(reading.scene, allowance, reading.meaning);
    reading.journal.note({allowance.token, allowance.owner.value_or(EvmAddress{}), allowance.spender,
                          !allowance.raw.is_zero(), allowance.isUnlimited});
}

std::string allowanceText(const EvmScene& scene, const Allowance& allowance)
{
    return allowance.raw.is_zero() ? "none: the allowance is taken back"
                                   : scene.amountOf(allowance.token, allowance.raw, allowance.isUnlimited);
}

std::string briefNftText(const EvmScene& scene, const NftMove& move)
{
    const std::string what = "NFT number " + toDecimal(move.id) + " of " + scene.brief(move.contract);
    return move.standard == "erc721" ? what : toDecimal(move.count) + " of " + what;
}

}  // namespace countersign::meaning
