#include "core/meaning/descriptors/DescriptorExplanation.h"

#include "core/base/encoding/Hex.h"
#include "core/chain/evm/abi/AbiValue.h"
#include "core/chain/evm/typeddata/TypedDataValues.h"
#include "core/meaning/descriptors/display/DescriptorFields.h"
#include "core/meaning/descriptors/display/DescriptorFormats.h"
#include "core/meaning/descriptors/files/DescriptorProvenance.h"

#include <algorithm>
#include <iterator>

namespace countersign::meaning {

namespace {

constexpr std::size_t selectorSize = 4;

Finding findingOf(const char* id, const char* title, std::string detail)
{
    return {.id = id,
            .severity = Severity::Warning,
            .title = title,
            .detail = std::move(detail),
            .addresses = {}};
}

/// Who the descriptor says is behind the contract.
std::string ownerOf(const Json& document)
{
    const Json* metadata = memberOf(&document, "metadata");
    const Json* owner = memberOf(metadata, "owner");
    const Json* named = owner != nullptr ? owner : memberOf(metadata, "contractName");
    return named != nullptr && named->is_string() ? descriptorText(named->get<std::string>()) : std::string();
}

/// Fields, intent and sources of the entry for this data; what else it does is the caller's to add.
Meaning describedMeaning(const ParsedDescriptor& descriptor, const Json& entry, const std::string& name,
                         const DescriptorScope& scope)
{
    FormattedData formatted = formatData(entry, scope);
    Meaning meaning = std::move(formatted.meaning);
    const std::string owner = ownerOf(descriptor.document.json);
    if (!owner.empty()) {
        meaning.fields.insert(meaning.fields.begin(),
                              {.label = "Interaction with", .value = owner, .path = {}});
    }
    meaning.intent = formatted.intent.empty() ? descriptorText(name) : formatted.intent;
    meaning.sources = descriptor.document.sources;
    std::ranges::move(provenanceOf(descriptor.document), std::back_inserter(meaning.findings));
    return meaning;
}

/// An effect of which nothing is known but what the descriptor says.
Effect powerOf(const std::optional<EvmAddress>& contract, std::string text)
{
    return {.direction = Effect::Direction::Power,
            .asset = {},
            .amount = {},
            .display = {},
            .account = contract ? std::optional(toText(*contract)) : std::nullopt,
            .text = std::move(text)};
}

Meaning undecodable(const ParsedDescriptor& descriptor, const DescribedFunction& described)
{
    Meaning meaning;
    meaning.sources = descriptor.document.sources;
    meaning.doNotUnderstand(findingOf(
        "descriptor.calldata", "The data does not fit its function",
        "The data cannot be read as arguments of " + descriptorText(described.function.signature()) + "."));
    return meaning;
}

void addCallEffects(const EvmCall& call, const Knowledge& knowledge, Meaning& meaning)
{
    std::vector<Effect> effects{
        powerOf(call.to, "Calls " + toText(call.to) + "; by its descriptor: " + meaning.intent)};
    if (call.value != 0) {
        const std::string caip2 = caip2OfEvm(*call.chainId);
        const std::string display = nativeAmount(knowledge.lists, caip2, call.value);
        effects.push_back({.direction = Effect::Direction::Out,
                           .asset = nativeAsset(knowledge.lists, caip2),
                           .amount = call.value,
                           .display = display,
                           .account = toText(call.to),
                           .text = "Sends " + display + " to " + toText(call.to)});
    }
    meaning.effects.insert(meaning.effects.begin(), effects.begin(), effects.end());
}

/// The members of the domain that its type declares, and their hash. Addresses lose their checksum: whether
/// that is right is a matter for whoever hashes the message.
Result<MessageDomain> domainOf(TypedDataTypes& types, const Json& domain)
{
    const std::size_t index = *types.find(typedDataDomainType);
    ASSIGN_OR_RETURN(const DataNode read, dataOf(types, index, domain));
    MessageDomain found{.json = Json::object(), .chainId = {}, .contract = {}, .hash = {}};
    for (const DataNode& member : read.items) {
        const Operand operand = operandOf({.node = &member, .slice = {}, .trail = {}, .path = {}});
        const bool isAddress = member.kind == AbiType::Kind::Address;
        found.json[member.name] = isAddress ? Json(toHexPrefixed(member.bytes)) : domain[member.name];
        if (member.name == "chainId" && operand.isInteger()) {
            found.chainId = operand.asNumber();
        } else if (member.name == "verifyingContract" && isAddress) {
            found.contract = operand.asAddress();
        }
    }
    ASSIGN_OR_RETURN(found.hash, TypedDataHasher(types).hashStruct(index, found.json));
    return found;
}

}  // namespace

ParsedDescriptor::ParsedDescriptor(DescriptorDocument merged)
    : document(std::move(merged)), functions(describedFunctions(document.json))
{}

Result<DescribedMessage> DescribedMessage::read(const Json& typedData)
{
    const Json nothing = Json::object();
    ASSIGN_OR_RETURN(const std::string primaryType, requiredString(typedData, "primaryType"));
    const Json* given = memberOf(&typedData, "domain");
    const Json& domain = given != nullptr ? *given : nothing;
    const Json* message = memberOf(&typedData, "message");
    const Json* declared = memberOf(&typedData, "types");
    if (primaryType == typedDataDomainType || message == nullptr || declared == nullptr) {
        return failure(ErrorCode::InvalidInput, {}, QStringLiteral("no message"));
    }
    ASSIGN_OR_RETURN(auto types, TypedDataTypes::parse(*declared, domain));
    const auto primary = types.find(primaryType);
    if (!primary) {
        return failure(ErrorCode::InvalidInput, {}, QStringLiteral("primaryType is not among the types"));
    }
    DescribedMessage described;
    described.primaryType = primaryType;
    ASSIGN_OR_RETURN(described.encodedType, types.encodeType(*primary));
    ASSIGN_OR_RETURN(described.data, dataOf(types, *primary, *message));
    ASSIGN_OR_RETURN(described.domain, domainOf(types, domain));
    return described;
}

std::optional<Meaning> explainCallBy(const ParsedDescriptor& descriptor, const EvmCall& call,
                                     const Knowledge& knowledge)
{
    const Json& json = descriptor.document.json;
    const Json* context = memberOf(&json, "context");
    if (context == nullptr || !call.chainId || call.data.size() < selectorSize ||
        !bindsToCall(*context, *call.chainId, call.to)) {
        return std::nullopt;
    }
    const auto isCalled = [&](const DescribedFunction& function) {
        return std::ranges::equal(function.selector, call.data.first(selectorSize));
    };
    const auto found = std::ranges::find_if(descriptor.functions, isCalled);
    if (found == descriptor.functions.end()) {
        return std::nullopt;
    }
    const auto arguments = decodeAbi(found->function.inputs, call.data.subspan(selectorSize));
    if (!arguments || arguments->values.size() != found->function.inputs.size()) {
        return undecodable(descriptor, *found);
    }
    const DataNode data = dataOf(found->function.inputs, arguments->values);
    const DescriptorContainer container{
        .from = call.from, .to = call.to, .value = call.value, .chainId = call.chainId, .depth = call.depth};
    Coverage coverage;
    const DescriptorScope scope{json, data, container, knowledge, coverage};
    Meaning meaning =
        describedMeaning(descriptor, json["display"]["formats"][found->key], found->function.name, scope);
    addCallEffects(call, knowledge, meaning);
    if (std::ranges::count_if(descriptor.functions, isCalled) > 1) {
        meaning.doNotUnderstand(findingOf("descriptor.invalid", "A descriptor does not fit",
                                          "The descriptor describes this function more than once."));
    }
    if (!arguments->isCanonical || arguments->trailingBytes > 0) {
        meaning.doNotUnderstand(findingOf("descriptor.calldata", "The data is not written as usual",
                                          "The data has more bytes than the arguments need, or orders them "
                                          "in another way; the contract may read them differently."));
    }
    return meaning;
}

std::optional<Meaning> explainMessageBy(const ParsedDescriptor& descriptor, const DescribedMessage& message,
                                        const std::optional<EvmAddress>& from, const Knowledge& knowledge)
{
    const Json& json = descriptor.document.json;
    const Json* context = memberOf(&json, "context");
    bool fixesContract = false;
    if (context == nullptr || !bindsToMessage(*context, message.domain, fixesContract)) {
        return std::nullopt;
    }
    const Json* entry = formatOfMessage(json, message.primaryType, message.encodedType);
    if (entry == nullptr) {
        return std::nullopt;
    }
    const DescriptorContainer container{.from = from,
                                        .to = message.domain.contract,
                                        .value = 0,
                                        .chainId = message.domain.chainId,
                                        .depth = 0};
    Coverage coverage;
    const DescriptorScope scope{json, message.data, container, knowledge, coverage};
    Meaning meaning = describedMeaning(descriptor, *entry, message.primaryType, scope);
    const std::string whom =
        container.to ? toText(*container.to) : "a contract that the message does not name";
    meaning.effects.insert(
        meaning.effects.begin(),
        powerOf(container.to, "Signs a message for " + whom + "; by its descriptor: " + meaning.intent));
    if (!fixesContract) {
        meaning.doNotUnderstand(findingOf("descriptor.binding", "The descriptor is for any contract",
                                          "The descriptor binds to names in the message's domain alone, "
                                          "which anybody can use for another contract."));
    }
    return meaning;
}

std::optional<Meaning> preferred(std::vector<Meaning> meanings)
{
    if (meanings.empty()) {
        return std::nullopt;
    }
    const auto found = std::ranges::find(meanings, true, &Meaning::understood);
    const std::size_t chosen =
        found == meanings.end() ? 0 : static_cast<std::size_t>(found - meanings.begin());
    Meaning meaning = meanings[chosen];
    for (const Meaning& other : meanings) {
        if (other.fields != meaning.fields || other.intent != meaning.intent) {
            meaning.findings.push_back(findingOf(
                "descriptor.ambiguous", "Descriptors contradict each other",
                "Another descriptor of the folder, " +
                    (other.sources.empty() ? std::string() : descriptorText(other.sources.front().name)) +
                    ", shows this in another way."));
        }
    }
    return meaning;
}

}  // namespace countersign::meaning
