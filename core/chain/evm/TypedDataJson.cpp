#include "core/chain/evm/TypedDataJson.h"

#include "core/base/Bytes.h"
#include "core/chain/evm/TypedData.h"

#include <algorithm>
#include <vector>

namespace countersign {

namespace {

bool isInteger(std::string_view token)
{
    if (token.starts_with('-')) {
        token.remove_prefix(1);
    }
    return !token.empty() && std::ranges::all_of(token, [](char c) { return c >= '0' && c <= '9'; });
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

/// json is as deep as its limits allow, and has its members in the order of the text.
void keepDigits(Json& json, std::vector<std::string>::iterator& token)
{
    if (json.is_number_float()) {
        if (isInteger(*token)) {
            json = Json::binary(Bytes(token->begin(), token->end()));
        }
        ++token;
    } else if (json.is_structured()) {
        for (Json& element : json) {
            keepDigits(element, token);
        }
    }
}

}  // namespace

Result<Json> parseTypedDataJson(std::string_view text)
{
    auto json = parseJson(text, typedDataJsonLimits);
    if (!json) {
        return json;
    }
    FloatTokens floats;
    if (!Json::sax_parse(text.begin(), text.end(), &floats)) {
        return failure(ErrorCode::Internal, {}, QStringLiteral("typed data were read once and not twice"));
    }
    auto token = floats.tokens.begin();
    keepDigits(*json, token);
    return json;
}

std::string_view longIntegerDigits(const Json& value)
{
    return value.is_binary() ? asText(BytesView(value.get_binary())) : std::string_view();
}

}  // namespace countersign
