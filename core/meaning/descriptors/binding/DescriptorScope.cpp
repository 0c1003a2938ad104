#include "core/meaning/descriptors/binding/DescriptorScope.h"

#include "core/base/encoding/Hex.h"
#include "core/base/encoding/JsonIntegers.h"

#include <algorithm>

namespace countersign::meaning {

namespace {

constexpr std::size_t addressSize = std::tuple_size_v<EvmAddress>;
constexpr std::size_t scopeWordSize = 32;

tl::unexpected<Error> invalidScope(const std::string& detail)
{
    return failure(ErrorCode::InvalidInput, {}, QString::fromStdString(detail));
}

std::optional<EvmAddress> addressIn(BytesView bytes)
{
    const bool isWord = bytes.size() == scopeWordSize;
    const auto isZero = [](std::uint8_t byte) { return byte == 0; };
    if (isWord && std::ranges::all_of(bytes.first(scopeWordSize - addressSize), isZero)) {
        bytes = bytes.last(addressSize);
    }
    EvmAddress address{};
    if (bytes.size() != address.size()) {
        return std::nullopt;
    }
    std::ranges::copy(bytes, address.begin());
    return address;
}

std::optional<Operand> inContainer(const DescriptorContainer& container, const DescriptorPath& path)
{
    if (path.steps.size() != 1) {
        return std::nullopt;
    }
    const std::string& name = path.steps.front().name;
    Operand operand{.kind = AbiKind::Unsigned, .number = {}, .bytes = {}, .place = {}};
    if (name == "value" || (name == "chainId" && container.chainId)) {
        operand.number = name == "value" ? container.value : *container.chainId;
        return operand;
    }
    operand.kind = AbiKind::Address;
    const auto& address = name == "to" ? container.to : container.from;
    if ((name != "to" && name != "from") || !address) {
        return std::nullopt;
    }
    operand.bytes = toBytes(*address);
    return operand;
}

}  // namespace

const Json* memberOf(const Json* json, const char* name)
{
    if (json == nullptr || !json->is_object()) {
        return nullptr;
    }
    const auto found = json->find(name);
    return found == json->end() || found->is_null() ? nullptr : &*found;
}

std::optional<Uint256> Operand::asNumber() const
{
    switch (kind) {
        case AbiKind::Signed:
            return (number >> 255U) != 0 ? std::nullopt : std::optional(number);
        case AbiKind::Unsigned:
        case AbiKind::Bool:
            return number;
        case AbiKind::String: {
            const auto quantity = parseQuantity(asText());
            return quantity ? std::optional(*quantity) : std::nullopt;
        }
        default: {
            const auto value = fromBigEndian(bytes);
            return value ? std::optional(*value) : std::nullopt;
        }
    }
}

std::optional<EvmAddress> Operand::asAddress() const
{
    if (kind == AbiKind::String) {
        const std::string text = asText();
        const auto hex = fromHex(text);
        return text.starts_with("0x") && hex && hex->size() == addressSize ? addressIn(*hex) : std::nullopt;
    }
    return addressIn(isInteger() ? toBytes32(number) : bytes);
}

std::string Operand::asText() const
{
    switch (kind) {
        case AbiKind::Unsigned:
            return toDecimal(number);
        case AbiKind::Signed:
            return (number >> 255U) != 0 ? "-" + toDecimal(Uint256(Uint256(0) - number)) : toDecimal(number);
        case AbiKind::Bool:
            return number != 0 ? "true" : "false";
        case AbiKind::String:
            return std::string(countersign::asText(bytes));
        case AbiKind::Address:
            return bytes.size() == addressSize ? toText(*addressIn(bytes)) : toHexPrefixed(bytes);
        default:
            return toHexPrefixed(bytes);
    }
}

Operand operandOf(const DataPlace& place)
{
    const DataNode& node = *place.node;
    Operand operand{.kind = node.kind, .number = node.number, .bytes = node.bytes, .place = place};
    if (place.slice) {
        const Bytes whole =
            operand.isInteger() || node.kind == AbiKind::Bool ? toBytes32(node.number) : node.bytes;
        const auto [first, last] = *place.slice;
        operand.kind = AbiKind::FixedBytes;
        operand.bytes = toBytes(BytesView(whole).subspan(first, last - first));
    }
    return operand;
}

const Json* DescriptorScope::inDocument(const DescriptorPath& path) const
{
    const Json* json = &document;
    for (const PathStep& step : path.steps) {
        json = step.kind == PathStep::Kind::Member ? memberOf(json, step.name.c_str()) : nullptr;
    }
    return path.root == DescriptorPath::Root::Descriptor ? json : nullptr;
}

Result<Operand> DescriptorScope::constant(const Json& value) const
{
    const Json* json = &value;
    if (value.is_string() && value.get_ref<const std::string&>().starts_with("$.")) {
        const auto path = parseDescriptorPath(value.get_ref<const std::string&>());
        json = path ? inDocument(*path) : nullptr;
    }
    Operand operand;
    if (json != nullptr && json->is_string()) {
        operand.bytes = toBytes(asBytes(json->get_ref<const std::string&>()));
    } else if (json != nullptr && json->is_number_unsigned()) {
        operand.kind = AbiKind::Unsigned;
        operand.number = Uint256(json->get<std::uint64_t>());
    } else if (json != nullptr && json->is_boolean()) {
        operand.kind = AbiKind::Bool;
        operand.number = json->get<bool>() ? 1 : 0;
    } else {
        return invalidScope("a constant is missing, or neither text nor a whole number");
    }
    return operand;
}

Result<std::vector<Operand>> DescriptorScope::resolve(std::string_view text, const DataPlace& base,
                                                      const DataPlace* along) const
{
    using Root = DescriptorPath::Root;
    const auto path = parseDescriptorPath(text);
    if (!path) {
        return invalidScope("no path: " + std::string(text));
    }
    if (path->root == Root::Container) {
        const auto operand = inContainer(container, *path);
        return operand ? Result<std::vector<Operand>>(std::vector{*operand})
                       : invalidScope("not known of what carries it: " + std::string(text));
    }
    if (path->root == Root::Descriptor) {
        return constant(Json(std::string(text))).map([](const Operand& operand) {
            return std::vector{operand};
        });
    }
    const auto places = follow(path->root == Root::Data ? root() : base, path->steps, along, &coverage);
    if (!places) {
        return invalidScope("a path that leads nowhere: " + std::string(text));
    }
    std::vector<Operand> operands;
    for (const DataPlace& place : *places) {
        operands.push_back(operandOf(place));
    }
    return operands;
}

FieldParameters::FieldParameters(const DescriptorScope& scope, const Json& field, const DataPlace& base,
                                 const DataPlace* shown, std::size_t position, std::size_t count)
    : m_scope(scope),
      m_parameters(memberOf(&field, "params")),
      m_base(base),
      m_shown(shown),
      m_position(position),
      m_count(count)
{
    const Json* label = memberOf(&field, "label");
    m_label = label != nullptr && label->is_string() ? label->get<std::string>() : std::string();
}

const Json* FieldParameters::option(const char* name) const
{
    const Json* found = memberOf(m_parameters, name);
    if (found == nullptr || !found->is_string() || !found->get_ref<const std::string&>().starts_with("$.")) {
        return found;
    }
    const auto path = parseDescriptorPath(found->get_ref<const std::string&>());
    return path ? m_scope.inDocument(*path) : nullptr;
}

Result<Operand> FieldParameters::atPath(const std::string& path) const
{
    ASSIGN_OR_RETURN(const auto found, m_scope.resolve(path, m_base, m_shown));
    if (found.size() != 1 && found.size() != m_count) {
        return invalidScope("a parameter with another number of values: " + path);
    }
    const Operand& operand = found.size() == 1 ? found.front() : found[m_position];
    if (operand.place) {
        m_scope.coverage.add(*operand.place);
    }
    return operand;
}

Result<Operand> FieldParameters::ofMap(const Json& reference) const
{
    const auto map = requiredString(reference, "map");
    const auto keyPath = requiredString(reference, "keyPath");
    const auto path = map ? parseDescriptorPath(*map) : std::nullopt;
    const Json* values = path ? memberOf(m_scope.inDocument(*path), "values") : nullptr;
    if (values == nullptr || !keyPath) {
        return invalidScope("a map that is not there");
    }
    ASSIGN_OR_RETURN(const auto keys, m_scope.resolve(*keyPath, m_base, m_shown));
    if (keys.size() != 1) {
        return invalidScope("a map with more than one key");
    }
    const std::string key = keys.front().asText();
    for (const auto& [name, value] : values->items()) {
        if (name == key || sameAddress(name, key)) {
            return m_scope.constant(value);
        }
    }
    return invalidScope("a map without a value for " + key);
}

Result<std::optional<Operand>> FieldParameters::value(const std::string& name) const
{
    const Json* path = memberOf(m_parameters, (name + "Path").c_str());
    const Json* found = path != nullptr ? path : memberOf(m_parameters, name.c_str());
    if (found == nullptr) {
        return std::optional<Operand>();
    }
    if (found->is_object()) {
        return ofMap(*found).map([](const Operand& operand) { return std::optional(operand); });
    }
    const bool isText = found->is_string();
    const std::string text = isText ? found->get<std::string>() : std::string();
    const bool isPath = isText && (path != nullptr || text.starts_with("#.") || text.starts_with("@."));
    const auto operand = isPath ? atPath(text) : m_scope.constant(*found);
    return operand.map([](const Operand& known) { return std::optional(known); });
}

bool FieldParameters::listContains(const char* name, const EvmAddress& address) const
{
    const Json* list = option(name);
    if (list == nullptr) {
        return false;
    }
    const auto isSame = [&](const Json& entry) {
        const auto operand = m_scope.constant(entry);
        return operand && operand->asAddress() == address;
    };
    return list->is_array() ? std::ranges::any_of(*list, isSame) : isSame(*list);
}

}  // namespace countersign::meaning
