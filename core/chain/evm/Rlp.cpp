#include "core/chain/evm/Rlp.h"

#include <QCoreApplication>

namespace countersign::rlp {

namespace {

struct RlpText
{
    Q_DECLARE_TR_FUNCTIONS(RlpText)
};

// The first byte of an item tells its kind (Yellow Paper, appendix B).
constexpr std::uint8_t stringBase = 0x80;
constexpr std::uint8_t listBase = 0xc0;
constexpr std::size_t shortLength = 55;  // longer payloads carry the length of their length

tl::unexpected<Error> invalidRlp(const char* detail)
{
    return failure(ErrorCode::InvalidInput, RlpText::tr("This is not canonical RLP."), QLatin1String(detail));
}

void appendHeader(Bytes& out, std::uint8_t base, std::size_t length)
{
    if (length <= shortLength) {
        out.push_back(static_cast<std::uint8_t>(base + length));
        return;
    }
    const Bytes digits = toMinimalBytes(length);
    out.push_back(static_cast<std::uint8_t>(base + shortLength + digits.size()));
    out.insert(out.end(), digits.begin(), digits.end());
}

void appendString(Bytes& out, BytesView bytes)
{
    if (bytes.size() != 1 || bytes.front() >= stringBase) {
        appendHeader(out, stringBase, bytes.size());
    }
    out.insert(out.end(), bytes.begin(), bytes.end());
}

/// Why this class exists: the limits hold over the whole tree, not for one item.
class Decoder
{
public:
    explicit Decoder(const Limits& limits) : m_limits(limits) {}

    /// Takes one item from the front of rest. Recursion ends at maxDepth.
    Result<Item> take(BytesView& rest, int depth)
    {
        if (rest.empty()) {
            return invalidRlp("the input ends within an item");
        }
        if (++m_items > m_limits.maxItems) {
            return invalidRlp("too many items");
        }
        const std::uint8_t first = rest.front();
        if (first < stringBase) {
            return Item{.string = takeBytes(rest, 1)};
        }
        const bool isList = first >= listBase;
        ASSIGN_OR_RETURN(auto payload, takePayload(rest, isList ? listBase : stringBase));
        if (!isList) {
            if (payload.size() == 1 && payload.front() < stringBase) {
                return invalidRlp("a single byte below 0x80 has a length");
            }
            return Item{.string = payload};
        }
        if (depth >= m_limits.maxDepth) {
            return invalidRlp("nested too deeply");
        }
        Item list{.isList = true};
        while (!payload.empty()) {
            ASSIGN_OR_RETURN(auto item, take(payload, depth + 1));
            list.items.push_back(std::move(item));
        }
        return list;
    }

private:
    static BytesView takeBytes(BytesView& rest, std::size_t count)
    {
        const BytesView taken = rest.first(count);
        rest = rest.subspan(count);
        return taken;
    }

    static Result<BytesView> takePayload(BytesView& rest, std::uint8_t base)
    {
        std::size_t length = takeBytes(rest, 1).front() - base;
        if (length > shortLength) {
            const std::size_t digits = length - shortLength;  // 1 to 8
            if (digits > rest.size()) {
                return invalidRlp("the input ends within a length");
            }
            if (rest.front() == 0) {
                return invalidRlp("a length has leading zeros");
            }
            length = 0;
            for (const std::uint8_t digit : takeBytes(rest, digits)) {
                length = (length << 8U) | digit;
            }
            if (length <= shortLength) {
                return invalidRlp("a short length has the long form");
            }
        }
        if (length > rest.size()) {
            return invalidRlp("the input ends within an item");
        }
        return takeBytes(rest, length);
    }

    const Limits& m_limits;
    std::size_t m_items = 0;
};

}  // namespace

Bytes encodeString(BytesView bytes)
{
    Bytes out;
    appendString(out, bytes);
    return out;
}

ListWriter& ListWriter::add(BytesView string)
{
    appendString(m_payload, string);
    return *this;
}

ListWriter& ListWriter::add(const Uint256& number)
{
    return add(BytesView(toMinimalBytes(number)));
}

ListWriter& ListWriter::add(const ListWriter& list)
{
    appendHeader(m_payload, listBase, list.m_payload.size());
    m_payload.insert(m_payload.end(), list.m_payload.begin(), list.m_payload.end());
    return *this;
}

Bytes ListWriter::encoded() const
{
    Bytes out;
    appendHeader(out, listBase, m_payload.size());
    out.insert(out.end(), m_payload.begin(), m_payload.end());
    return out;
}

Result<Uint256> Item::number() const
{
    if (isList) {
        return invalidRlp("a list where a number belongs");
    }
    if (!string.empty() && string.front() == 0) {
        return invalidRlp("a number has leading zeros");
    }
    return fromBigEndian(string);
}

Result<Item> decode(BytesView bytes, const Limits& limits)
{
    static_assert(sizeof(std::size_t) >= 8, "a length of eight bytes must fit");
    if (bytes.size() > limits.maxBytes) {
        return invalidRlp("too long");
    }
    BytesView rest = bytes;
    auto item = Decoder(limits).take(rest, 0);
    if (item && !rest.empty()) {
        return invalidRlp("something follows the item");
    }
    return item;
}

}  // namespace countersign::rlp
