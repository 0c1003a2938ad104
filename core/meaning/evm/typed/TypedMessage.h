#pragma once

#include "core/chain/evm/typeddata/TypedData.h"
#include "core/chain/evm/typeddata/TypedDataTypes.h"
#include "core/meaning/evm/EvmExplanation.h"
#include "core/meaning/evm/EvmScene.h"

namespace countersign::meaning {

/// A struct's values, by the names of its members. hashTypedData has checked that each is there and fits its
/// type, so that reading one of a known type cannot fail; what is not there after all reads as zero.
class TypedStruct
{
public:
    TypedStruct(const Json& json, std::optional<Uint256> chainId)
        : m_json(json), m_chainId(std::move(chainId))
    {}

    /// Of an unsigned integer of any width.
    Uint256 number(const char* member) const;
    EvmAddress address(const char* member) const;
    /// Of bytes and of bytes1 to bytes32.
    Bytes bytes(const char* member) const;
    std::string text(const char* member) const;
    bool flag(const char* member) const;
    TypedStruct part(const char* member) const;
    std::vector<TypedStruct> list(const char* member) const;

    const Json& json() const { return m_json; }

private:
    const Json& at(const char* member) const;

    const Json& m_json;
    std::optional<Uint256> m_chainId;  ///< for the checksums of EIP-1191
};

/// Typed data of which every value is hashed, with what is known beside it. Refers to what it was read from.
class TypedMessage
{
public:
    /// Errors of hashTypedData; members that no hash covers are refused.
    static Result<TypedMessage> read(const Json& typedData, const EvmContext& context,
                                     const Knowledge& knowledge);

    const Json& json() const { return m_json; }
    const EvmContext& context() const { return m_context; }
    const Knowledge& knowledge() const { return m_knowledge; }
    const TypedDataTypes& types() const { return m_types; }
    const std::string& primaryType() const { return m_hash.primaryType; }
    /// EIP-712's encodeType of the message and of the domain.
    const std::string& encodedType() const { return m_encodedType; }
    const std::string& encodedDomain() const { return m_encodedDomain; }

    TypedStruct domain() const;
    TypedStruct message() const;
    /// Only the domain is signed.
    bool isDomainAlone() const { return m_hash.primaryType == typedDataDomainType; }
    /// A struct that is null somewhere: it has a hash and no values.
    bool hasNull() const { return m_hasNull; }
    /// The domain's type is made of members that EIP-712 names, each of the type that it names, in its order.
    bool isStandardDomain() const;

    /// The chain that the domain binds to; nothing: every chain.
    const std::optional<Uint256>& chainId() const { return m_hash.domainChainId; }
    /// The domain's verifyingContract; nothing where it has none, or zero.
    const std::optional<EvmAddress>& contract() const { return m_contract; }
    /// A standard domain with a contract: what a token's messages have.
    bool isOfContract() const { return m_contract && isStandardDomain(); }
    /// How addresses and amounts are written on the domain's chain.
    EvmScene scene() const { return {m_knowledge.lists, m_hash.domainChainId, m_context.from}; }

    /// 0x1901 ‖ domain ‖ struct.
    Bytes signedBytes() const;

private:
    TypedMessage(const Json& json, const EvmContext& context, const Knowledge& knowledge,
                 TypedDataTypes types)
        : m_json(json), m_context(context), m_knowledge(knowledge), m_types(std::move(types))
    {}

    const Json& m_json;
    const EvmContext& m_context;
    const Knowledge& m_knowledge;
    TypedDataTypes m_types;
    TypedDataHash m_hash;
    std::string m_encodedType;
    std::string m_encodedDomain;
    std::optional<EvmAddress> m_contract;
    bool m_hasNull = false;
};

}  // namespace countersign::meaning
