#include "core/meaning/evm/rules/ContainerRules.h"

namespace countersign::meaning {

Finding failureAllowed(const EvmScene& scene, const EvmAddress& container)
{
    return {"evm.container.failureAllowed",
            Severity::Info,
            "Inner calls may fail",
            scene.named(container) +
                " goes on when one of these calls fails: any part of the effects may "
                "stay away while the rest happens.",
            {toText(container)}};
}

Finding sharedAccount(const EvmScene& scene, const EvmAddress& container)
{
    return {"evm.container.sharedAccount",
            Severity::Warning,
            "Inner calls run as a shared contract",
            "The calls are made by " + scene.named(container) +
                ", not by the signer. What that contract holds or is allowed to spend, anybody can take.",
            {toText(container)}};
}

Finding unlistedContainer(const EvmScene& scene, const EvmAddress& container)
{
    return {"evm.container.unlisted",
            Severity::Warning,
            "Unknown contract holds the calls",
            "The lists do not know " + scene.named(container) +
                ". Whether it makes these calls, or does something else with the same bytes, cannot be told.",
            {toText(container)}};
}

Finding valueMismatch(const EvmScene& scene, const EvmCall& call, const Uint256& needed)
{
    return {"evm.container.valueMismatch",
            Severity::Warning,
            "Inner calls need another amount",
            "The inner calls send " + scene.native(needed) + ", the call itself carries " +
                scene.native(call.value) + ". It fails, or the difference stays in the contract.",
            {toText(call.to)}};
}

Finding modeUnknown(const EvmScene& scene, const EvmCall& call, std::string_view mode)
{
    return {"evm.container.modeUnknown",
            Severity::Warning,
            "Unknown mode of execution",
            scene.named(call.to) + " is asked to execute calls in the mode " + std::string(mode) +
                ", which is not read here.",
            {toText(call.to)}};
}

Finding userOperationInitCode(const EvmScene& scene, const EvmAddress& account)
{
    return {"evm.userOperation.initCode",
            Severity::Warning,
            "An account is made",
            "The operation of " + scene.named(account) +
                " first calls a factory that makes the account. What code it gets cannot be told.",
            {toText(account)}};
}

Finding userOperationPaymaster(const EvmScene& scene, const EvmAddress& account, const EvmAddress& paymaster)
{
    return {"evm.userOperation.paymaster",
            Severity::Warning,
            "A paymaster pays the fee",
            "The fee of the operation of " + scene.named(account) + " is paid by " + scene.named(paymaster) +
                ". What that one takes in return is agreed elsewhere.",
            {toText(account), toText(paymaster)}};
}

void keepWithAccount(const EvmScene& scene, const EvmCall& innerCall, Meaning& part)
{
    bool isKept = false;
    for (Effect& effect : part.effects) {
        if (effect.direction == Effect::Direction::In) {
            effect.direction = Effect::Direction::Out;
            isKept = true;
        }
    }
    if (!isKept || !innerCall.from) {
        return;
    }
    part.findings.push_back({"recipient.other",
                             Severity::Warning,
                             "The proceeds go to somebody else",
                             "What comes in goes to " + scene.named(*innerCall.from) +
                                 ", which makes the inner call, not to " + scene.namedPayer() + ".",
                             {toText(*innerCall.from)}});
}

}  // namespace countersign::meaning
