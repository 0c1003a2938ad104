#include "core/meaning/evm/calls/PlainCalls.h"

#include "core/meaning/evm/EvmEffects.h"
#include "core/meaning/evm/rules/RecipientRules.h"

namespace countersign::meaning {

Meaning readPlainTransfer(const EvmScene& scene, const EvmCall& call)
{
    Meaning meaning;
    meaning.understood = true;
    meaning.fields.push_back({"Recipient", scene.named(call.to), "to"});
    meaning.fields.push_back({"Amount", scene.native(call.value), "value"});
    meaning.effects.push_back(nativeOut(scene, call.to, call.value));
    meaning.intent = "Send " + scene.native(call.value) + " to " + scene.brief(call.to);
    if (scene.isKind(call.to, "weth")) {
        meaning.intent = "Wrap " + scene.native(call.value) + " at " + scene.brief(call.to);
        meaning.effects.push_back({Effect::Direction::In, scene.assetOf(call.to), call.value,
                                   scene.displayOf(call.to, call.value), toText(call.to),
                                   scene.amountOf(call.to, call.value) + " for it"});
    }
    checkRecipient(scene, {call.to, std::nullopt, false}, meaning);
    return meaning;
}

}  // namespace countersign::meaning
