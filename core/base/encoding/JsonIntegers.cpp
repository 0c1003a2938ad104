#include "core/base/encoding/JsonIntegers.h"

#include "core/base/Bytes.h"
#include "core/base/text/Ascii.h"

#include <algorithm>
#include <vector>

namespace countersign {

namespace {

/// JavaScript's largest exact integer.
constexpr std::int64_t maxExactDouble = (std::int64_t(1) << 53) - 1;

bool isIntegerToken(std::string_view token)
{
    if (token.starts_with('-')) {
        token.remove_prefix(1);
    }
    return !token.empty() && std::ranges::all_of(token, ascii::isDigit);
}

/// The tokens that the parser takes for floating point, in the order of the text. Nothing else is of
/// interest.
class FloatTokens
{
public:
    std::vector<std::string> tokens;

    // NOLINTBEGIN(readability-identifier-naming): the parser asks for these names.
    bool number_float(Json::number_float_t /*value*/, const std::string& token)
    {
        tokens.push_back(token);
        return true;
    }
    bool null() { return true; }
    bool boolean(bool /*value*/) { return true; }
    bool number_integer(Json::number_integer_t /*value*/) { return true; }
    bool number_unsigned(Json::number_unsigned_t /*value*/) { return true; }
    bool string(std::string& /*value*/) { return true; }
    bool binary(Json::binary_t& /*value*/) { return true; }
    bool start_object(std::size_t /*members*/) { return true; }
    bool key(std::string& /*name*/) { return true; }
    bool end_object() { return true; }
    bool start_array(std::size_t /*elements*/) { return true; }
    bool end_array() { return true; }
    bool parse_error(std::size_t /*position*/, const std::string& /*token*/, const Json::exception& /*error*/)
    {
        return false;
    }
    // NOLINTEND(readability-identifier-naming)
};

// The functions below go as deep as the limits of the parser allow.

template <typename Test>
bool anyValue(const Json& json, const Test& test)
{
    if (json.is_structured()) {
        return std::any_of(json.begin(), json.end(),
                           [&](const Json& element) { return anyValue(element, test); });
    }
    return test(json);
}

/// json has its members in the order of the text.
void keepDigits(Json& json, std::vector<std::string>::iterator& token)
{
    if (json.is_number_float()) {
        if (isIntegerToken(*token)) {
            json = Json::binary(Bytes(token->begin(), token->end()));
        }
        ++token;
    } else if (json.is_structured()) {
        for (Json& element : json) {
            keepDigits(element, token);
        }
    }
}

bool isBeyondDouble(const Json& value)
{
    if (value.is_number_unsigned()) {
        return value.get<std::uint64_t>() > static_cast<std::uint64_t>(maxExactDouble);
    }
    if (value.is_number_integer()) {
        return value.get<std::int64_t>() < -maxExactDouble;
    }
    return value.is_binary();
}

void writeLargeAsText(Json& json)
{
    if (json.is_structured()) {
        for (Json& element : json) {
            writeLargeAsText(element);
        }
    } else if (isBeyondDouble(json)) {
        json = *integerText(json);
    }
}

/// Why this class exists: the library's own writer has no place for a number of its own.
class ExactWriter
{
public:
    explicit ExactWriter(int indent) : m_indent(indent) {}

    void add(const Json& json)
    {
        if (json.is_binary()) {
            text += longIntegerDigits(json);
        } else if (!json.is_structured() || json.empty()) {
            text += dumpJson(json);
        } else {
            addStructure(json);
        }
    }

    std::string text;

private:
    void addStructure(const Json& json)
    {
        text += json.is_object() ? '{' : '[';
        m_depth += m_indent;
        bool first = true;
        for (const auto& [name, value] : json.items()) {
            text += first ? "" : ",";
            first = false;
            newLine();
            if (json.is_object()) {
                text += dumpJson(name) + (m_indent < 0 ? ":" : ": ");
            }
            add(value);
        }
        m_depth -= m_indent;
        newLine();
        text += json.is_object() ? '}' : ']';
    }

    void newLine()
    {
        if (m_indent >= 0) {
            text += '\n' + std::string(static_cast<std::size_t>(m_depth), ' ');
        }
    }

    int m_indent;
    int m_depth = 0;
};

}  // namespace

Result<Json> parseJsonKeepingIntegers(std::string_view text, const JsonLimits& limits)
{
    auto json = parseJson(text, limits);
    if (!json || !anyValue(*json, [](const Json& value) { return value.is_number_float(); })) {
        return json;
    }
    FloatTokens floats;
    if (!Json::sax_parse(text.begin(), text.end(), &floats)) {
        return failure(ErrorCode::Internal, {}, QStringLiteral("JSON was read once and not twice"));
    }
    auto token = floats.tokens.begin();
    keepDigits(*json, token);
    return json;
}

std::string_view longIntegerDigits(const Json& value)
{
    return value.is_binary() ? asText(BytesView(value.get_binary())) : std::string_view();
}

std::optional<std::string> integerText(const Json& value)
{
    if (value.is_number_unsigned()) {
        return std::to_string(value.get<std::uint64_t>());
    }
    if (value.is_number_integer()) {
        return std::to_string(value.get<std::int64_t>());
    }
    const std::string_view digits = longIntegerDigits(value);
    return digits.empty() ? std::nullopt : std::optional(std::string(digits));
}

std::string dumpJsonExactly(const Json& json, int indent)
{
    if (!anyValue(json, [](const Json& value) { return value.is_binary(); })) {
        return json.dump(indent, ' ', false, Json::error_handler_t::replace);
    }
    ExactWriter writer(indent);
    writer.add(json);
    return std::move(writer.text);
}

Json withLargeIntegersAsText(Json json)
{
    writeLargeAsText(json);
    return json;
}

}  // namespace countersign
