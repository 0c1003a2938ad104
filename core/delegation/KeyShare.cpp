#include "core/delegation/KeyShare.h"

#include "core/base/encoding/Json.h"

#include <charconv>
#include <string_view>

namespace countersign {

namespace {

constexpr int maxDepth = 16;
constexpr std::size_t maxPublicKeyBytes = 128;

enum class ValueType { Object, Array, String, Other };

struct Value
{
    ValueType type = ValueType::Other;
    std::string_view text;  ///< as it stands in the document; for strings without the quotes
};

/// Walks over JSON (RFC 8259) in place. Strings are delimited, not decoded: a name written with escapes is
/// another name here.
class Scanner
{
public:
    explicit Scanner(std::string_view text) : m_text(text) {}

    /// Calls member(name, value) for each member of the object that the text consists of; false when it is
    /// no object or no JSON.
    template <typename Member>
    bool object(Member&& member)
    {
        skipSpace();
        return members(0, std::forward<Member>(member)) && (skipSpace(), m_at == m_text.size());
    }

private:
    template <typename Member>
    bool members(int depth, Member&& member)
    {
        return sequence('{', '}', depth, [&] {
            const auto name = string();
            skipSpace();
            if (!name || !take(':')) {
                return false;
            }
            const auto found = value(depth + 1);
            if (found) {
                member(*name, *found);
            }
            return found.has_value();
        });
    }

    template <typename Element>
    bool sequence(char open, char close, int depth, Element&& element)
    {
        if (depth >= maxDepth || !take(open)) {
            return false;
        }
        skipSpace();
        if (take(close)) {
            return true;
        }
        do {
            skipSpace();
            if (!element()) {
                return false;
            }
            skipSpace();
        } while (take(','));
        return take(close);
    }

    std::optional<Value> value(int depth)
    {
        skipSpace();
        const std::size_t start = m_at;
        const char first = peek();
        const auto upTo = [&](ValueType type, bool good) -> std::optional<Value> {
            return good ? std::optional(Value{type, m_text.substr(start, m_at - start)}) : std::nullopt;
        };
        switch (first) {
            case '{':
                return upTo(ValueType::Object, members(depth, [](std::string_view, const Value&) {}));
            case '[':
                return upTo(ValueType::Array,
                            sequence('[', ']', depth, [&] { return value(depth + 1).has_value(); }));
            case '"': {
                const auto text = string();
                return text ? std::optional(Value{ValueType::String, *text}) : std::nullopt;
            }
            case 't':
                return upTo(ValueType::Other, word("true"));
            case 'f':
                return upTo(ValueType::Other, word("false"));
            case 'n':
                return upTo(ValueType::Other, word("null"));
            default:
                return upTo(ValueType::Other, number());
        }
    }

    std::optional<std::string_view> string()
    {
        if (!take('"')) {
            return std::nullopt;
        }
        const std::size_t start = m_at;
        for (; m_at < m_text.size(); ++m_at) {
            const char c = m_text[m_at];
            if (c == '"') {
                ++m_at;
                return m_text.substr(start, m_at - 1 - start);
            }
            if (static_cast<unsigned char>(c) < 0x20) {
                return std::nullopt;
            }
            if (c == '\\' && !escape()) {
                return std::nullopt;
            }
        }
        return std::nullopt;
    }

    /// Leaves m_at on the last character of the escape.
    bool escape()
    {
        ++m_at;
        const char c = peek();
        if (c != 'u') {
            return c != '\0' && std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
        }
        for (int i = 0; i < 4; ++i) {
            ++m_at;
            const char digit = peek();
            if (!((digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f') ||
                  (digit >= 'A' && digit <= 'F'))) {
                return false;
            }
        }
        return true;
    }

    bool number()
    {
        take('-');
        if (!take('0') && !digits()) {
            return false;
        }
        if (take('.') && !digits()) {
            return false;
        }
        if (take('e') || take('E')) {
            if (!take('+')) {
                take('-');
            }
            return digits();
        }
        return true;
    }

    bool digits()
    {
        const std::size_t start = m_at;
        while (peek() >= '0' && peek() <= '9') {
            ++m_at;
        }
        return m_at > start;
    }

    bool word(std::string_view expected)
    {
        if (!m_text.substr(m_at).starts_with(expected)) {
            return false;
        }
        m_at += expected.size();
        return true;
    }

    bool take(char c)
    {
        if (m_at >= m_text.size() || m_text[m_at] != c) {
            return false;
        }
        ++m_at;
        return true;
    }

    char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }

    void skipSpace()
    {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') {
            ++m_at;
        }
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

std::optional<std::uint8_t> byteOf(const Json& json)
{
    if (!json.is_number_unsigned() || json.get<std::uint64_t>() > 0xff) {
        return std::nullopt;
    }
    return static_cast<std::uint8_t>(json.get<std::uint64_t>());
}

/// [1, 2, …] or {"0": 1, "1": 2, …}.
std::optional<Bytes> byteSequence(const Json& json)
{
    if (!json.is_structured() || json.empty() || json.size() > maxPublicKeyBytes) {
        return std::nullopt;
    }
    Bytes bytes;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const Json* element = nullptr;
        if (json.is_array()) {
            element = &json[i];
        } else if (const auto found = json.find(std::to_string(i)); found != json.end()) {
            element = &*found;
        }
        const auto byte = element != nullptr ? byteOf(*element) : std::nullopt;
        if (!byte) {
            return std::nullopt;
        }
        bytes.push_back(*byte);
    }
    return bytes;
}

std::optional<Bytes> readPublicKey(std::string_view text)
{
    const auto json = parseJson(text, {.maxBytes = 8192, .maxDepth = 4, .maxValues = 512});
    if (!json) {
        return std::nullopt;
    }
    if (auto bytes = byteSequence(*json)) {
        return bytes;
    }
    if (json->is_object()) {
        for (const auto& member : *json) {
            if (auto bytes = byteSequence(member)) {
                return bytes;
            }
        }
    }
    return std::nullopt;
}

}  // namespace

KeyShareFacts inspectKeyShare(BytesView plaintext)
{
    KeyShareFacts facts;
    if (plaintext.size() > keyShareMaxBytes) {
        return facts;
    }
    int secretShares = 0;
    int containerParts = 0;
    bool odd = false;
    const bool isObject = Scanner(asText(plaintext)).object([&](std::string_view name, const Value& value) {
        if (name == "secretShare") {
            ++secretShares;
            odd = odd || value.type != ValueType::String || value.text.empty();
        } else if (name == "salt" || name == "iv" || name == "cipher") {
            containerParts += value.type == ValueType::String && !value.text.empty() ? 1 : 0;
        } else if (name == "pubkey" && (value.type == ValueType::Object || value.type == ValueType::Array)) {
            facts.publicKey = readPublicKey(value.text);
        }
    });
    if (!isObject || odd || secretShares > 1) {
        return {};
    }
    if (secretShares == 1) {
        facts.form = KeyShareForm::Plain;
    } else if (containerParts == 3) {
        facts.form = KeyShareForm::PasswordProtected;
    }
    return facts;
}

}  // namespace countersign
