#include "core/meaning/descriptors/display/DescriptorCalls.h"

#include "core/base/encoding/Hex.h"
#include "core/meaning/descriptors/display/DescriptorFormats.h"
#include "core/meaning/evm/EvmCall.h"
#include "core/meaning/evm/rules/ContainerRules.h"

namespace countersign::meaning {

namespace {

/// The selector that a descriptor adds in front, as text or as bytes of the data.
Bytes prefixOf(const std::optional<Operand>& selector)
{
    if (!selector || selector->kind != AbiType::Kind::String) {
        return selector ? selector->bytes : Bytes();
    }
    return fromHex(selector->asText()).value_or(Bytes());
}

/// The call's parameters; nothing where one of them cannot be told. data: of the call, which it refers to.
std::optional<EvmCall> callOf(const FieldParameters& parameters, BytesView data)
{
    const DescriptorContainer& container = parameters.scope().container;
    const auto callee = parameters.value("callee");
    const auto amount = parameters.value("amount");
    const auto spender = parameters.value("spender");
    const auto chainId = parameters.value("chainId");
    const auto to = callee && *callee ? (*callee)->asAddress() : std::nullopt;
    const auto value = amount && *amount ? (*amount)->asNumber() : std::optional(Uint256(0));
    if (!to || !amount || !value || !spender || !chainId) {
        return std::nullopt;
    }
    return EvmCall{.chainId = *chainId ? (*chainId)->asNumber() : container.chainId,
                   .from = *spender ? (*spender)->asAddress() : container.to,
                   .to = *to,
                   .value = *value,
                   .data = data,
                   .isDelegate = false,
                   .depth = container.depth + 1};
}

}  // namespace

std::optional<ShownCall> shownCall(const Operand& operand, const FieldParameters& parameters)
{
    const bool isBytes =
        operand.kind == AbiType::Kind::DynamicBytes || operand.kind == AbiType::Kind::FixedBytes;
    const auto selector = parameters.value("selector");
    if (!isBytes || !operand.place || !selector || parameters.scope().container.depth >= maxCallDepth) {
        return std::nullopt;
    }
    Bytes data = prefixOf(*selector);
    data.insert(data.end(), operand.bytes.begin(), operand.bytes.end());
    const auto call = callOf(parameters, data);
    if (!call) {
        return std::nullopt;
    }
    const std::string label = descriptorText(parameters.label());
    const std::string path = operand.place->path;
    ShownCall shown;
    shown.callee = {.label = "Called by " + label, .value = toText(call->to), .path = path};
    shown.meaning.understood = true;
    if (data.empty() && call->value == 0) {
        shown.fields.push_back({.label = label, .value = "0x", .path = path});
        return shown;
    }
    const DescriptorContainer& container = parameters.scope().container;
    shown.meaning = explainCall(*call, parameters.scope().knowledge);
    if (call->from != container.from) {
        keepWithAccount({parameters.scope().knowledge.lists, container.chainId, container.from}, *call,
                        shown.meaning);
    }
    const std::string text = shown.meaning.understood ? shown.meaning.intent : toHexPrefixed(data);
    shown.fields.push_back({.label = label, .value = text, .path = path});
    for (Field& part : shown.meaning.fields) {
        part.path = path + (part.path ? "." + *part.path : "");
        shown.fields.push_back(std::move(part));
    }
    shown.meaning.fields.clear();
    return shown;
}

}  // namespace countersign::meaning
