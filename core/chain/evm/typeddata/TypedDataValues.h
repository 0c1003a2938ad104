#pragma once

#include "core/base/Result.h"
#include "core/base/Uint256.h"
#include "core/base/encoding/Json.h"
#include "core/chain/evm/typeddata/TypedData.h"
#include "core/chain/evm/typeddata/TypedDataTypes.h"
#include "core/crypto/primitives/Keccak.h"

namespace countersign {

/// Hashes the values of EIP-712 typed data. One walk over a message's values makes the hash that is signed.
/// Whatever libraries read differently is refused here rather than guessed, so that the hash shown is the
/// hash that a contract computes.
class TypedDataHasher
{
public:
    /// chainId: of the domain, for the checksums of addresses (EIP-1191).
    explicit TypedDataHasher(TypedDataTypes& types, UndeclaredMembers undeclared = UndeclaredMembers::Ignore,
                             std::optional<Uint256> chainId = {})
        : m_types(types), m_undeclared(undeclared), m_chainId(std::move(chainId))
    {}

    /// EIP-712's hashStruct of an object. Members that the type does not have are ignored, as every library
    /// does; missing ones are InvalidInput. A null in the place of a struct (in a struct or an array) counts
    /// as 32 zero bytes, as eth_signTypedData_v4 does; every other null is InvalidInput.
    Result<Keccak256Digest> hashStruct(std::size_t structIndex, const Json& value);

private:
    using Word = Keccak256Digest;

    Result<Word> encode(const TypedDataType& type, std::size_t dimensions, const Json& value);
    Result<Word> encodeArray(const TypedDataType& type, std::size_t dimensions, const Json& value);

    TypedDataTypes& m_types;
    UndeclaredMembers m_undeclared;
    std::optional<Uint256> m_chainId;
    int m_depth = 0;
};

/// An integer of typed data: a JSON integer, decimal text (with a minus for negative ones) or 0x-hex text,
/// within the bounds of the type. 32 bytes, two's complement. InvalidInput otherwise, for 1.0 too.
Result<Keccak256Digest> encodeTypedInteger(const TypedDataType& type, const Json& value);

}  // namespace countersign
