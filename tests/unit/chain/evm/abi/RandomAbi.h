#pragma once

#include "core/chain/evm/abi/AbiValue.h"

#include <algorithm>
#include <random>

namespace countersign::testing {

/// Makes types of the contract ABI and values for them; the same seed makes the same ones.
class RandomAbi
{
public:
    explicit RandomAbi(std::uint32_t seed) : m_random(seed) {}

    std::size_t below(std::size_t limit) { return m_random() % limit; }

    std::vector<AbiParameter> parameters(int depth = 0)
    {
        std::vector<AbiParameter> list(1 + below(depth == 0 ? 5 : 3));
        for (AbiParameter& parameter : list) {
            parameter.type = type(depth);
        }
        return list;
    }

    std::vector<AbiValue> valuesFor(const std::vector<AbiParameter>& parameters)
    {
        std::vector<AbiValue> values;
        for (const AbiParameter& parameter : parameters) {
            values.push_back(valueFor(parameter.type));
        }
        return values;
    }

private:
    using Kind = AbiType::Kind;

    AbiType type(int depth)
    {
        static constexpr std::array kinds = {Kind::Unsigned,     Kind::Signed, Kind::Bool,      Kind::Address,
                                             Kind::DynamicBytes, Kind::String, Kind::Tuple,     Kind::Array,
                                             Kind::Tuple,        Kind::Array,  Kind::FixedBytes};
        AbiType made;
        do {
            made.kind = kinds[below(kinds.size())];
        } while (depth >= 4 && (made.kind == Kind::Tuple || made.kind == Kind::Array));
        if (made.kind == Kind::Unsigned || made.kind == Kind::Signed) {
            made.width = static_cast<int>(8 * (1 + below(32)));
        } else if (made.kind == Kind::FixedBytes) {
            made.width = static_cast<int>(1 + below(32));
        } else if (made.kind == Kind::Tuple) {
            made.members = parameters(depth + 1);
        } else if (made.kind == Kind::Array) {
            made.members.push_back({.name = {}, .type = type(depth + 1)});
            made.length = below(2) == 0 ? std::optional<std::uint32_t>() : std::uint32_t(1 + below(3));
        }
        return made;
    }

    AbiValue valueFor(const AbiType& type)
    {
        AbiValue value;
        value.kind = type.kind;
        switch (type.kind) {
            case Kind::Unsigned:
            case Kind::Signed:
                value.number = number(type);
                break;
            case Kind::Bool:
                value.number = below(2);
                break;
            case Kind::Address:
                value.bytes = bytes(20);
                break;
            case Kind::FixedBytes:
                value.bytes = bytes(static_cast<std::size_t>(type.width));
                break;
            case Kind::DynamicBytes:
                value.bytes = bytes(below(70));
                break;
            case Kind::String:
                value.bytes = Bytes(below(70), 'x');
                break;
            case Kind::Tuple:
                value.items = valuesFor(type.members);
                break;
            case Kind::Array:
                for (std::size_t left = type.length ? *type.length : below(4); left > 0; --left) {
                    value.items.push_back(valueFor(type.members.front().type));
                }
                break;
        }
        return value;
    }

    Uint256 number(const AbiType& type)
    {
        const auto bits = static_cast<unsigned>(type.width) - (type.kind == Kind::Signed ? 1U : 0U);
        const Uint256 magnitude = *fromBigEndian(bytes(32)) >> (256 - bits);
        const bool isNegative = type.kind == Kind::Signed && below(2) == 0;
        return isNegative ? Uint256(~magnitude) : magnitude;
    }

    Bytes bytes(std::size_t count)
    {
        Bytes made(count);
        std::ranges::generate(made, [this] { return static_cast<std::uint8_t>(m_random()); });
        return made;
    }

    std::mt19937 m_random;
};

/// Whether they say the same, wherever their bytes lie.
inline bool sameValues(std::span<const AbiValue> a, std::span<const AbiValue> b)
{
    return std::ranges::equal(a, b, [](const AbiValue& one, const AbiValue& other) {
        return one.kind == other.kind && one.number == other.number && one.bytes == other.bytes &&
               sameValues(one.items, other.items);
    });
}

}  // namespace countersign::testing
