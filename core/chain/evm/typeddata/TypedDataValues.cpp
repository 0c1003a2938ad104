#include "core/chain/evm/typeddata/TypedDataValues.h"

#include "core/base/encoding/Hex.h"
#include "core/crypto/keys/Address.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct TypedDataValuesText
{
    Q_DECLARE_TR_FUNCTIONS(TypedDataValuesText)
};

/// Values within values; each level costs a few frames of the stack.
constexpr int maxDepth = 128;

tl::unexpected<Error> invalidValue(const QString& detail)
{
    return failure(ErrorCode::InvalidInput, TypedDataValuesText::tr("The typed data do not fit their types."),
                   detail);
}

Keccak256Digest wordOf(const Uint256& value)
{
    Keccak256Digest word{};
    std::ranges::copy(toBytes32(value), word.begin());
    return word;
}

Result<Uint256> magnitudeOf(const Json& value, bool& negative)
{
    if (value.is_number_unsigned()) {
        return Uint256(value.get<std::uint64_t>());
    }
    if (value.is_number_integer()) {
        const auto number = value.get<std::int64_t>();
        negative = number < 0;
        return negative ? Uint256(~static_cast<std::uint64_t>(number)) + 1 : Uint256(number);
    }
    std::string_view text = longIntegerDigits(value);
    if (text.empty()) {
        if (!value.is_string()) {
            return invalidValue(
                QStringLiteral("an integer must be a whole number, without point and exponent"));
        }
        text = value.get_ref<const std::string&>();
    }
    negative = text.starts_with('-');
    if (negative) {
        text.remove_prefix(1);
        if (text.starts_with("0x") || text.starts_with("0X")) {
            return invalidValue(QStringLiteral("a negative number must be decimal"));
        }
    }
    return parseQuantity(text);
}

/// 0x and an even number of digits. Text without 0x is UTF-8 for some libraries and hex for others.
Result<Bytes> strictHex(const Json& value)
{
    if (!value.is_string() || !value.get_ref<const std::string&>().starts_with("0x")) {
        return invalidValue(QStringLiteral("bytes must be 0x-hex"));
    }
    return fromHex(value.get_ref<const std::string&>());
}

Result<Keccak256Digest> encodeFixedBytes(const TypedDataType& type, const Json& value)
{
    ASSIGN_OR_RETURN(const auto bytes, strictHex(value));
    if (bytes.size() != static_cast<std::size_t>(type.width)) {
        return invalidValue(QStringLiteral("bytes%1 with %2 bytes").arg(type.width).arg(bytes.size()));
    }
    Keccak256Digest word{};
    std::ranges::copy(bytes, word.begin());
    return word;
}

Result<Keccak256Digest> encodeAddressValue(const Json& value, const std::optional<Uint256>& chainId)
{
    if (!value.is_string()) {
        return invalidValue(QStringLiteral("an address must be text"));
    }
    ASSIGN_OR_RETURN(const auto address, parseEvmAddress(value.get_ref<const std::string&>(), chainId));
    Keccak256Digest word{};
    std::ranges::copy(address, word.end() - address.size());
    return word;
}

Result<Keccak256Digest> encodeAtomic(const TypedDataType& type, const Json& value,
                                     const std::optional<Uint256>& chainId)
{
    switch (type.kind) {
        case TypedDataType::Kind::String:
            if (!value.is_string()) {
                return invalidValue(QStringLiteral("a string must be text"));
            }
            return keccak256(asBytes(value.get_ref<const std::string&>()));
        case TypedDataType::Kind::DynamicBytes:
            return strictHex(value).map([](const Bytes& bytes) { return keccak256(bytes); });
        case TypedDataType::Kind::FixedBytes:
            return encodeFixedBytes(type, value);
        case TypedDataType::Kind::Unsigned:
        case TypedDataType::Kind::Signed:
            return encodeTypedInteger(type, value);
        case TypedDataType::Kind::Bool:
            // JavaScript takes "false" and "0" for true.
            if (!value.is_boolean()) {
                return invalidValue(QStringLiteral("a bool must be true or false"));
            }
            return wordOf(value.get<bool>() ? 1 : 0);
        case TypedDataType::Kind::Address:
            return encodeAddressValue(value, chainId);
        case TypedDataType::Kind::Struct:
            break;
    }
    return failure(ErrorCode::Internal, {}, QStringLiteral("a struct is no atomic value"));
}

