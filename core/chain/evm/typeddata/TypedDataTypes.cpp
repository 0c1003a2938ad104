#include "core/chain/evm/typeddata/TypedDataTypes.h"

#include "core/base/Bytes.h"
#include "core/base/text/Ascii.h"

#include <QCoreApplication>

#include <algorithm>
#include <charconv>
#include <set>

namespace countersign {

namespace {

struct TypedDataTypesText
{
    Q_DECLARE_TR_FUNCTIONS(TypedDataTypesText)
};

/// Of all encodeType texts of one message together: n types that refer to each other make n texts of all n.
constexpr std::size_t maxEncodedBytes = 16 * 1024 * 1024;
constexpr std::size_t maxDimensionDigits = 9;

tl::unexpected<Error> invalidType(const QString& detail)
{
    return failure(ErrorCode::InvalidInput,
                   TypedDataTypesText::tr("The types of this typed data are not valid."), detail);
}

QString shown(std::string_view text)
{
    constexpr std::size_t longest = 60;
    return QLatin1Char('\'') +
           QString::fromUtf8(text.data(), static_cast<qsizetype>(std::min(text.size(), longest))) +
           QLatin1Char('\'');
}

bool isStructCharacter(char c)
{
    return ascii::isAlphanumeric(c) || c == '_' || c == '$' || c == ':';
}

/// Decimal without leading zeros, at most maxDimensionDigits digits.
std::optional<std::uint32_t> parseNumber(std::string_view digits)
{
    std::uint32_t value = 0;
    if (digits.empty() || digits.size() > maxDimensionDigits ||
        !std::ranges::all_of(digits, ascii::isDigit) || (digits.size() > 1 && digits.front() == '0')) {
        return std::nullopt;
    }
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

std::optional<TypedDataType> numbered(TypedDataType::Kind kind, std::string_view digits)
{
    const auto width = parseNumber(digits);
    const bool isBytes = kind == TypedDataType::Kind::FixedBytes;
    if (!width || *width == 0 || *width > (isBytes ? 32U : 256U) || (!isBytes && *width % 8 != 0)) {
        return std::nullopt;
    }
    return TypedDataType{.kind = kind, .width = static_cast<int>(*width)};
}

std::optional<TypedDataType> parseAtomic(std::string_view text)
{
    using Kind = TypedDataType::Kind;
    if (text == "string") {
        return TypedDataType{.kind = Kind::String};
    }
    if (text == "bytes") {
        return TypedDataType{.kind = Kind::DynamicBytes};
    }
    if (text == "bool") {
        return TypedDataType{.kind = Kind::Bool};
    }
    if (text == "address") {
        return TypedDataType{.kind = Kind::Address};
    }
    if (text.starts_with("bytes")) {
        return numbered(Kind::FixedBytes, text.substr(5));
    }
    if (text.starts_with("uint")) {
        return numbered(Kind::Unsigned, text.substr(4));
    }
    return text.starts_with("int") ? numbered(Kind::Signed, text.substr(3)) : std::nullopt;
}

/// uint7 and bytes33 too: other implementations read them as atomic types.
bool looksAtomic(std::string_view name)
{
    const auto numberedAs = [&](std::string_view base) {
        return name.starts_with(base) && std::ranges::all_of(name.substr(base.size()), ascii::isDigit);
    };
    return parseAtomic(name) || name == "function" || numberedAs("uint") || numberedAs("int") ||
           numberedAs("bytes");
}

/// A name with a comma or a bracket would make two different lists of members the same text.
bool isMemberName(std::string_view name)
{
    return !name.empty() && std::ranges::none_of(name, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte <= 0x20 || byte == 0x7f || c == ',' || c == '(' || c == ')';
    });
}

/// What viem and ethers take for the undeclared type of a domain.
Result<Json> derivedDomainType(const Json& domain)
{
    static constexpr std::array<std::pair<const char*, const char*>, 5> known = {
        {{"name", "string"},
         {"version", "string"},
         {"chainId", "uint256"},
         {"verifyingContract", "address"},
         {"salt", "bytes32"}}};
    Json members = Json::array();
    std::size_t present = 0;
    for (const auto& [name, type] : known) {
        const auto found = domain.find(name);
        present += found != domain.end() ? 1 : 0;
        if (found != domain.end() && !found->is_null()) {
            members.push_back({{"name", name}, {"type", type}});
        }
    }
    if (domain.size() > present) {
        return invalidType(
            QStringLiteral("the domain has an unknown member and EIP712Domain is not declared"));
    }
    return members;
}

}  // namespace

Result<TypedDataTypes> TypedDataTypes::parse(const Json& types, const Json& domain)
{
    if (!types.is_object() || !domain.is_object()) {
        return invalidType(QStringLiteral("types and domain must be objects"));
    }
    TypedDataTypes parsed;
    RETURN_IF_ERROR(parsed.addNames(types));
    std::size_t index = 0;
    for (const Json& members : types) {
        RETURN_IF_ERROR(parsed.addMembers(index++, members));
    }
    if (index < parsed.m_structs.size()) {  // EIP712Domain, not declared
        RETURN_IF_ERROR(derivedDomainType(domain).and_then(
            [&](const Json& members) { return parsed.addMembers(index, members); }));
    }
    parsed.m_hashes.resize(parsed.m_structs.size());
    return parsed;
}

Status TypedDataTypes::addNames(const Json& types)
{
    for (const auto& [name, members] : types.items()) {
        if (name.empty() || !std::ranges::all_of(name, isStructCharacter) || looksAtomic(name)) {
            return invalidType(QStringLiteral("%1 cannot name a struct").arg(shown(name)));
        }
        m_index.emplace(name, m_structs.size());
        m_structs.push_back({.name = name, .members = {}});
    }
    if (m_index.emplace(typedDataDomainType, m_structs.size()).second) {
        m_structs.push_back({.name = std::string(typedDataDomainType), .members = {}});
    }
    m_own.resize(m_structs.size());
    return {};
}

Status TypedDataTypes::addMembers(std::size_t structIndex, const Json& members)
{
    TypedDataStruct& target = m_structs[structIndex];
    if (!members.is_array()) {
        return invalidType(QStringLiteral("%1 is no list of members").arg(shown(target.name)));
    }
    std::set<std::string> names;
    std::string& own = m_own[structIndex];
    own = target.name + '(';
    for (const Json& member : members) {
        auto name = requiredString(member, "name");
        auto typeName = requiredString(member, "type");
        if (!name || !typeName) {
            return invalidType(QStringLiteral("a member of %1 has no name or type").arg(shown(target.name)));
        }
        if (!isMemberName(*name) || !names.insert(*name).second) {
            return invalidType(
                QStringLiteral("a member's name is not valid or occurs twice: %1").arg(shown(*name)));
        }
        ASSIGN_OR_RETURN(auto type, parseType(*typeName));
        own += (target.members.empty() ? "" : ",") + *typeName + ' ' + *name;
        target.members.push_back({std::move(*name), std::move(*typeName), std::move(type)});
    }
    own += ')';
    return {};
}

Result<TypedDataType> TypedDataTypes::parseType(std::string_view text) const
{
    std::vector<std::optional<std::uint32_t>> dimensions;
    std::string_view base = text;
    while (base.ends_with(']')) {
        const std::size_t open = base.rfind('[');
        if (open == std::string_view::npos) {
            break;
        }
        const std::string_view digits = base.substr(open + 1, base.size() - open - 2);
        const auto length = parseNumber(digits);
        if (!digits.empty() && !length) {
            return invalidType(QStringLiteral("%1 has no valid length").arg(shown(text)));
        }
        dimensions.push_back(length);
        base = base.substr(0, open);
    }
    std::ranges::reverse(dimensions);
    TypedDataType type;
    if (const auto found = find(base)) {
        type.structIndex = *found;
    } else if (const auto atomic = parseAtomic(base)) {
        type = *atomic;
    } else {
        return invalidType(QStringLiteral("%1 is no known type").arg(shown(text)));
    }
    type.dimensions = std::move(dimensions);
    return type;
}

std::optional<std::size_t> TypedDataTypes::find(std::string_view name) const
{
    const auto found = m_index.find(name);
    return found == m_index.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::size_t> TypedDataTypes::referredFrom(std::size_t structIndex) const
{
    std::vector<bool> seen(m_structs.size());
    std::vector<std::size_t> found;
    std::vector<std::size_t> open{structIndex};
    seen[structIndex] = true;
    while (!open.empty()) {
        const std::size_t current = open.back();
        open.pop_back();
        for (const TypedDataMember& member : m_structs[current].members) {
            const std::size_t target = member.type.structIndex;
            if (member.type.kind == TypedDataType::Kind::Struct && !seen[target]) {
                seen[target] = true;
                found.push_back(target);
                open.push_back(target);
            }
        }
    }
    std::ranges::sort(found, {}, [&](std::size_t index) { return std::string_view(m_structs[index].name); });
    return found;
}

Result<std::string> TypedDataTypes::encodeType(std::size_t structIndex)
{
    std::string text = m_own[structIndex];
    for (const std::size_t referred : referredFrom(structIndex)) {
        text += m_own[referred];
    }
    m_encodedBytes += text.size();
    if (m_encodedBytes > maxEncodedBytes) {
        return invalidType(QStringLiteral("the types refer to each other too much"));
    }
    return text;
}

Result<Keccak256Digest> TypedDataTypes::typeHash(std::size_t structIndex)
{
    if (!m_hashes[structIndex]) {
        ASSIGN_OR_RETURN(const auto text, encodeType(structIndex));
        m_hashes[structIndex] = keccak256(asBytes(text));
    }
    return *m_hashes[structIndex];
}

}  // namespace countersign
