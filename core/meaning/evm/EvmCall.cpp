#include "core/meaning/evm/EvmCall.h"

#include "core/meaning/descriptors/Descriptors.h"
#include "core/meaning/evm/EvmEffects.h"
#include "core/meaning/evm/calls/CallActs.h"
#include "core/meaning/evm/calls/KnownFunctions.h"
#include "core/meaning/evm/calls/PlainCalls.h"
#include "core/meaning/evm/rules/ApprovalRules.h"
#include "core/meaning/evm/rules/CalldataRules.h"

#include <algorithm>
#include <array>

namespace countersign::meaning {

namespace {

/// Not understood; what is left to say is where the call goes, what it carries and what it sends.
Meaning unreadCall(const EvmScene& scene, const EvmCall& call, Finding why)
{
    Meaning meaning;
    meaning.fields.push_back({"Contract", scene.named(call.to), "to"});
    meaning.fields.push_back({"Data", bytesText(call.data), "data"});
    if (!call.value.is_zero()) {
        meaning.effects.push_back(nativeOut(scene, call.to, call.value));
    }
    meaning.doNotUnderstand(std::move(why));
    return meaning;
}

bool hasNativeOut(const Meaning& meaning, const EvmScene& scene, const Uint256& wei)
{
    const auto isIt = [&](const Effect& effect) {
        return effect.direction == Effect::Direction::Out && effect.asset == scene.nativeAssetOf() &&
               effect.amount == wei;
    };
    return std::ranges::any_of(meaning.effects, isIt);
}

/// No sentence may leave out that coins leave.
void addValueToIntent(const EvmScene& scene, const EvmCall& call, Meaning& meaning)
{
    if (!call.value.is_zero() && !meaning.intent.empty()) {
        meaning.intent += ", with " + scene.native(call.value) + " to " + scene.brief(call.to);
    }
}

/// By a descriptor, where one binds to the contract; what the call sends is an effect all the same.
Meaning readByDescriptor(const EvmScene& scene, const EvmCall& call, const Knowledge& knowledge)
{
    std::optional<Meaning> told;
    if (knowledge.descriptors != nullptr && !call.isDelegate) {
        told = knowledge.descriptors->explain(call, knowledge);
    }
    if (!told) {
        return unreadCall(scene, call, unknownCall(scene, call));
    }
    if (!call.value.is_zero() && !hasNativeOut(*told, scene, call.value)) {
        told->effects.push_back(nativeOut(scene, call.to, call.value));
    }
    addValueToIntent(scene, call, *told);
    return *std::move(told);
}

/// Functions whose own sentence tells what the call sends: they take it themselves, hand it to their only
/// inner call, or to inner calls that send the same sum.
bool tellsValue(const FunctionEntry& entry, const CallReading& reading)
{
    if (entry.known.kind == "weth" || entry.known.kind == "deposit") {
        return entry.known.value == KnownFunction::Value::Taken;
    }
    if (entry.function.name == "multicall") {
        return reading.items(reading.arguments.size() - 1).size() == 1;
    }
    return entry.function.name == "aggregate3Value" &&
           std::ranges::find(reading.meaning.findings, "evm.container.valueMismatch", &Finding::id) ==
               reading.meaning.findings.end();
}

Meaning readKnownFunction(const FunctionEntry& entry, const EvmScene& scene, const EvmCall& call,
                          CallJournal& journal)
{
    const auto arguments = decodeAbi(entry.function.inputs, call.data.subspan(selectorBytes));
    if (!arguments) {
        return unreadCall(scene, call, malformedCalldata(scene, call, entry.function));
    }
    CallReading reading(call, journal, scene, entry.function, arguments->values);
    entry.known.read(reading);
    if (std::optional<Finding> loose = looseCalldata(entry.function, *arguments)) {
        reading.meaning.doNotUnderstand(std::move(*loose));
    }
    if (!call.value.is_zero() && entry.known.value == KnownFunction::Value::Refused) {
        reading.effect(nativeOut(scene, call.to, call.value));
        reading.meaning.findings.push_back(valueNotPayable(scene, call, entry.function.name));
    }
    if (!tellsValue(entry, reading)) {
        addValueToIntent(scene, call, reading.meaning);
    }
    return std::move(reading.meaning);
}

/// Libraries that Safe's own programs let a Safe run.
bool isDelegateAllowed(const EvmScene& scene, const EvmCall& call)
{
    constexpr std::array<std::string_view, 6> kinds = {"safe.multisend",      "safe.multisendCallOnly",
                                                       "safe.signMessageLib", "safe.createCall",
                                                       "safe.migration",      "safe.setup"};
    return std::ranges::any_of(kinds, [&](std::string_view kind) { return scene.isKind(call.to, kind); });
}

Meaning readCallItself(const EvmScene& scene, const EvmCall& call, CallJournal& journal)
{
    // Counted before anything else, so that calls that are too deep are bounded as well.
    if (!journal.enter(call)) {
        return unreadCall(scene, call, tooManyCalls());
    }
    if (call.depth > maxCallDepth) {
        return unreadCall(scene, call, tooDeepCalls());
    }
    if (call.isDelegate && !isDelegateAllowed(scene, call)) {
        return unreadCall(scene, call, unlistedDelegatecall(scene, call.to));
    }
    if (std::optional<Meaning> system = readSystemCall(scene, call)) {
        addValueToIntent(scene, call, *system);
        return *std::move(system);
    }
    if (call.data.empty() && !call.isDelegate) {
        return readPlainTransfer(scene, call);
    }
    if (call.data.size() < selectorBytes) {
        return unreadCall(scene, call, oddCalldata(scene, call));
    }
    if (const FunctionEntry* entry = findFunction(scene, call)) {
        return readKnownFunction(*entry, scene, call, journal);
    }
    return readByDescriptor(scene, call, journal.knowledge());
}

}  // namespace

Meaning readCall(const EvmCall& call, CallJournal& journal)
{
    const EvmScene scene(journal.knowledge().lists, call.chainId, call.from);
    Meaning meaning = readCallItself(scene, call, journal);
    addCallActs(scene, call, meaning);
    return meaning;
}

Meaning explainCall(const EvmCall& call, const Knowledge& knowledge)
{
    CallJournal journal(knowledge);
    Meaning meaning = readCall(call, journal);
    const EvmScene scene(knowledge.lists, call.chainId, call.from);
    for (const GivenApproval& approval : journal.leftOver()) {
        meaning.findings.push_back(leftOverApproval(scene, approval));
    }
    if (knowledge.descriptors != nullptr && call.depth == 0 && !call.isDelegate) {
        addDescriptorWords(meaning, knowledge.descriptors->explain(call, knowledge));
    }
    addEvmSources(knowledge.lists, meaning);
    return meaning;
}

}  // namespace countersign::meaning