/// Members usually stand in the order of their type; looking each up from the front would cost n²
/// comparisons.
const Json* findMember(const Json& object, const std::string& name, Json::const_iterator& hint)
{
    if (hint != object.end() && hint.key() == name) {
        return &*hint++;
    }
    const auto found = object.find(name);
    if (found == object.end()) {
        return nullptr;
    }
    hint = std::next(found);
    return &*found;
}

}  // namespace

Result<Keccak256Digest> encodeTypedInteger(const TypedDataType& type, const Json& value)
{
    bool negative = false;
    ASSIGN_OR_RETURN(const auto magnitude, magnitudeOf(value, negative));
    const bool isSigned = type.kind == TypedDataType::Kind::Signed;
    const auto bits = static_cast<unsigned>(isSigned ? type.width - 1 : type.width);
    const Uint256 limit = bits < 256 ? Uint256(Uint256(1) << bits) : Uint256(0);  // 0: whatever fits
    const bool fits = negative ? isSigned && magnitude <= limit : limit == 0 || magnitude < limit;
    if (!fits && !(negative && magnitude == 0)) {
        return invalidValue(QStringLiteral("an integer is out of range for %1%2")
                                .arg(isSigned ? QStringLiteral("int") : QStringLiteral("uint"))
                                .arg(type.width));
    }
    return wordOf(negative ? Uint256(Uint256(0) - magnitude) : magnitude);
}

Result<Keccak256Digest> TypedDataHasher::hashStruct(std::size_t structIndex, const Json& value)
{
    const TypedDataStruct& type = m_types.structs()[structIndex];
    ASSIGN_OR_RETURN(const auto typeHash, m_types.typeHash(structIndex));
    if (!value.is_object()) {
        return invalidValue(QStringLiteral("a struct must be an object"));
    }
    Bytes encoded(typeHash.begin(), typeHash.end());
    encoded.reserve((type.members.size() + 1) * typeHash.size());
    Json::const_iterator hint = value.begin();
    for (const TypedDataMember& member : type.members) {
        const Json* found = findMember(value, member.name, hint);
        const auto word = found != nullptr ? encode(member.type, member.type.dimensions.size(), *found)
                                           : Result<Word>(invalidValue(QStringLiteral("it is missing")));
        if (!word) {
            Error error = word.error();
            error.detail = QStringLiteral("%1.%2%3%4")
                               .arg(QString::fromStdString(type.name).left(60),
                                    QString::fromStdString(member.name).left(60),
                                    error.detail.isEmpty() ? QString() : QStringLiteral(": "), error.detail);
            // Said once, where the fault lies, however deep that is.
            return error.detail.size() > 400 ? word : Result<Word>(failure(std::move(error)));
        }
        encoded.insert(encoded.end(), word->begin(), word->end());
    }
    // Every declared member was found, so that one more can only be an undeclared one.
    if (m_undeclared == UndeclaredMembers::Refuse && value.size() > type.members.size()) {
        return invalidValue(
            QStringLiteral("%1 has a member that its type does not declare: it would not be signed")
                .arg(QString::fromStdString(type.name).left(60)));
    }
    return keccak256(encoded);
}

Result<TypedDataHasher::Word> TypedDataHasher::encode(const TypedDataType& type, std::size_t dimensions,
                                                      const Json& value)
{
    const bool isStruct = type.kind == TypedDataType::Kind::Struct;
    if (dimensions == 0 && !isStruct) {
        return encodeAtomic(type, value, m_chainId);
    }
    if (dimensions == 0 && value.is_null()) {
        return Word{};
    }
    if (m_depth >= maxDepth) {
        return invalidValue(QStringLiteral("nested too deeply"));
    }
    ++m_depth;
    auto word = dimensions > 0 ? encodeArray(type, dimensions, value) : hashStruct(type.structIndex, value);
    --m_depth;
    return word;
}

Result<TypedDataHasher::Word> TypedDataHasher::encodeArray(const TypedDataType& type, std::size_t dimensions,
                                                           const Json& value)
{
    if (!value.is_array()) {
        return invalidValue(QStringLiteral("an array must be a list"));
    }
    if (const auto& length = type.dimensions[dimensions - 1]; length && value.size() != *length) {
        return invalidValue(QStringLiteral("%1 elements instead of %2").arg(value.size()).arg(*length));
    }
    Bytes encoded;
    encoded.reserve(value.size() * std::tuple_size_v<Word>);
    for (const Json& element : value) {
        ASSIGN_OR_RETURN(const auto word, encode(type, dimensions - 1, element));
        encoded.insert(encoded.end(), word.begin(), word.end());
    }
    return keccak256(encoded);
}

}  // namespace countersign
