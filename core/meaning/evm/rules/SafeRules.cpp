#include "core/meaning/evm/rules/SafeRules.h"

namespace countersign::meaning {

Finding safeOwnerChange(const EvmScene& scene, const EvmAddress& safe, std::string what,
                        const EvmAddress& owner)
{
    return {"evm.safe.owner",
            Severity::Critical,
            "Owners of a Safe change",
            scene.named(owner) + " " + std::move(what) + " of the Safe " + scene.named(safe) +
                ". Its owners together can move everything it holds.",
            {toText(safe), toText(owner)}};
}

Finding safeThresholdChange(const EvmScene& scene, const EvmAddress& safe, const Uint256& threshold)
{
    return {
        "evm.safe.threshold",
        Severity::Critical,
        "Signatures that a Safe asks for",
        "From then on " + toDecimal(threshold) + " owners must sign for the Safe " + scene.named(safe) + ".",
        {toText(safe)}};
}

std::optional<Finding> impossibleThreshold(const EvmScene& scene, const EvmAddress& safe,
                                           const Uint256& threshold, const std::optional<std::size_t>& owners)
{
    if (!threshold.is_zero() && (!owners || threshold <= Uint256(*owners))) {
        return std::nullopt;
    }
    return Finding{"evm.safe.thresholdImpossible",
                   Severity::Critical,
                   "A threshold that cannot be",
                   "The Safe " + scene.named(safe) + " is asked to need " + toDecimal(threshold) +
                       " signatures" +
                       (owners ? " of " + std::to_string(*owners) + " owners" : std::string()) +
                       ". It refuses that, or is locked for ever.",
                   {toText(safe)}};
}

Finding safeModuleChange(const EvmScene& scene, const EvmAddress& safe, const EvmAddress& module,
                         bool isEnabled)
{
    const std::string power = isEnabled ? " may from then on move everything that the Safe " +
                                              scene.named(safe) + " holds, without a signature of its owners."
                                        : " is no longer a module of the Safe " + scene.named(safe) +
                                              ". If it limited or recovered something, that ends.";
    return {"evm.safe.module",
            isEnabled ? Severity::Critical : Severity::Warning,
            isEnabled ? "A module gets all power over a Safe" : "A module of a Safe is disabled",
            scene.named(module) + power,
            {toText(safe), toText(module)}};
}

Finding safeGuardChange(const EvmScene& scene, const EvmAddress& safe, const EvmAddress& guard,
                        std::string_view kind)
{
    const bool isRemoved = guard == EvmAddress{};
    const std::string what(kind);
    return {"evm.safe.guard",
            Severity::Critical,
            isRemoved ? "A guard is taken away" : "A guard is set",
            isRemoved
                ? "The Safe " + scene.named(safe) + " loses its " + what + " and the checks that it made."
                : scene.named(guard) + " becomes the " + what + " of the Safe " + scene.named(safe) +
                      ". It can refuse every transaction and so lock the Safe for ever.",
            {toText(safe), toText(guard)}};
}

Finding safeFallbackHandlerChange(const EvmScene& scene, const EvmAddress& safe, const EvmAddress& handler)
{
    const bool isKnown = scene.isKind(handler, "safe.fallbackHandler");
    return {"evm.safe.fallbackHandler",
            isKnown ? Severity::Warning : Severity::Critical,
            "A Safe's fallback handler changes",
            scene.named(handler) + " answers from then on for the Safe " + scene.named(safe) +
                ", whether a signature of it is valid above all" +
                (isKnown ? "." : ". It is not on the list of handlers: it could call any signature valid."),
            {toText(safe), toText(handler)}};
}

Finding safeSingletonChange(const EvmScene& scene, const EvmAddress& safe, const EvmAddress& singleton)
{
    const bool isKnown = scene.isKind(singleton, "safe.singleton");
    return {"evm.safe.singleton",
            isKnown ? Severity::Warning : Severity::Critical,
            "A Safe's code changes",
            "The Safe " + scene.named(safe) + " runs from then on the code of " + scene.named(singleton) +
                (isKnown ? "." : ", which is not on the list of Safe's own: it can take everything."),
            {toText(safe), toText(singleton)}};
}

Finding safeHashApproval(const EvmScene& scene, const EvmAddress& safe, std::string_view hash)
{
    return {"evm.safe.approveHash",
            Severity::Warning,
            "Consent to a transaction that is not shown",
            scene.namedPayer() + " consents at the Safe " + scene.named(safe) +
                " to the transaction with the hash " + std::string(hash) +
                ". What it does is not in the bytes.",
            {toText(safe)}};
}

Finding safeSignedMessage(const EvmScene& scene, BytesView message)
{
    return {
        "evm.safe.signMessage",
        Severity::Warning,
        "A Safe signs a message",
        scene.namedPayer() + " signs a message of " + std::to_string(message.size()) +
            " bytes for everybody who asks. It may be an order or a permit; what it says is not read here.",
        {}};
}

Finding safeNotItself(const EvmScene& scene, const EvmAddress& safe)
{
    return {"evm.safe.notItself",
            Severity::Warning,
            "Only a Safe changes its own settings",
            "The call comes from " + scene.namedPayer() + ", but " + scene.named(safe) +
                " takes it from itself alone. It fails, or that contract is not a Safe.",
            {toText(safe)}};
}

Finding nestedSafe(const EvmScene& scene, const EvmAddress& safe)
{
    return {"evm.safe.nested",
            Severity::Warning,
            "A Safe acts for another Safe",
            scene.namedPayer() + " executes a transaction of the Safe " + scene.named(safe) +
                ". The assets that move are those of the inner one.",
            {toText(safe)}};
}

Finding safeModuleExecution(const EvmScene& scene, const EvmAddress& safe)
{
    return {"evm.safe.moduleExecution",
            Severity::Critical,
            "A module acts for a Safe",
            scene.namedPayer() + " makes a call in the name of the Safe " + scene.named(safe) +
                " as its module, without signatures of its owners.",
            {toText(safe)}};
}

std::optional<Finding> safeRefund(const EvmScene& scene, const EvmAddress& safe, const SafeRefund& refund)
{
    const bool hasReceiver = refund.refundReceiver != EvmAddress{};
    const bool hasToken = refund.gasToken != EvmAddress{};
    const std::string receiver =
        hasReceiver ? scene.named(refund.refundReceiver) : "whoever hands the transaction in";
    const std::string asset = hasToken ? scene.tokenName(refund.gasToken) : "coins of the chain";
    if (!refund.gasPrice.is_zero()) {
        return Finding{"evm.safe.refund",
                       Severity::Critical,
                       "A Safe pays for gas",
                       "The Safe " + scene.named(safe) + " pays raw " + toDecimal(refund.gasPrice) + " of " +
                           asset + " for each unit of gas to " + receiver +
                           ". How many units that will be is not in the bytes.",
                       {toText(safe), toText(refund.refundReceiver), toText(refund.gasToken)}};
    }
    if (!hasReceiver && !hasToken) {
        return std::nullopt;
    }
    return Finding{"evm.safe.refund",
                   Severity::Info,
                   "A refund is named but not paid",
                   "A refund in " + asset + " to " + receiver +
                       " is named; its price is zero, so that the Safe " + scene.named(safe) +
                       " pays nothing.",
                   {toText(safe), toText(refund.refundReceiver), toText(refund.gasToken)}};
}

}  // namespace countersign::meaning
