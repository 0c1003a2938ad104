#include "core/meaning/descriptors/files/DescriptorData.h"

#include "core/base/encoding/Hex.h"
#include "core/chain/evm/typeddata/TypedDataValues.h"

#include <algorithm>

namespace countersign::meaning {

namespace {

constexpr std::size_t wordSize = 32;
constexpr std::size_t maxPlaces = 2'000;

DataNode nodeOf(const AbiParameter& parameter, const AbiValue& value)
{
    DataNode node{.name = parameter.name,
                  .kind = parameter.type.kind,
                  .number = value.number,
                  .bytes = value.bytes,
                  .items = {}};
    const auto& members = parameter.type.members;
    for (std::size_t i = 0; i < value.items.size(); ++i) {
        node.items.push_back(
            nodeOf(node.kind == AbiKind::Array ? members.front() : members[i], value.items[i]));
    }
    return node;
}

/// A bound of a slice, counted from the end where it is negative; nothing outside of [0, size].
std::optional<std::size_t> placed(std::int64_t bound, std::size_t size)
{
    const auto signedSize = static_cast<std::int64_t>(size);
    const std::int64_t absolute = bound < 0 ? bound + signedSize : bound;
    return absolute < 0 || absolute > signedSize ? std::nullopt
                                                 : std::optional(static_cast<std::size_t>(absolute));
}

std::optional<std::pair<std::size_t, std::size_t>> rangeOf(const PathStep& step, std::size_t size)
{
    const auto first = step.from ? placed(*step.from, size) : std::optional<std::size_t>(0);
    if (step.kind == PathStep::Kind::Index) {
        return first && *first < size ? std::optional(std::pair(*first, *first + 1)) : std::nullopt;
    }
    const auto last = step.to ? placed(*step.to, size) : std::optional(size);
    return first && last && *first <= *last ? std::optional(std::pair(*first, *last)) : std::nullopt;
}

DataPlace element(const DataPlace& array, std::size_t index)
{
    DataPlace place{.node = &array.node->items[index], .slice = {}, .trail = array.trail, .path = array.path};
    place.trail.emplace_back(array.node, index);
    place.path += (place.path.empty() ? "[" : ".[") + std::to_string(index) + "]";
    return place;
}

/// Which elements of an array a step asks for.
std::optional<std::pair<std::size_t, std::size_t>> elementsOf(const DataPlace& array, const PathStep& step,
                                                              const DataPlace* along)
{
    if (along != nullptr && step.isAll()) {
        const auto same = std::ranges::find_if(
            along->trail, [&](const auto& passed) { return passed.first == array.node; });
        if (same != along->trail.end()) {
            return std::pair(same->second, same->second + 1);
        }
    }
    return rangeOf(step, array.node->items.size());
}

bool followOne(const DataPlace& place, const PathStep& step, const DataPlace* along, Coverage* coverage,
               std::vector<DataPlace>& found)
{
    const DataNode& node = *place.node;
    if (step.kind == PathStep::Kind::Member) {
        const auto member = std::ranges::find(node.items, step.name, &DataNode::name);
        if (node.kind != AbiKind::Tuple || member == node.items.end()) {
            return false;
        }
        found.push_back({.node = &*member,
                         .slice = {},
                         .trail = place.trail,
                         .path = place.path + (place.path.empty() ? "" : ".") + step.name});
        return true;
    }
    if (node.kind == AbiKind::Tuple) {
        return false;
    }
    if (node.kind != AbiKind::Array) {
        const auto range = place.slice ? std::nullopt : rangeOf(step, node.size());
        found.push_back(place);
        found.back().slice = range;
        return range.has_value();
    }
    const auto range = elementsOf(place, step, along);
    if (coverage != nullptr && step.isAll()) {
        coverage->addArray(node);
    }
    for (std::size_t i = range ? range->first : 0; range && i < range->second; ++i) {
        found.push_back(element(place, i));
    }
    return range.has_value();
}

AbiKind abiKindOf(TypedDataType::Kind kind)
{
    switch (kind) {
        case TypedDataType::Kind::Struct:
            return AbiKind::Tuple;
        case TypedDataType::Kind::String:
            return AbiKind::String;
        case TypedDataType::Kind::DynamicBytes:
            return AbiKind::DynamicBytes;
        case TypedDataType::Kind::FixedBytes:
            return AbiKind::FixedBytes;
        case TypedDataType::Kind::Unsigned:
            return AbiKind::Unsigned;
        case TypedDataType::Kind::Signed:
            return AbiKind::Signed;
        case TypedDataType::Kind::Bool:
            return AbiKind::Bool;
        case TypedDataType::Kind::Address:
            break;
    }
    return AbiKind::Address;
}

tl::unexpected<Error> unfit(const char* detail)
{
    return failure(ErrorCode::InvalidInput, {}, QLatin1String(detail));
}

/// Why this class exists: messages are nested, and come from whoever wants a signature.
class MessageReader
{
public:
    explicit MessageReader(const TypedDataTypes& types) : m_types(types) {}

