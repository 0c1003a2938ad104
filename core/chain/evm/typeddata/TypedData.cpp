#include "core/chain/evm/typeddata/TypedData.h"

#include "core/chain/evm/typeddata/TypedDataTypes.h"
#include "core/chain/evm/typeddata/TypedDataValues.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct TypedDataText
{
    Q_DECLARE_TR_FUNCTIONS(TypedDataText)
};

tl::unexpected<Error> invalidTypedData(const QString& detail)
{
    return failure(ErrorCode::InvalidInput,
                   TypedDataText::tr("This is not typed data: {types, primaryType, domain, message}."),
                   detail);
}

std::optional<Uint256> chainIdOf(const TypedDataStruct& domainType, const Json& domain)
{
    for (const TypedDataMember& member : domainType.members) {
        const auto kind = member.type.kind;
        const bool isInteger = kind == TypedDataType::Kind::Unsigned || kind == TypedDataType::Kind::Signed;
        if (member.name != "chainId" || !isInteger || !member.type.dimensions.empty()) {
            continue;
        }
        const auto found = domain.find(member.name);
        if (found == domain.end()) {
            return std::nullopt;
        }
        const auto word = encodeTypedInteger(member.type, *found);
        const auto value = word.and_then([](const Keccak256Digest& bytes) { return fromBigEndian(bytes); });
        const bool negative = value && kind == TypedDataType::Kind::Signed && (*value >> 255U) != 0;
        return value && !negative ? std::optional(*value) : std::nullopt;
    }
    return std::nullopt;
}

Keccak256Digest digestOf(std::initializer_list<const Keccak256Digest*> hashes)
{
    Bytes bytes{0x19, 0x01};
    for (const Keccak256Digest* hash : hashes) {
        bytes.insert(bytes.end(), hash->begin(), hash->end());
    }
    return keccak256(bytes);
}

const Json& memberOf(const Json& object, const char* name, const Json& otherwise)
{
    const auto found = object.find(name);
    return found == object.end() ? otherwise : *found;
}

}  // namespace

Result<TypedDataHash> hashTypedData(const Json& typedData, UndeclaredMembers undeclared)
{
    static const Json nothing = Json::object();
    static const Json absent;
    if (!typedData.is_object()) {
        return invalidTypedData(QStringLiteral("no object"));
    }
    const auto primaryType = requiredString(typedData, "primaryType");
    if (!primaryType) {
        return invalidTypedData(primaryType.error().detail);
    }
    const Json& domain = memberOf(typedData, "domain", nothing);
    ASSIGN_OR_RETURN(auto types, TypedDataTypes::parse(memberOf(typedData, "types", absent), domain));
    const auto primary = types.find(*primaryType);
    if (!primary) {
        return invalidTypedData(QStringLiteral("primaryType is not among the types"));
    }
    const std::size_t domainIndex = *types.find(typedDataDomainType);
    const std::optional<Uint256> chainId = chainIdOf(types.structs()[domainIndex], domain);
    TypedDataHasher hasher(types, undeclared, chainId);
    ASSIGN_OR_RETURN(const auto domainHash, hasher.hashStruct(domainIndex, domain));
    TypedDataHash hash;
    hash.primaryType = *primaryType;
    hash.domainHash = domainHash;
    hash.domainChainId = chainId;
    const Json& message = memberOf(typedData, "message", absent);
    if (*primary == domainIndex) {
        if (undeclared == UndeclaredMembers::Refuse && !message.empty()) {
            return invalidTypedData(
                QStringLiteral("the primary type is EIP712Domain: the message would not be signed"));
        }
        hash.structHash = domainHash;
        hash.digest = digestOf({&hash.domainHash});
        return hash;
    }
    ASSIGN_OR_RETURN(const auto structHash, hasher.hashStruct(*primary, message));
    hash.structHash = structHash;
    hash.digest = digestOf({&hash.domainHash, &hash.structHash});
    return hash;
}

Result<Json> parseTypedDataJson(std::string_view text)
{
    return parseJsonKeepingIntegers(text, typedDataJsonLimits);
}

Result<TypedDataHash> hashTypedDataText(std::string_view json)
{
    return parseTypedDataJson(json).and_then([](const Json& typedData) { return hashTypedData(typedData); });
}

}  // namespace countersign
