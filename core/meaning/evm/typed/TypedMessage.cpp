#include "core/meaning/evm/typed/TypedMessage.h"

#include "core/base/encoding/Hex.h"
#include "core/chain/evm/typeddata/TypedDataValues.h"

#include <algorithm>
#include <array>

namespace countersign::meaning {

namespace {

const Json& memberOrNothing(const Json& object, const char* name)
{
    static const Json nothing = Json::object();
    if (!object.is_object()) {
        return nothing;
    }
    const auto found = object.find(name);
    return found == object.end() ? nothing : *found;
}

bool holdsNull(const Json& json)
{
    return json.is_null() || (json.is_structured() && std::ranges::any_of(json, holdsNull));
}

std::optional<EvmAddress> contractOf(const TypedDataStruct& type, const TypedStruct& domain)
{
    const auto member = std::ranges::find(type.members, "verifyingContract", &TypedDataMember::name);
    if (member == type.members.end() || member->typeName != "address") {
        return std::nullopt;
    }
    const EvmAddress contract = domain.address("verifyingContract");
    return contract == EvmAddress{} ? std::nullopt : std::optional(contract);
}

}  // namespace

const Json& TypedStruct::at(const char* member) const
{
    return memberOrNothing(m_json, member);
}

Uint256 TypedStruct::number(const char* member) const
{
    TypedDataType type;
    type.kind = TypedDataType::Kind::Unsigned;
    type.width = 256;
    const auto word = encodeTypedInteger(type, at(member));
    return word ? fromBigEndian(*word).value_or(Uint256(0)) : Uint256(0);
}

EvmAddress TypedStruct::address(const char* member) const
{
    const Json& value = at(member);
    return value.is_string()
               ? parseEvmAddress(value.get_ref<const std::string&>(), m_chainId).value_or(EvmAddress{})
               : EvmAddress{};
}

Bytes TypedStruct::bytes(const char* member) const
{
    const Json& value = at(member);
    return value.is_string() ? fromHex(value.get_ref<const std::string&>()).value_or(Bytes{}) : Bytes{};
}

std::string TypedStruct::text(const char* member) const
{
    const Json& value = at(member);
    return value.is_string() ? value.get<std::string>() : std::string();
}

bool TypedStruct::flag(const char* member) const
{
    const Json& value = at(member);
    return value.is_boolean() && value.get<bool>();
}

TypedStruct TypedStruct::part(const char* member) const
{
    return {at(member), m_chainId};
}

std::vector<TypedStruct> TypedStruct::list(const char* member) const
{
    std::vector<TypedStruct> elements;
    if (const Json& value = at(member); value.is_array()) {
        for (const Json& element : value) {
            elements.emplace_back(element, m_chainId);
        }
    }
    return elements;
}

Result<TypedMessage> TypedMessage::read(const Json& typedData, const EvmContext& context,
                                        const Knowledge& knowledge)
{
    ASSIGN_OR_RETURN(auto hash, hashTypedData(typedData, UndeclaredMembers::Refuse));
    ASSIGN_OR_RETURN(auto types, TypedDataTypes::parse(memberOrNothing(typedData, "types"),
                                                       memberOrNothing(typedData, "domain")));
    const std::size_t domainIndex = *types.find(typedDataDomainType);
    const std::size_t primaryIndex = *types.find(hash.primaryType);
    TypedMessage read(typedData, context, knowledge, std::move(types));
    ASSIGN_OR_RETURN(read.m_encodedDomain, read.m_types.encodeType(domainIndex));
    ASSIGN_OR_RETURN(read.m_encodedType, read.m_types.encodeType(primaryIndex));
    read.m_hash = std::move(hash);
    read.m_contract = contractOf(read.m_types.structs()[domainIndex], read.domain());
    read.m_hasNull = holdsNull(memberOrNothing(typedData, "domain")) ||
                     (!read.isDomainAlone() && holdsNull(memberOrNothing(typedData, "message")));
    return read;
}

TypedStruct TypedMessage::domain() const
{
    return {memberOrNothing(m_json, "domain"), m_hash.domainChainId};
}

TypedStruct TypedMessage::message() const
{
    return {memberOrNothing(m_json, "message"), m_hash.domainChainId};
}

bool TypedMessage::isStandardDomain() const
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> standard = {
        {{"name", "string"},
         {"version", "string"},
         {"chainId", "uint256"},
         {"verifyingContract", "address"},
         {"salt", "bytes32"}}};
    const TypedDataStruct& type = m_types.structs()[*m_types.find(typedDataDomainType)];
    auto next = standard.begin();
    for (const TypedDataMember& member : type.members) {
        next = std::find(next, standard.end(),
                         std::pair<std::string_view, std::string_view>(member.name, member.typeName));
        if (next == standard.end()) {
            return false;
        }
    }
    return true;
}

Bytes TypedMessage::signedBytes() const
{
    Bytes bytes{0x19, 0x01};
    bytes.insert(bytes.end(), m_hash.domainHash.begin(), m_hash.domainHash.end());
    if (!isDomainAlone()) {
        bytes.insert(bytes.end(), m_hash.structHash.begin(), m_hash.structHash.end());
    }
    return bytes;
}

}  // namespace countersign::meaning