    Result<DataNode> readStruct(std::size_t structIndex, const Json& value)
    {
        DataNode node;
        if (!value.is_object()) {
            return unfit("a struct must be an object");
        }
        for (const TypedDataMember& member : m_types.structs()[structIndex].members) {
            const auto found = value.find(member.name);
            if (found == value.end()) {
                return unfit("a member is missing");
            }
            ASSIGN_OR_RETURN(auto item, read(member.type, member.type.dimensions.size(), *found));
            item.name = member.name;
            node.items.push_back(std::move(item));
        }
        return node;
    }

private:
    static constexpr int maxDepth = 32;
    static constexpr std::size_t maxValues = 20'000;

    Result<DataNode> read(const TypedDataType& type, std::size_t dimensions, const Json& value)
    {
        if (++m_values > maxValues || m_depth >= maxDepth) {
            return unfit("too many values, or nested too deeply");
        }
        ++m_depth;
        auto node = dimensions > 0                             ? readArray(type, dimensions, value)
                    : type.kind == TypedDataType::Kind::Struct ? readStruct(type.structIndex, value)
                                                               : readLeaf(type, value);
        --m_depth;
        return node;
    }

    Result<DataNode> readArray(const TypedDataType& type, std::size_t dimensions, const Json& value)
    {
        DataNode node{.name = {}, .kind = AbiKind::Array, .number = {}, .bytes = {}, .items = {}};
        if (!value.is_array()) {
            return unfit("an array must be a list");
        }
        if (const auto& length = type.dimensions[dimensions - 1]; length && value.size() != *length) {
            return unfit("an array of another length");
        }
        for (const Json& item : value) {
            ASSIGN_OR_RETURN(auto read_, read(type, dimensions - 1, item));
            node.items.push_back(std::move(read_));
        }
        return node;
    }

    static Result<DataNode> readLeaf(const TypedDataType& type, const Json& value)
    {
        DataNode node{.name = {}, .kind = abiKindOf(type.kind), .number = {}, .bytes = {}, .items = {}};
        if (node.kind == AbiKind::Unsigned || node.kind == AbiKind::Signed) {
            ASSIGN_OR_RETURN(node.number,
                             encodeTypedInteger(type, value).and_then([](const Keccak256Digest& word) {
                                 return fromBigEndian(word);
                             }));
            return node;
        }
        if (node.kind == AbiKind::Bool) {
            node.number = value.is_boolean() && value.get<bool>() ? 1 : 0;
            return value.is_boolean() ? Result<DataNode>(node) : unfit("a bool must be true or false");
        }
        if (!value.is_string()) {
            return unfit("a value must be text");
        }
        const auto& text = value.get_ref<const std::string&>();
        if (node.kind == AbiKind::String) {
            node.bytes = toBytes(asBytes(text));
            return node;
        }
        ASSIGN_OR_RETURN(node.bytes, fromHex(text));
        const std::size_t width = node.kind == AbiKind::Address ? std::tuple_size_v<EvmAddress>
                                                                : static_cast<std::size_t>(type.width);
        if (!text.starts_with("0x") || (node.kind != AbiKind::DynamicBytes && node.bytes.size() != width)) {
            return unfit("bytes of another length");
        }
        return node;
    }

