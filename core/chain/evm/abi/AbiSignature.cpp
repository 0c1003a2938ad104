#include "core/base/text/Ascii.h"
#include "core/chain/evm/abi/AbiType.h"

#include <QCoreApplication>

#include <algorithm>
#include <charconv>

namespace countersign {

namespace {

struct AbiSignatureText
{
    Q_DECLARE_TR_FUNCTIONS(AbiSignatureText)
};

constexpr std::size_t maxCharacters = 4'096;
constexpr std::size_t maxParameters = 64;
constexpr int maxNesting = 8;
constexpr std::size_t maxLengthDigits = 9;

tl::unexpected<Error> invalidSignature(const char* detail)
{
    return failure(ErrorCode::InvalidInput,
                   AbiSignatureText::tr("This is not the signature of a contract's function."),
                   QLatin1String(detail));
}

bool isIdentifierCharacter(char c)
{
    return ascii::isAlphanumeric(c) || c == '_' || c == '$';
}

/// Where a value is kept or whether a log is found by it: no part of what it is.
bool isModifier(std::string_view word)
{
    return word == "calldata" || word == "memory" || word == "payable" || word == "indexed";
}

/// Decimal above 0 without leading zeros, at most maxLengthDigits digits.
std::optional<std::uint32_t> parseWidth(std::string_view digits)
{
    std::uint32_t value = 0;
    if (digits.empty() || digits.size() > maxLengthDigits || digits.front() == '0' ||
        !std::ranges::all_of(digits, ascii::isDigit)) {
        return std::nullopt;
    }
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

std::optional<AbiType> withWidth(AbiType::Kind kind, std::string_view digits)
{
    const auto width = parseWidth(digits);
    const bool isBytes = kind == AbiType::Kind::FixedBytes;
    if (!width || *width > (isBytes ? 32U : 256U) || (!isBytes && *width % 8 != 0)) {
        return std::nullopt;
    }
    return AbiType{.kind = kind, .width = static_cast<int>(*width), .length = {}, .members = {}};
}

std::optional<AbiType> elementaryType(std::string_view word)
{
    using Kind = AbiType::Kind;
    struct Named
    {
        std::string_view name;
        Kind kind;
    };
    static constexpr std::array<Named, 6> whole = {{{"uint", Kind::Unsigned},
                                                    {"int", Kind::Signed},
                                                    {"bool", Kind::Bool},
                                                    {"address", Kind::Address},
                                                    {"bytes", Kind::DynamicBytes},
                                                    {"string", Kind::String}}};
    static constexpr std::array<Named, 3> numbered = {
        {{"uint", Kind::Unsigned}, {"int", Kind::Signed}, {"bytes", Kind::FixedBytes}}};
    for (const Named& known : whole) {
        if (word == known.name) {
            return AbiType{.kind = known.kind, .width = 256, .length = {}, .members = {}};
        }
    }
    for (const Named& known : numbered) {
        if (word.starts_with(known.name)) {
            return withWidth(known.kind, word.substr(known.name.size()));
        }
    }
    return std::nullopt;
}

int nestingOf(const AbiType& type)
{
    int deepest = 0;
    for (const AbiParameter& member : type.members) {
        deepest = std::max(deepest, nestingOf(member.type));
    }
    return deepest + (type.kind == AbiType::Kind::Tuple || type.kind == AbiType::Kind::Array ? 1 : 0);
}

/// Why this class exists: the place in the text and the number of parameters go through all of it.
class SignatureParser
{
public:
    explicit SignatureParser(std::string_view text) : m_rest(text) {}

    Result<AbiFunction> function()
    {
        skipSpaces();
        std::string_view name = takeWord();
        if (name == "function") {
            skipSpaces();
            name = takeWord();
        }
        if (name.empty() || ascii::isDigit(name.front()) || name == "function") {
            return invalidSignature("the name of the function is missing");
        }
        skipSpaces();
        if (!take('(')) {
            return invalidSignature("a list of parameters must follow the name");
        }
        AbiFunction function{.name = std::string(name), .inputs = {}};
        skipSpaces();
        if (!take(')')) {
            ASSIGN_OR_RETURN(function.inputs, parameters(0));
        }
        skipSpaces();
        if (!m_rest.empty()) {
            return invalidSignature("something follows the list of parameters");
        }
        return function;
    }

private:
    /// At least one, and the bracket behind.
    Result<std::vector<AbiParameter>> parameters(int depth)
    {
        std::vector<AbiParameter> list;
        do {
            if (++m_parameters > maxParameters) {
                return invalidSignature("too many parameters");
            }
            ASSIGN_OR_RETURN(auto one, parameter(depth));
            list.push_back(std::move(one));
        } while (take(','));
        if (!take(')')) {
            return invalidSignature("a comma or a closing bracket is missing");
        }
        return list;
    }

    Result<AbiParameter> parameter(int depth)
    {
        skipSpaces();
        ASSIGN_OR_RETURN(auto type, typeOf(depth));
        if (depth + nestingOf(type) > maxNesting) {
            return invalidSignature("nested too deeply");
        }
        if (!m_rest.empty() && isIdentifierCharacter(m_rest.front())) {
            return invalidSignature("a space is missing behind a type");
        }
        skipSpaces();
        std::string_view word = takeWord();
        while (isModifier(word)) {
            skipSpaces();
            word = takeWord();
        }
        if (!word.empty() && ascii::isDigit(word.front())) {
            return invalidSignature("a parameter's name begins with a digit");
        }
        skipSpaces();
        return AbiParameter{.name = std::string(word), .type = std::move(type)};
    }

    Result<AbiType> typeOf(int depth)
    {
        const std::string_view word = takeWord();
        AbiType type;
        if ((word.empty() || word == "tuple") && take('(')) {
            if (depth >= maxNesting) {
                return invalidSignature("nested too deeply");
            }
            // An empty tuple takes no bytes, and no contract has one.
            ASSIGN_OR_RETURN(auto members, parameters(depth + 1));
            type = {.kind = AbiType::Kind::Tuple, .width = 256, .length = {}, .members = std::move(members)};
        } else if (auto known = elementaryType(word)) {
            type = *std::move(known);
        } else {
            return invalidSignature("a type is missing or not known");
        }
        return inArrays(std::move(type));
    }

    Result<AbiType> inArrays(AbiType type)
    {
        for (int dimensions = 1; take('['); ++dimensions) {
            const std::string_view digits = takeWord();
            const auto length = parseWidth(digits);
            if (!take(']') || (!length && !digits.empty())) {
                return invalidSignature("the length of an array must be a number above zero, or nothing");
            }
            if (dimensions > maxNesting) {
                return invalidSignature("nested too deeply");
            }
            AbiType array{.kind = AbiType::Kind::Array, .width = 256, .length = length, .members = {}};
            array.members.push_back({.name = {}, .type = std::move(type)});
            type = std::move(array);
        }
        return type;
    }

    void skipSpaces() { m_rest.remove_prefix(std::min(m_rest.find_first_not_of(' '), m_rest.size())); }

    bool take(char wanted)
    {
        if (!m_rest.starts_with(wanted)) {
            return false;
        }
        m_rest.remove_prefix(1);
        return true;
    }

    std::string_view takeWord()
    {
        std::size_t length = 0;
        while (length < m_rest.size() && isIdentifierCharacter(m_rest[length])) {
            ++length;
        }
        const std::string_view word = m_rest.substr(0, length);
        m_rest.remove_prefix(length);
        return word;
    }

    std::string_view m_rest;
    std::size_t m_parameters = 0;
};

}  // namespace

Result<AbiFunction> parseAbiFunction(std::string_view text)
{
    if (text.size() > maxCharacters) {
        return invalidSignature("too long");
    }
    return SignatureParser(text).function();
}

}  // namespace countersign
