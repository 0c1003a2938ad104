#pragma once

#include "core/base/Result.h"
#include "core/base/encoding/Json.h"
#include "core/crypto/primitives/Keccak.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

inline constexpr std::string_view typedDataDomainType = "EIP712Domain";

/// A member's type: an atomic type, bytes, string or a struct, and the array dimensions around it.
struct TypedDataType
{
    enum class Kind { Struct, String, DynamicBytes, FixedBytes, Unsigned, Signed, Bool, Address };

    Kind kind = Kind::Struct;
    int width = 0;                ///< FixedBytes: bytes, 1 to 32; integers: bits, 8 to 256
    std::size_t structIndex = 0;  ///< Struct: into TypedDataTypes::structs()
    /// From the inside out: T[2][] is {2, nothing}; nothing is any length.
    std::vector<std::optional<std::uint32_t>> dimensions;
};

struct TypedDataMember
{
    std::string name;
    std::string typeName;  ///< as written, which is what is hashed
    TypedDataType type;
};

struct TypedDataStruct
{
    std::string name;
    std::vector<TypedDataMember> members;
};

/// The `types` of EIP-712 typed data, parsed and validated, with their type hashes. They come from whoever
/// wants a signature. They are read and checked once, so that the values can be hashed without looking a name
/// up again, and each type's hash is computed once however often it occurs.
class TypedDataTypes
{
public:
    /// types is an object of arrays of {"name", "type"}; more members of those are ignored. Where it does not
    /// declare EIP712Domain, the type is made of domain's members that are not null, in the order of EIP-712,
    /// as viem and ethers do (eth-sig-util would take none). InvalidInput for: names of structs outside
    /// [A-Za-z0-9_$:] or like an atomic type, unknown types (also in unused structs), int and uint without a
    /// width (libraries differ), a member twice or with a name that cannot be told from the type's own
    /// syntax, and a domain to be derived that has a member EIP-712 does not know.
    static Result<TypedDataTypes> parse(const Json& types, const Json& domain);

    const std::vector<TypedDataStruct>& structs() const { return m_structs; }
    std::optional<std::size_t> find(std::string_view name) const;

    /// EIP-712's encodeType: the struct, then all structs it refers to, sorted by name. InvalidInput when the
    /// types asked for so far add up to more than any honest message needs.
    Result<std::string> encodeType(std::size_t structIndex);
    /// Keccak-256 of the above, computed once.
    Result<Keccak256Digest> typeHash(std::size_t structIndex);

private:
    Status addNames(const Json& types);
    Status addMembers(std::size_t structIndex, const Json& members);
    Result<TypedDataType> parseType(std::string_view text) const;
    std::vector<std::size_t> referredFrom(std::size_t structIndex) const;

    std::vector<TypedDataStruct> m_structs;
    std::vector<std::string> m_own;  ///< "Name(type name,…)" of each struct alone
    std::map<std::string, std::size_t, std::less<>> m_index;
    std::vector<std::optional<Keccak256Digest>> m_hashes;
    std::size_t m_encodedBytes = 0;
};

}  // namespace countersign
