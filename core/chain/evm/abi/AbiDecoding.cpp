#include "core/base/text/Utf8.h"
#include "core/chain/evm/abi/AbiValue.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct AbiDecodingText
{
    Q_DECLARE_TR_FUNCTIONS(AbiDecodingText)
};

constexpr std::size_t abiWordBytes = 32;
constexpr std::size_t maxValues = 20'000;
constexpr int maxAbiDepth = 16;
/// Offsets may overlap: encoders that save gas let several point to one value. How often each byte is read
/// on average is bounded, so that a little data cannot become many values.
constexpr std::size_t maxReadsOfByte = 4;

tl::unexpected<Error> invalidArguments(const char* detail)
{
    return failure(ErrorCode::InvalidInput,
                   AbiDecodingText::tr("The arguments of this call do not fit its function."),
                   QLatin1String(detail));
}

/// Types can come from elsewhere than parseAbiFunction.
bool isSound(const AbiType& type, int depth)
{
    using Kind = AbiType::Kind;
    if (depth > maxAbiDepth) {
        return false;
    }
    switch (type.kind) {
        case Kind::Unsigned:
        case Kind::Signed:
            return type.width >= 8 && type.width <= 256 && type.width % 8 == 0 && type.members.empty();
        case Kind::FixedBytes:
            return type.width >= 1 && type.width <= 32 && type.members.empty();
        case Kind::Bool:
        case Kind::Address:
        case Kind::DynamicBytes:
        case Kind::String:
            return type.members.empty();
        case Kind::Array:
            if (type.members.size() != 1) {
                return false;
            }
            break;
        case Kind::Tuple:
            break;
    }
    return std::ranges::all_of(type.members,
                               [&](const AbiParameter& member) { return isSound(member.type, depth + 1); });
}

