#include "core/mpc/sdk/HelperFrame.h"

#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/mpc/sdk/HelperErrors.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct HelperFrameText
{
    Q_DECLARE_TR_FUNCTIONS(HelperFrameText)
};

constexpr std::size_t headerBytes = 4;
constexpr std::size_t answerTextMaxCharacters = 64;
constexpr std::size_t answerBytesMax = 128;

const char* nameOf(HelperOperation operation)
{
    switch (operation) {
        case HelperOperation::About:
            return "about";
        case HelperOperation::Derive:
            return "derive";
        case HelperOperation::Sign:
            return "sign";
    }
    return "";
}

/// JSON's escape of one byte: itself where it needs none. Bytes from 0x80 stay, they are parts of UTF-8.
std::size_t escape(std::uint8_t byte, std::uint8_t* out)
{
    constexpr std::string_view digits = "0123456789abcdef";
    if (byte == '"' || byte == '\\') {
        out[0] = '\\';
        out[1] = byte;
        return 2;
    }
    if (byte < 0x20) {
        const std::uint8_t escaped[] = {'\\',
                                        'u',
                                        '0',
                                        '0',
                                        static_cast<std::uint8_t>(digits[byte >> 4U]),
                                        static_cast<std::uint8_t>(digits[byte & 0x0fU])};
        std::ranges::copy(escaped, out);
        return sizeof(escaped);
    }
    out[0] = byte;
    return 1;
}

std::size_t escapedBytes(BytesView text)
{
    std::uint8_t unused[6];
    std::size_t size = 0;
    for (const std::uint8_t byte : text) {
        size += escape(byte, unused);
    }
    return size;
}

/// Everything but the share, an object that is not yet closed.
std::string openRequest(const HelperRequest& request)
{
    Json json = {{"version", 1}, {"operation", nameOf(request.operation)}};
    if (request.operation != HelperOperation::About) {
        json["scheme"] = request.scheme == SigningScheme::Ecdsa ? "ecdsa" : "ed25519";
        json["path"] = request.path;
    }
    if (request.operation == HelperOperation::Sign) {
        json["roomId"] = request.roomId;
        json["relayDomain"] = request.relayDomain;
        json["input"] = toHex(request.input);
    }
    std::string text = dumpJson(json);
    text.pop_back();
    return text;
}

void writeLength(std::uint8_t* out, std::size_t length)
{
    for (unsigned i = 0; i < headerBytes; ++i) {
        out[i] = static_cast<std::uint8_t>(length >> (8 * (headerBytes - 1 - i)));
    }
}

std::size_t readLength(BytesView header)
{
    std::size_t length = 0;
    for (const std::uint8_t byte : header.first(headerBytes)) {
        length = length << 8U | byte;
    }
    return length;
}

tl::unexpected<Error> garbage(const char* detail)
{
    return failure(helperError(HelperFailure::Garbage, QString::fromLatin1(detail)));
}

bool isVersion(const std::string& text)
{
    return !text.empty() && text.size() <= answerTextMaxCharacters && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == '+';
    });
}

Result<HelperAnswer> refusalIn(const Json& json)
{
    const auto code = requiredString(json, "code");
    const auto message = requiredString(json, "message");
    if (!code || !message || json.size() != 4) {
        return garbage("a failure without code or message");
    }
    return failure(explainHelperRefusal(*code, *message));
}

Result<HelperAnswer> versionsIn(const Json& json)
{
    const auto node = requiredString(json, "node");
    const auto package = requiredString(json, "package");
    if (!node || !package || json.size() != 4 || !isVersion(*node) || !isVersion(*package)) {
        return garbage("no versions");
    }
    return HelperAnswer{{}, *node, *package};
}

Result<HelperAnswer> bytesIn(const Json& json, const char* member)
{
    const auto text = requiredString(json, member);
    if (!text || json.size() != 3 || text->empty() || text->size() > 2 * answerBytesMax ||
        text->starts_with("0x")) {
        return garbage("another answer than the one asked for");
    }
    auto bytes = fromHex(*text);
    if (!bytes) {
        return garbage("an answer that is not hexadecimal");
    }
    return HelperAnswer{*std::move(bytes), {}, {}};
}

}  // namespace

Result<SecretBytes> helperRequestFrame(const HelperRequest& request)
{
    std::string open = openRequest(request);
    const bool hasShare = request.operation != HelperOperation::About;
    if (hasShare) {
        open += ",\"share\":\"";
    }
    const std::string_view close = hasShare ? "\"}" : "}";
    const std::size_t length = open.size() + (hasShare ? escapedBytes(request.share) : 0) + close.size();
    if (request.share.size() > helperShareMaxBytes || length > helperRequestMaxBytes) {
        return failure(ErrorCode::InvalidInput,
                       HelperFrameText::tr("This is more than the signing helper takes at once."));
    }
    SecretBytes frame(headerBytes + length);
    std::uint8_t* out = frame.data();
    writeLength(out, length);
    out = std::copy(open.begin(), open.end(), out + headerBytes);
    if (hasShare) {
        for (const std::uint8_t byte : request.share) {
            out += escape(byte, out);
        }
    }
    std::copy(close.begin(), close.end(), out);
    return frame;
}

Result<HelperAnswer> parseHelperAnswer(BytesView output, HelperOperation operation)
{
    if (output.size() < headerBytes) {
        return garbage("less than a length");
    }
    const BytesView body = output.subspan(headerBytes);
    if (readLength(output) != body.size() || body.size() > helperAnswerMaxBytes) {
        return garbage("the length does not fit");
    }
    const auto json =
        parseJson(asText(body), {.maxBytes = helperAnswerMaxBytes, .maxDepth = 2, .maxValues = 16});
    if (!json || !json->is_object()) {
        return garbage("no JSON object");
    }
    const auto version = json->find("version");
    const auto ok = json->find("ok");
    if (version == json->end() || *version != 1 || !version->is_number_integer() || ok == json->end() ||
        !ok->is_boolean()) {
        return garbage("another version, or neither success nor failure");
    }
    if (!ok->get<bool>()) {
        return refusalIn(*json);
    }
    switch (operation) {
        case HelperOperation::About:
            return versionsIn(*json);
        case HelperOperation::Derive:
            return bytesIn(*json, "publicKey");
        case HelperOperation::Sign:
            return bytesIn(*json, "signature");
    }
    return garbage("no operation");
}

}  // namespace countersign
