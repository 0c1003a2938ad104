#include "core/base/encoding/Base64.h"

#include "core/base/SecretBytes.h"

#include <QCoreApplication>

#include <sodium.h>

#include <algorithm>

namespace countersign {

namespace {

struct Base64Text
{
    Q_DECLARE_TR_FUNCTIONS(Base64Text)
};

std::string encode(BytesView bytes, int variant)
{
    initialiseSodium();
    std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
    text.pop_back();  // the terminating zero
    return text;
}

tl::unexpected<Error> badBase64(const char* detail)
{
    return failure(ErrorCode::InvalidInput, Base64Text::tr("This is not Base64 text."),
                   QString::fromLatin1(detail));
}

bool isAscii(char c)
{
    return static_cast<unsigned char>(c) < 0x80;
}

/// libsodium's decoder is strict about the alphabet, the padding and the unused bits, but 1.0.18 compares
/// signed characters and so takes every byte above 0x7f for the last digit.
Result<Bytes> decode(std::string_view text, bool url)
{
    initialiseSodium();
    if (!std::all_of(text.begin(), text.end(), isAscii)) {
        return badBase64("a character outside the alphabet");
    }
    const bool padded = !text.empty() && text.back() == '=';
    int variant = padded ? sodium_base64_VARIANT_ORIGINAL : sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
    if (url) {
        variant = padded ? sodium_base64_VARIANT_URLSAFE : sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    }
    Bytes bytes(text.size() / 4 * 3 + 3);
    std::size_t written = 0;
    const char* end = nullptr;
    const int status = sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr,
                                         &written, &end, variant);
    if (status != 0 || end != text.data() + text.size()) {
        return badBase64("a character outside the alphabet, wrong padding or stray bits");
    }
    bytes.resize(written);
    return bytes;
}

}  // namespace

std::string toBase64(BytesView bytes)
{
    return encode(bytes, sodium_base64_VARIANT_ORIGINAL);
}

std::string toBase64Url(BytesView bytes)
{
    return encode(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

Result<Bytes> fromBase64(std::string_view text)
{
    return decode(text, false);
}

Result<Bytes> fromBase64Url(std::string_view text)
{
    return decode(text, true);
}

Result<Bytes> fromBase64Any(std::string_view text)
{
    return decode(text, text.find_first_of("-_") != std::string_view::npos);
}

}  // namespace countersign
