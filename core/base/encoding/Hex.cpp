#include "core/base/encoding/Hex.h"

#include <QCoreApplication>

#include <sodium.h>

namespace countersign {

namespace {

struct HexText
{
    Q_DECLARE_TR_FUNCTIONS(HexText)
};

std::string_view withoutPrefix(std::string_view text)
{
    if (text.size() >= 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        text.remove_prefix(2);
    }
    return text;
}

tl::unexpected<Error> badHex(const char* detail)
{
    return failure(ErrorCode::InvalidInput, HexText::tr("This is not hexadecimal text."),
                   QString::fromLatin1(detail));
}

/// digits has an even length and no prefix; out holds half as many bytes.
bool decode(std::string_view digits, std::span<std::uint8_t> out)
{
    std::size_t written = 0;
    const char* end = nullptr;
    const int status =
        sodium_hex2bin(out.data(), out.size(), digits.data(), digits.size(), nullptr, &written, &end);
    return status == 0 && written == out.size() && end == digits.data() + digits.size();
}

}  // namespace

std::string toHex(BytesView bytes)
{
    std::string text(bytes.size() * 2 + 1, '\0');
    if (!bytes.empty()) {
        sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
    }
    text.pop_back();
    return text;
}

std::string toHexPrefixed(BytesView bytes)
{
    return "0x" + toHex(bytes);
}

Result<Bytes> fromHex(std::string_view text)
{
    const std::string_view digits = withoutPrefix(text);
    if (digits.size() % 2 != 0) {
        return badHex("odd number of digits");
    }
    Bytes bytes(digits.size() / 2);
    if (!digits.empty() && !decode(digits, bytes)) {
        return badHex("a character outside 0-9a-fA-F");
    }
    return bytes;
}

Result<SecretBytes> secretFromHex(std::string_view text)
{
    const std::string_view digits = withoutPrefix(text);
    if (digits.size() % 2 != 0) {
        return badHex("odd number of digits");
    }
    SecretBytes bytes(digits.size() / 2);
    if (!digits.empty() && !decode(digits, bytes.span())) {
        return badHex("a character outside 0-9a-fA-F");
    }
    return bytes;
}

}  // namespace countersign
