#include "core/chain/evm/abi/AbiValue.h"

#include <algorithm>

namespace countersign {

namespace {

constexpr std::size_t encodedWordBytes = 32;

void append(Bytes& out, BytesView bytes)
{
    out.insert(out.end(), bytes.begin(), bytes.end());
}

/// Zeros up to a whole number of words.
void pad(Bytes& out)
{
    out.resize((out.size() + encodedWordBytes - 1) / encodedWordBytes * encodedWordBytes);
}

Bytes encodeValue(const AbiType& type, const AbiValue& value);

/// Heads first, then the values that the heads of dynamic types point to, in their order. typeOf gives
/// the type of the i-th of count.
template <typename TypeOf>
Bytes encodeSequence(std::size_t count, TypeOf&& typeOf, std::span<const AbiValue> values)
{
    std::size_t headBytes = 0;
    for (std::size_t i = 0; i < count; ++i) {
        headBytes += typeOf(i).headBytes();
    }
    Bytes head;
    Bytes tail;
    for (std::size_t i = 0; i < count; ++i) {
        const AbiType& type = typeOf(i);
        const Bytes encoded = encodeValue(type, values[i]);
        if (type.isDynamic()) {
            append(head, toBytes32(Uint256(headBytes + tail.size())));
            append(tail, encoded);
        } else {
            append(head, encoded);
        }
    }
    append(head, tail);
    return head;
}

Bytes encodeAddress(const AbiValue& value)
{
    Bytes word(encodedWordBytes - std::min(encodedWordBytes, value.bytes.size()));
    append(word, value.bytes);
    return word;
}

Bytes encodeArray(const AbiType& type, const AbiValue& value)
{
    const AbiType& element = type.members.front().type;
    Bytes out = type.length ? Bytes() : toBytes32(Uint256(value.items.size()));
    append(out, encodeSequence(
                    value.items.size(), [&](std::size_t) -> const AbiType& { return element; }, value.items));
    return out;
}

Bytes encodeMembers(std::span<const AbiParameter> parameters, std::span<const AbiValue> values)
{
    return encodeSequence(
        std::min(parameters.size(), values.size()),
        [&](std::size_t i) -> const AbiType& { return parameters[i].type; }, values);
}

Bytes encodeValue(const AbiType& type, const AbiValue& value)
{
    switch (type.kind) {
        case AbiType::Kind::Unsigned:
        case AbiType::Kind::Signed:
        case AbiType::Kind::Bool:
            return toBytes32(value.number);
        case AbiType::Kind::Address:
            return encodeAddress(value);
        case AbiType::Kind::FixedBytes: {
            Bytes word = value.bytes;
            word.resize(encodedWordBytes);
            return word;
        }
        case AbiType::Kind::DynamicBytes:
        case AbiType::Kind::String: {
            Bytes out = toBytes32(Uint256(value.bytes.size()));
            append(out, value.bytes);
            pad(out);
            return out;
        }
        case AbiType::Kind::Tuple:
            return encodeMembers(type.members, value.items);
        case AbiType::Kind::Array:
            break;
    }
    return encodeArray(type, value);
}

}  // namespace

Bytes encodeAbi(std::span<const AbiParameter> parameters, std::span<const AbiValue> values)
{
    return encodeMembers(parameters, values);
}

}  // namespace countersign
