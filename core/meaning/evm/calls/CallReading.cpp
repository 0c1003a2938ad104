#include "core/meaning/evm/calls/CallReading.h"

#include "core/base/encoding/Hex.h"
#include "core/meaning/evm/rules/CalldataRules.h"
#include "core/meaning/evm/rules/ContainerRules.h"

#include <algorithm>
#include <chrono>
#include <iterator>

namespace countersign::meaning {

namespace {

constexpr std::size_t shownBytes = 64;
/// 9999-12-31T23:59:59Z.
constexpr std::int64_t lastCalendarSecond = 253'402'300'799;

std::string twoDigits(std::uint64_t number)
{
    return (number < 10 ? "0" : "") + std::to_string(number);
}

/// Powers of which nothing is left (an allowance of zero) are none.
InnerIntent::Weight weightOf(const Meaning& part)
{
    using Weight = InnerIntent::Weight;
    if (std::ranges::find(part.findings, Severity::Critical, &Finding::severity) != part.findings.end()) {
        return Weight::Critical;
    }
    const auto isPower = [](const Effect& effect) {
        return effect.direction == Effect::Direction::Power && effect.amount != Uint256(0);
    };
    if (std::ranges::any_of(part.effects, isPower)) {
        return Weight::Power;
    }
    const bool isOut =
        std::ranges::find(part.effects, Effect::Direction::Out, &Effect::direction) != part.effects.end();
    return isOut ? Weight::Out : Weight::Other;
}

/// The weightiest first, otherwise in their order.
std::vector<InnerIntent> byWeight(const std::vector<InnerIntent>& intents)
{
    using Weight = InnerIntent::Weight;
    std::vector<InnerIntent> sorted;
    for (const Weight weight : {Weight::Critical, Weight::Power, Weight::Out, Weight::Other}) {
        std::ranges::copy_if(intents, std::back_inserter(sorted),
                             [weight](const InnerIntent& intent) { return intent.weight == weight; });
    }
    return sorted;
}

bool givesPower(const InnerIntent& intent)
{
    return intent.weight >= InnerIntent::Weight::Power;
}

}  // namespace

CallReading::CallReading(const EvmCall& theCall, CallJournal& theJournal, const EvmScene& theScene,
                         const AbiFunction& theFunction, const std::vector<AbiValue>& theArguments)
    : call(theCall), journal(theJournal), scene(theScene), function(theFunction), arguments(theArguments)
{
    meaning.understood = true;
    meaning.fields.push_back({"Call", function.signature() + " of " + scene.named(call.to), std::nullopt});
}

std::string CallReading::path(std::size_t argument, std::string_view further) const
{
    return function.name + "." + function.inputs[argument].name + std::string(further);
}

void CallReading::field(std::string label, std::string value, std::size_t argument, std::string_view further)
{
    meaning.fields.push_back({std::move(label), std::move(value), path(argument, further)});
}

void CallReading::addressField(std::string label, std::size_t argument)
{
    field(std::move(label), scene.named(address(argument)), argument);
}

void CallReading::numberField(std::string label, std::size_t argument)
{
    field(std::move(label), toDecimal(number(argument)), argument);
}

void CallReading::timeField(std::string label, const Uint256& seconds, std::size_t argument,
                            std::string_view further)
{
    field(std::move(label), timeText(seconds), argument, further);
}

void CallReading::signatureField(std::string label, BytesView signature, std::size_t argument)
{
    field(std::move(label), bytesText(signature), argument);
}

void CallReading::opaqueField(std::string label, BytesView opaque, std::size_t argument,
                              std::string_view further)
{
    field(std::move(label), bytesText(opaque), argument, further);
    if (!opaque.empty()) {
        meaning.doNotUnderstand(opaqueData(function, function.inputs[argument].name, opaque.size()));
    }
}

InnerIntent CallReading::inner(EvmCall innerCall, std::size_t argument, std::string_view further)
{
    innerCall.chainId = call.chainId;
    innerCall.depth = call.depth + 1;
    Meaning part = readCall(innerCall, journal);
    if (innerCall.from != call.from) {
        keepWithAccount(scene, innerCall, part);
    }
    InnerIntent told{part.understood ? part.intent : std::string(), weightOf(part)};
    meaning.absorb(std::move(part), path(argument, further));
    return told;
}

std::string timeText(const Uint256& seconds)
{
    if (seconds > Uint256(lastCalendarSecond)) {
        return "none";
    }
    const std::chrono::seconds since(seconds.convert_to<std::int64_t>());
    const auto days = std::chrono::duration_cast<std::chrono::days>(since);
    const std::chrono::year_month_day date{std::chrono::sys_days(days)};
    const auto rest = static_cast<std::uint64_t>((since - days).count());
    return std::to_string(static_cast<int>(date.year())) + "-" +
           twoDigits(static_cast<unsigned>(date.month())) + "-" +
           twoDigits(static_cast<unsigned>(date.day())) + " " + twoDigits(rest / 3600) + ":" +
           twoDigits(rest / 60 % 60) + ":" + twoDigits(rest % 60) + " UTC";
}

std::string bytesText(BytesView bytes)
{
    if (bytes.empty()) {
        return "empty";
    }
    if (bytes.size() <= shownBytes) {
        return toHexPrefixed(bytes);
    }
    return toHexPrefixed(bytes.first(shownBytes)) + "… (" + std::to_string(bytes.size()) + " bytes)";
}

std::string joinedIntents(std::vector<InnerIntent> intents)
{
    constexpr std::size_t most = 3;
    constexpr std::size_t mostBytes = 400;  // intents of containers within containers stay one sentence
    if (intents.size() > most) {
        intents = byWeight(intents);
    }
    std::string joined;
    std::size_t shown = 0;
    while (shown < intents.size() && shown < most &&
           joined.size() + intents[shown].sentence.size() <= mostBytes) {
        joined += (shown > 0 ? "; " : "") + intents[shown].sentence;
        ++shown;
    }
    if (shown < intents.size()) {
        const auto grave = std::count_if(intents.begin() + static_cast<std::ptrdiff_t>(shown), intents.end(),
                                         [](const InnerIntent& intent) { return givesPower(intent); });
        joined += (shown > 0 ? "; and " : "") + std::to_string(intents.size() - shown) +
                  (shown > 0 ? " more" : " calls") +
                  (grave > 0 ? ", " + std::to_string(grave) + " of which give power" : std::string());
    }
    return intents.empty() ? "Nothing" : joined;
}

}  // namespace countersign::meaning