    const TypedDataTypes& m_types;
    std::size_t m_values = 0;
    int m_depth = 0;
};

}  // namespace

std::size_t DataNode::size() const
{
    const bool isNumber = kind == AbiKind::Unsigned || kind == AbiKind::Signed || kind == AbiKind::Bool;
    return isNumber ? wordSize : bytes.size();
}

DataNode dataOf(std::span<const AbiParameter> parameters, std::span<const AbiValue> values)
{
    DataNode root;
    for (std::size_t i = 0; i < parameters.size() && i < values.size(); ++i) {
        root.items.push_back(nodeOf(parameters[i], values[i]));
    }
    return root;
}

Result<DataNode> dataOf(const TypedDataTypes& types, std::size_t structIndex, const Json& message)
{
    return MessageReader(types).readStruct(structIndex, message);
}

void Coverage::add(const DataPlace& place)
{
    m_ranges[place.node].push_back(place.slice.value_or(Range(0, place.node->size())));
}

bool Coverage::has(const DataNode& leaf) const
{
    const auto found = m_ranges.find(&leaf);
    if (found == m_ranges.end()) {
        return false;
    }
    std::vector<Range> ranges = found->second;
    std::ranges::sort(ranges);
    std::size_t shown = 0;
    if (leaf.bytes.empty() && leaf.number != 0) {
        // Leading zeros of an integer tell nothing: an address in the last 20 bytes of a word is all of it.
        shown = wordSize - std::min(wordSize, toMinimalBytes(leaf.number).size());
    }
    for (const auto& [first, last] : ranges) {
        shown = first <= shown ? std::max(shown, last) : shown;
    }
    return shown >= leaf.size() || (leaf.bytes.empty() && leaf.number == 0);
}

std::vector<DataPlace> Coverage::missing(const DataNode& root, std::size_t atMost) const
{
    std::vector<DataPlace> found;
    addMissing({.node = &root, .slice = {}, .trail = {}, .path = {}}, atMost, found);
    return found;
}

void Coverage::addMissing(const DataPlace& place, std::size_t atMost, std::vector<DataPlace>& found) const
{
    const DataNode& node = *place.node;
    const bool isEmptyArray = node.kind == AbiKind::Array && node.items.empty();
    if (found.size() >= atMost || (node.isLeaf() && has(node)) ||
        (isEmptyArray && m_arrays.contains(&node))) {
        return;
    }
    if (node.isLeaf() || isEmptyArray) {
        found.push_back(place);
        return;
    }
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        DataPlace item = node.kind == AbiKind::Array ? element(place, i) : place;
        if (node.kind == AbiKind::Tuple) {
            item.node = &node.items[i];
            const std::string name =
                node.items[i].name.empty() ? "#" + std::to_string(i) : node.items[i].name;
            item.path += (item.path.empty() ? "" : ".") + name;
        }
        addMissing(item, atMost, found);
    }
}

std::optional<std::vector<DataPlace>> follow(const DataPlace& from, std::span<const PathStep> steps,
                                             const DataPlace* along, Coverage* coverage)
{
    std::vector<DataPlace> places{from};
    for (const PathStep& step : steps) {
        std::vector<DataPlace> next;
        for (const DataPlace& place : places) {
            if (!followOne(place, step, along, coverage, next) || next.size() > maxPlaces) {
                return std::nullopt;
            }
        }
        places = std::move(next);
    }
    return places;
}

}  // namespace countersign::meaning