bool isZero(BytesView bytes)
{
    return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

/// Bytes in front of the value in its word, or behind it for FixedBytes.
std::size_t paddingOf(const AbiType& type)
{
    switch (type.kind) {
        case AbiType::Kind::Bool:
            return abiWordBytes - 1;
        case AbiType::Kind::Address:
            return abiWordBytes - std::tuple_size_v<EvmAddress>;
        case AbiType::Kind::FixedBytes:
            return abiWordBytes - static_cast<std::size_t>(type.width);
        default:
            return abiWordBytes - static_cast<std::size_t>(type.width) / 8;
    }
}

/// Why this class exists: the limits and the end of what is read hold over all values, not for one.
///
/// Every place that is handed around is at most the size of the data, so that no sum of it with a word or a
/// checked length wraps.
class AbiDecoder
{
public:
    explicit AbiDecoder(BytesView data) : m_data(data) {}

    /// Members one after the other, with offsets counted from base.
    Result<std::vector<AbiValue>> members(std::span<const AbiParameter> parameters, std::size_t base)
    {
        std::vector<AbiValue> values;
        std::size_t place = base;
        for (const AbiParameter& parameter : parameters) {
            const std::size_t headBytes = parameter.type.headBytes();
            if (headBytes > m_data.size() - place) {
                return invalidArguments("the data end within a value");
            }
            ASSIGN_OR_RETURN(auto value, fromHead(parameter.type, base, place));
            values.push_back(std::move(value));
            place += headBytes;
        }
        return values;
    }

    std::size_t end() const { return m_end; }

private:
    Result<AbiValue> fromHead(const AbiType& type, std::size_t base, std::size_t head)
    {
        if (!type.isDynamic()) {
            return value(type, head);
        }
        ASSIGN_OR_RETURN(const auto offset, word(head));
        if (offset > m_data.size() - base) {
            return invalidArguments("an offset leads beyond the data");
        }
        return value(type, base + static_cast<std::size_t>(offset));
    }

    Result<AbiValue> value(const AbiType& type, std::size_t place)
    {
        if (++m_values > maxValues) {
            return invalidArguments("too many values");
        }
        switch (type.kind) {
            case AbiType::Kind::DynamicBytes:
            case AbiType::Kind::String:
                return text(type.kind, place);
            case AbiType::Kind::Tuple: {
                AbiValue tuple{.kind = type.kind, .number = {}, .bytes = {}, .items = {}, .offset = place};
                ASSIGN_OR_RETURN(tuple.items, members(type.members, place));
                tuple.size = headBytesOf(type);
                return tuple;
            }
            case AbiType::Kind::Array:
                return array(type, place);
            default:
                return atomic(type, place);
        }
    }

    static std::size_t headBytesOf(const AbiType& tuple)
    {
        std::size_t sum = 0;
        for (const AbiParameter& member : tuple.members) {
            sum += member.type.headBytes();
        }
        return sum;
    }

    Result<AbiValue> array(const AbiType& type, std::size_t place)
    {
        AbiValue array{.kind = type.kind, .number = {}, .bytes = {}, .items = {}, .offset = place};
        Uint256 count = type.length.value_or(0);
        if (!type.length) {
            ASSIGN_OR_RETURN(count, word(place));
            array.offset += abiWordBytes;
        }
        const AbiType& element = type.members.front().type;
        const std::size_t stride = element.headBytes();
        if (stride > 0 && count > (m_data.size() - array.offset) / stride) {
            return invalidArguments("an array leads beyond the data");
        }
        // An element may take no bytes at all: an empty tuple.
        if (count > maxValues - m_values) {
            return invalidArguments("too many values");
        }
        const auto length = static_cast<std::size_t>(count);
        array.size = length * stride;
        for (std::size_t i = 0; i < length; ++i) {
            ASSIGN_OR_RETURN(auto item, fromHead(element, array.offset, array.offset + i * stride));
            array.items.push_back(std::move(item));
        }
        return array;
    }

    Result<AbiValue> text(AbiType::Kind kind, std::size_t place)
    {
        ASSIGN_OR_RETURN(const auto length, word(place));
        const std::size_t begin = place + abiWordBytes;
        if (length > m_data.size() - begin) {
            return invalidArguments("bytes or a text lead beyond the data");
        }
        const auto size = static_cast<std::size_t>(length);
        // Contracts do not ask for the padding to be there.
        const std::size_t padding =
            std::min((abiWordBytes - size % abiWordBytes) % abiWordBytes, m_data.size() - begin - size);
        RETURN_IF_ERROR(countRead(begin, size + padding));
        const BytesView bytes = m_data.subspan(begin, size);
        if (kind == AbiType::Kind::String && !isWellFormedUtf8(asText(bytes))) {
            return invalidArguments("a text is not UTF-8");
        }
        return AbiValue{
            .kind = kind, .number = {}, .bytes = toBytes(bytes), .items = {}, .offset = begin, .size = size};
    }

    Result<AbiValue> atomic(const AbiType& type, std::size_t place)
    {
        ASSIGN_OR_RETURN(const auto number, word(place));
        const BytesView word = m_data.subspan(place, abiWordBytes);
        const std::size_t padding = paddingOf(type);
        AbiValue value{.kind = type.kind, .number = {}, .bytes = {}, .items = {}};
        value.size = abiWordBytes - padding;
        if (type.kind == AbiType::Kind::FixedBytes) {
            if (!isZero(word.last(padding))) {
                return invalidArguments("bytes of a fixed number are followed by others");
            }
            value.offset = place;
            value.bytes = toBytes(word.first(value.size));
            return value;
        }
        value.offset = place + padding;
        const bool isNegative = type.kind == AbiType::Kind::Signed && (word[padding] & 0x80U) != 0;
        const std::uint8_t sign = isNegative ? 0xff : 0;
        if (std::ranges::any_of(word.first(padding), [&](std::uint8_t byte) { return byte != sign; }) ||
            (type.kind == AbiType::Kind::Bool && number > 1)) {
            return invalidArguments("an integer, an address or a boolean is out of range");
        }
        if (type.kind == AbiType::Kind::Address) {
            value.bytes = toBytes(word.last(value.size));
        } else {
            value.number = number;
        }
        return value;
    }

    Result<Uint256> word(std::size_t place)
    {
        if (abiWordBytes > m_data.size() - place) {
            return invalidArguments("the data end within a value");
        }
        RETURN_IF_ERROR(countRead(place, abiWordBytes));
        return fromBigEndian(m_data.subspan(place, abiWordBytes));
    }

    Status countRead(std::size_t place, std::size_t size)
    {
        m_end = std::max(m_end, place + size);
        m_read += size;
        if (m_read / maxReadsOfByte > m_data.size()) {
            return invalidArguments("offsets overlap too often");
        }
        return {};
    }

    BytesView m_data;
    std::size_t m_values = 0;
    std::size_t m_read = 0;
    std::size_t m_end = 0;
};

}  // namespace

EvmAddress AbiValue::address() const
{
    EvmAddress address{};
    if (kind == AbiType::Kind::Address && bytes.size() == address.size()) {
        std::ranges::copy(bytes, address.begin());
    }
    return address;
}

Result<AbiArguments> decodeAbi(std::span<const AbiParameter> parameters, BytesView data)
{
    if (!std::ranges::all_of(parameters,
                             [](const AbiParameter& parameter) { return isSound(parameter.type, 1); })) {
        return invalidArguments("the types are not valid or nested too deeply");
    }
    AbiDecoder decoder(data);
    ASSIGN_OR_RETURN(auto values, decoder.members(parameters, 0));
    AbiArguments arguments{.values = std::move(values)};
    arguments.isCanonical = std::ranges::equal(encodeAbi(parameters, arguments.values), data);
    arguments.trailingBytes = data.size() - decoder.end();
    return arguments;
}

}  // namespace countersign
