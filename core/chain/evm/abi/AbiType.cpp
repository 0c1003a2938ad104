#include "core/chain/evm/abi/AbiType.h"

#include "core/crypto/primitives/Keccak.h"

#include <algorithm>
#include <limits>

namespace countersign {

namespace {

constexpr std::size_t headWordBytes = 32;

/// Lengths of arrays multiply up beyond 64 bits; what is that large fits into no data, and must not wrap to
/// something small.
std::size_t productOrMost(std::size_t a, std::size_t b)
{
    constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
    return a != 0 && b > most / a ? most : a * b;
}

std::size_t sumOrMost(std::size_t a, std::size_t b)
{
    constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
    return b > most - a ? most : a + b;
}

std::string canonicalList(const std::vector<AbiParameter>& parameters)
{
    std::string text = "(";
    for (const AbiParameter& parameter : parameters) {
        text += text.size() > 1 ? "," : "";
        text += parameter.type.canonical();
    }
    return text + ")";
}

}  // namespace

std::string AbiType::canonical() const
{
    switch (kind) {
        case Kind::Unsigned:
            return "uint" + std::to_string(width);
        case Kind::Signed:
            return "int" + std::to_string(width);
        case Kind::Bool:
            return "bool";
        case Kind::Address:
            return "address";
        case Kind::FixedBytes:
            return "bytes" + std::to_string(width);
        case Kind::DynamicBytes:
            return "bytes";
        case Kind::String:
            return "string";
        case Kind::Tuple:
            return canonicalList(members);
        case Kind::Array:
            break;
    }
    const std::string element = members.empty() ? std::string() : members.front().type.canonical();
    return element + "[" + (length ? std::to_string(*length) : std::string()) + "]";
}

bool AbiType::isDynamic() const
{
    return kind == Kind::DynamicBytes || kind == Kind::String || (kind == Kind::Array && !length) ||
           std::ranges::any_of(members, [](const AbiParameter& member) { return member.type.isDynamic(); });
}

std::size_t AbiType::headBytes() const
{
    if ((kind != Kind::Tuple && kind != Kind::Array) || isDynamic()) {
        return headWordBytes;
    }
    std::size_t sum = 0;
    for (const AbiParameter& member : members) {
        sum = sumOrMost(sum, member.type.headBytes());
    }
    return kind == Kind::Array ? productOrMost(sum, *length) : sum;
}

std::string AbiFunction::signature() const
{
    return name + canonicalList(inputs);
}

std::array<std::uint8_t, 4> AbiFunction::selector() const
{
    const Keccak256Digest digest = keccak256(asBytes(signature()));
    return {digest[0], digest[1], digest[2], digest[3]};
}

}  // namespace countersign
