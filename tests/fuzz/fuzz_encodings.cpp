#include "core/base/Clock.h"
#include "core/base/encoding/Base58.h"
#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/base/encoding/JsonIntegers.h"
#include "core/base/encoding/JsonSlices.h"
#include "core/base/text/Utf8.h"
#include "core/crypto/keys/Address.h"
#include "tests/fuzz/Require.h"

#include <algorithm>

using namespace countersign;

// Input: the bytes are encoded and must come back; the same bytes as text are decoded and must be what
// encoding gives.

namespace {

std::string lowered(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

std::string_view withoutPadding(std::string_view text)
{
    return text.substr(0, text.find('='));
}

void encode(BytesView bytes)
{
    const Bytes wanted = toBytes(bytes);
    require(*fromHex(toHex(bytes)) == wanted && *fromHex(toHexPrefixed(bytes)) == wanted, "hex comes back");
    require(secretFromHex(toHex(bytes))->equals(bytes), "secret hex comes back");
    require(*fromBase64(toBase64(bytes)) == wanted, "Base64 comes back");
    require(*fromBase64Url(toBase64Url(bytes)) == wanted, "base64url comes back");
    require(*fromBase64Any(toBase64(bytes)) == wanted && *fromBase64Any(toBase64Url(bytes)) == wanted,
            "either alphabet comes back");
    if (bytes.size() <= base58MaxBytes) {
        require(*fromBase58(toBase58(bytes)) == wanted, "Base58 comes back");
    }
}

void decode(std::string_view text)
{
    if (const auto bytes = fromHex(text)) {
        const std::string lower = lowered(text);
        require(lower == toHex(*bytes) || lower == toHexPrefixed(*bytes), "hex is canonical but for case");
    }
    if (const auto bytes = fromBase64(text)) {
        require(withoutPadding(toBase64(*bytes)) == withoutPadding(text), "Base64 is canonical");
    }
    if (const auto bytes = fromBase64Url(text)) {
        require(toBase64Url(*bytes) == withoutPadding(text), "base64url is canonical");
    }
    if (const auto bytes = fromBase58(text)) {
        require(toBase58(*bytes) == text, "Base58 is canonical");
    }
    if (const auto time = fromIso8601(text)) {
        require(fromIso8601(toIso8601(*time)) == time, "a time comes back");
    }
    if (const auto address = parseEvmAddress(text)) {
        require(sameAddress(toText(*address), text), "an EVM address comes back");
    }
    if (const auto address = parseSolanaAddress(text)) {
        require(toText(*address) == text, "a Solana address comes back");
    }
    require(isWellFormedUtf8(text) == textFromUtf8(text).has_value(), "what is UTF-8 has a text");
    if (const auto read = textFromUtf8(text)) {
        require(read->toStdString() == text, "a text comes back, a byte-order mark included");
    }
    if (const auto json = parseJsonKeepingIntegers(text)) {
        const std::string written = dumpJsonExactly(*json);
        const auto again = parseJsonKeepingIntegers(written);
        require(again && dumpJsonExactly(*again) == written, "integers come back");
    }
    std::size_t members = 0;
    const bool isObject =
        sliceJsonObject(text, [&](std::string_view, std::string_view) { return ++members > 0; });
    std::size_t elements = 0;
    const bool isArray = sliceJsonArray(text, [&](std::string_view) { return ++elements > 0; });
    if (const auto json = parseJson(text)) {
        require(isObject == json->is_object() && (!isObject || members == json->size()),
                "objects are cut right");
        require(isArray == json->is_array() && (!isArray || elements == json->size()),
                "arrays are cut right");
        const std::string written = dumpJson(*json);
        const auto again = parseJson(written);
        require(again && dumpJson(*again) == written, "JSON comes back");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    encode({data, size});
    decode(asText({data, size}));
    return 0;
}
