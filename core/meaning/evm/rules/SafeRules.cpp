#include "core/meaning/evm/rules/SafeRules.h"

#include "core/meaning/evm/EvmEffects.h"

namespace countersign::meaning {

namespace {

std::string refundReceiver(const EvmScene& scene, const SafeRefund& refund)
{
    return refund.refundReceiver != EvmAddress{} ? scene.named(refund.refundReceiver)
                                                 : "whoever hands the transaction in";
}

std::string refundAsset(const EvmScene& scene, const SafeRefund& refund)
{
    return refund.gasToken != EvmAddress{} ? scene.tokenName(refund.gasToken) : "coins of the chain";
}

std::string refundAmount(const EvmScene& scene, const SafeRefund& refund, const Uint256& raw, bool isBrief)
{
    if (refund.gasToken == EvmAddress{}) {
        return scene.native(raw);
    }
    return isBrief ? scene.briefAmountOf(refund.gasToken, raw) : scene.amountOf(refund.gasToken, raw);
}

std::vector<std::string> refundAddresses(const EvmAddress& safe, const SafeRefund& refund)
{
    return {toText(safe), toText(refund.refundReceiver), toText(refund.gasToken)};
}

/// For baseGas alone: a token's least, and what coins can cost for it. More where it does not fit.
std::string refundLeast(const EvmScene& scene, const SafeRefund& refund, bool isBrief)
{
    if (refund.baseGas > ~Uint256(0) / refund.gasPrice) {
        return "more than there is";
    }
    const std::string amount = refundAmount(scene, refund, refund.baseGas * refund.gasPrice, isBrief);
    return refund.gasToken != EvmAddress{} ? "at least " + amount : "up to " + amount + " for the base alone";
}

void addPaidRefund(const EvmScene& scene, const EvmAddress& safe, const SafeRefund& refund, Meaning& meaning)
{
    const bool isToken = refund.gasToken != EvmAddress{};
    const bool isNamed = refund.refundReceiver != EvmAddress{};
    const std::string least = refundLeast(scene, refund, false);
    if (!meaning.intent.empty()) {
        meaning.intent += ", and pay a refund for gas, " + refundLeast(scene, refund, true);
    }
    // Without an amount: it is open, and nobody may take the least for the whole.
    meaning.effects.push_back(
        {Effect::Direction::Out, isToken ? scene.assetOf(refund.gasToken) : scene.nativeAssetOf(),
         std::nullopt, least, isNamed ? std::optional(toText(refund.refundReceiver)) : std::nullopt,
         "A refund for gas from the Safe " + scene.named(safe) + " to " + refundReceiver(scene, refund) +
             ", " + least + "; how much in all is not in the bytes"});
    meaning.findings.push_back({"evm.safe.refund", Severity::Critical, "A Safe pays for gas",
                                "The Safe " + scene.named(safe) + " pays " + (isToken ? "" : "up to ") +
                                    refundAmount(scene, refund, refund.gasPrice, false) +
                                    " for each unit of gas to " + refundReceiver(scene, refund) + ": " +
                                    least + " (" + toDecimal(refund.baseGas) +
                                    " units), and more for what the call takes (" +
                                    toDecimal(refund.safeTxGas) + " units are reserved for it).",
                                refundAddresses(safe, refund)});
}

}  // namespace

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

Finding foreignSafeCode(const EvmScene& scene, const EvmAddress& code)
{
    return {"evm.safe.singleton",
            Severity::Critical,
            "A new Safe with foreign code",
            "The new Safe is to run the code of " + scene.named(code) +
                ", which is not on the list of Safe's own: whoever wrote it can take everything.",
            {toText(code)}};
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

Finding safeSetupPayment(const std::string& safe, const std::string& amount, const std::string& receiver)
{
    return {"evm.safe.refund",
            Severity::Critical,
            "A Safe pays for being set up",
            safe + " pays " + amount + " to " + receiver + " when it is set up.",
            {}};
}

void addSafeRefund(const EvmScene& scene, const EvmAddress& safe, const SafeRefund& refund, Meaning& meaning)
{
    if (!refund.gasPrice.is_zero()) {
        addPaidRefund(scene, safe, refund, meaning);
    } else if (refund.refundReceiver != EvmAddress{} || refund.gasToken != EvmAddress{}) {
        meaning.findings.push_back(
            {"evm.safe.refund", Severity::Info, "A refund is named but not paid",
             "A refund in " + refundAsset(scene, refund) + " to " + refundReceiver(scene, refund) +
                 " is named; its price is zero, so that the Safe " + scene.named(safe) + " pays nothing.",
             refundAddresses(safe, refund)});
    }
}

}  // namespace countersign::meaning
