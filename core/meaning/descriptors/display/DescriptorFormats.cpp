#include "core/meaning/descriptors/display/DescriptorFormats.h"

#include "core/base/text/SanitizedText.h"
#include "core/meaning/descriptors/display/DescriptorAmounts.h"
#include "core/meaning/descriptors/display/DescriptorNumbers.h"
#include "core/meaning/descriptors/files/DataProvider.h"

#include <algorithm>
#include <array>

namespace countersign::meaning {

namespace {

using Format = Result<ShownValue> (*)(const Operand& operand, const FieldParameters& parameters);

constexpr qsizetype maxDescriptorTextLength = 160;  // of a label, an intent, a name

const KnownContract* providedName(const FieldParameters& parameters, const EvmAddress& address,
                                  std::string_view space)
{
    const KnownContract* known = parameters.scope().knowledge.lists.contract(space, toText(address));
    return known != nullptr && known->kind == providedNameKind ? known : nullptr;
}

/// Whether a label says that this is how much of something.
bool soundsLikeAmount(std::string label)
{
    static constexpr std::array words{"amount", "value", "share",   "fee", "min",       "max",
                                      "price",  "send",  "receive", "pay", "collateral"};
    std::ranges::transform(label, label.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    return std::ranges::any_of(words,
                               [&](const char* word) { return label.find(word) != std::string::npos; });
}

Result<ShownValue> raw(const Operand& operand, const FieldParameters& parameters)
{
    constexpr unsigned smallNumber = 1'000'000;
    ShownValue shown = plain(operand.asText());
    if (operand.kind == AbiKind::DynamicBytes && !operand.bytes.empty()) {
        shown.isOpaque = true;
        shown.findings.push_back(
            rawFinding(Severity::Warning, "The descriptor shows \"" + descriptorText(parameters.label()) +
                                              "\" as plain bytes; they may hold a call or anything else."));
    } else if (operand.place && operand.isInteger() && operand.number > smallNumber &&
               soundsLikeAmount(parameters.label())) {
        shown.findings.push_back(
            rawFinding(Severity::Info, "The descriptor shows \"" + descriptorText(parameters.label()) +
                                           "\" as a plain number, without saying of what."));
    }
    return shown;
}

Result<ShownValue> tokenTicker(const Operand& operand, const FieldParameters& parameters)
{
    const auto address = operand.asAddress();
    ASSIGN_OR_RETURN(const auto chainId, parameters.value("chainId"));
    if (!address) {
        return invalidField("a token that is no address");
    }
    const std::string caip2 = caip2Of(parameters, chainId);
    const KnownToken* token = tokenAt(parameters, caip2, *address);
    ShownValue shown = plain(token != nullptr ? token->symbol : toText(*address));
    if (token != nullptr) {
        shown.beside.push_back(besideOf("Token ", token->symbol, onChain(*address, caip2, parameters)));
    }
    return shown;
}

Result<ShownValue> nftName(const Operand& operand, const FieldParameters& parameters)
{
    const auto number = operand.asNumber();
    ASSIGN_OR_RETURN(const auto collection, parameters.value("collection"));
    const auto address = collection ? collection->asAddress() : std::nullopt;
    if (!number || !address) {
        return invalidField("a token of a collection without number or collection");
    }
    const KnownContract* known = providedName(parameters, *address, providedCollections);
    ShownValue shown = plain(known != nullptr ? known->name + " #" + toDecimal(*number) : toDecimal(*number));
    shown.beside.push_back(besideOf("Collection of ", parameters.label(), toText(*address)));
    return shown;
}

/// Whether a list of options (types, sources) is absent or names this one.
bool allows(const FieldParameters& parameters, const char* option, const char* wanted)
{
    const Json* list = parameters.option(option);
    return list == nullptr || !list->is_array() || std::ranges::find(*list, Json(wanted)) != list->end();
}

/// What a name may stand for an address; empty for none.
std::string trustedName(const EvmAddress& address, const FieldParameters& parameters)
{
    const KnownContract* known = providedName(parameters, address, providedLocalNames);
    if (known == nullptr && allows(parameters, "sources", "ens")) {
        known = providedName(parameters, address, providedEnsNames);
    }
    if (known != nullptr) {
        return known->name;
    }
    const bool mayBeToken = parameters.option("types") != nullptr && allows(parameters, "types", "token");
    const KnownToken* token = mayBeToken ? tokenAt(parameters, caip2Of(parameters, {}), address) : nullptr;
    return token != nullptr ? token->name : std::string();
}

Result<ShownValue> addressName(const Operand& operand, const FieldParameters& parameters)
{
    const auto address = operand.asAddress();
    if (!address) {
        return raw(operand, parameters);
    }
    if (parameters.listContains("senderAddress", *address)) {
        ShownValue shown = plain("Sender");
        const auto& from = parameters.scope().container.from;
        shown.beside.push_back(
            besideOf("Address of ", "Sender",
                     from ? toText(*from) : toText(*address) + ", which stands for who sends"));
        return shown;
    }
    const std::string name = trustedName(*address, parameters);
    ShownValue shown = plain(name.empty() ? toText(*address) : name);
    if (!name.empty()) {
        shown.beside.push_back(besideOf("Address of ", name, toText(*address)));
    }
    return shown;
}

Result<ShownValue> date(const Operand& operand, const FieldParameters& parameters)
{
    const auto number = operand.asNumber();
    if (!number) {
        return invalidField("a date that is no number");
    }
    const Json* encoding = parameters.option("encoding");
    const bool isHeight = encoding != nullptr && *encoding == Json("blockheight");
    return plain(isHeight ? toDecimal(*number) : dateText(*number));
}

Result<ShownValue> duration(const Operand& operand, const FieldParameters& /*parameters*/)
{
    const auto number = operand.asNumber();
    return number ? Result<ShownValue>(plain(durationText(*number)))
                  : invalidField("a duration that is no number");
}

Result<ShownValue> unit(const Operand& operand, const FieldParameters& parameters)
{
    const auto number = operand.asNumber();
    const Json* base = parameters.option("base");
    const Json* decimals = parameters.option("decimals");
    const Json* prefix = parameters.option("prefix");
    const auto places =
        decimals != nullptr ? parameters.scope().constant(*decimals) : Result<Operand>(invalidField(""));
    const Uint256 count = places ? places->asNumber().value_or(0) : Uint256(0);
    if (!number || base == nullptr || !base->is_string() || count > 77) {
        return invalidField("a unit without a number or a base");
    }
    const bool hasPrefix = prefix != nullptr && *prefix == Json(true);
    return plain(unitText(*number, static_cast<int>(count), hasPrefix) + base->get<std::string>());
}

Result<ShownValue> enumeration(const Operand& operand, const FieldParameters& parameters)
{
    const Json* values = parameters.option("$ref");
    const std::string key = operand.asText();
    const auto number = operand.asNumber();
    if (values == nullptr || !values->is_object()) {
        return invalidField("an enumeration that is not there");
    }
    for (const auto& [name, text] : values->items()) {
        const auto quantity = parseQuantity(name);
        const bool isWord = operand.kind == AbiKind::Bool && (name == (key == "true" ? "True" : "False"));
        if (text.is_string() && (name == key || isWord || (number && quantity && *quantity == *number))) {
            return plain(descriptorText(text.get<std::string>()));
        }
    }
    ShownValue shown = plain(key);
    shown.findings.push_back(rawFinding(Severity::Info, "The descriptor has no word for this value of \"" +
                                                            descriptorText(parameters.label()) + "\"."));
    return shown;
}

Result<ShownValue> chain(const Operand& operand, const FieldParameters& parameters)
{
    const auto number = operand.asNumber();
    if (!number) {
        return invalidField("a chain that is no number");
    }
    const KnownChain* known = parameters.scope().knowledge.lists.evmChain(*number);
    ShownValue shown = plain(known != nullptr ? known->name : toDecimal(*number));
    if (known != nullptr) {
        shown.beside.push_back(besideOf("Number of chain ", known->name, toDecimal(*number)));
    }
    return shown;
}

constexpr std::array<std::pair<std::string_view, Format>, 12> formatTable{{{"raw", raw},
                                                                           {"amount", shownAmount},
                                                                           {"tokenAmount", shownTokenAmount},
                                                                           {"nftName", nftName},
                                                                           {"date", date},
                                                                           {"duration", duration},
                                                                           {"unit", unit},
                                                                           {"enum", enumeration},
                                                                           {"chainId", chain},
                                                                           {"addressName", addressName},
                                                                           {"interoperableAddressName", raw},
                                                                           {"tokenTicker", tokenTicker}}};

}  // namespace

Result<ShownValue> shownValue(std::string_view format, const Operand& operand,
                              const FieldParameters& parameters)
{
    const auto found = std::ranges::find(formatTable, format, &std::pair<std::string_view, Format>::first);
    if (found == formatTable.end()) {
        return invalidField("a format that is not known");
    }
    return found->second(operand, parameters);
}

std::string descriptorText(std::string_view text)
{
    return sanitizedText(text, maxDescriptorTextLength).toStdString();
}

}  // namespace countersign::meaning
