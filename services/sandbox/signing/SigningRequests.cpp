#include "services/sandbox/signing/SigningRequests.h"

#include "core/base/encoding/Hex.h"
#include "core/base/text/Ascii.h"
#include "core/crypto/primitives/Keccak.h"
#include "core/crypto/primitives/Sha256.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign::sandbox {

namespace {

struct SigningRequestsText
{
    Q_DECLARE_TR_FUNCTIONS(SigningRequestsText)
};

constexpr JsonLimits signLimits{256 * 1024, 16, 10'000};
constexpr JsonLimits bulkLimits{16 * 1024, 3, 128};
constexpr std::size_t maxId = 64;
constexpr std::size_t maxBulk = 100;

tl::unexpected<Error> signingRefused(QString sentence)
{
    return failure(ErrorCode::InvalidInput, std::move(sentence));
}

bool isHexDigits(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), ascii::isHexDigit);
}

bool isKnownMember(std::string_view member)
{
    return member == "message" || member == "isFormatted" || member == "context" || member == "shareSetId" ||
           member == "roomId";
}

/// Of valid UTF-8: every byte but the continuations begins one.
std::size_t codePoints(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

Result<Bytes> evmDigest(const SignMessageRequest& request)
{
    const bool prefixed = request.message.starts_with("0x");
    if (request.isFormatted) {
        Result<Bytes> digest = fromHex(request.message);
        if (!digest || digest->size() != 32) {
            return signingRefused(
                SigningRequestsText::tr("A formatted message must be a digest of 64 hexadecimal digits."));
        }
        return digest;
    }
    if (!prefixed) {
        const Keccak256Digest digest = keccak256(asBytes(request.message));
        return toBytes(digest);
    }
    const Result<Bytes> bytes = fromHex(request.message);
    if (!bytes) {
        return signingRefused(SigningRequestsText::tr("The message begins with 0x and is no hex."));
    }
    return toBytes(keccak256(*bytes));
}

Result<Bytes> svmMessage(const SignMessageRequest& request)
{
    if (request.isFormatted) {
        return signingRefused(
            SigningRequestsText::tr("isFormatted has no meaning for SVM: send the message."));
    }
    std::string_view text = request.message;
    if (text.starts_with("0x") && isHexDigits(text.substr(2))) {
        text.remove_prefix(2);
    }
    if (!isHexDigits(text)) {
        return toBytes(asBytes(text));
    }
    if (text.size() % 2 != 0) {
        return signingRefused(SigningRequestsText::tr(
            "The message is an odd number of hexadecimal digits, which can be read in two ways."));
    }
    return fromHex(text);
}

}  // namespace

Result<SignMessageRequest> parseSignMessageRequest(std::string_view body)
{
    ASSIGN_OR_RETURN(const Json json, parseJson(body, signLimits));
    if (!json.is_object()) {
        return signingRefused(SigningRequestsText::tr("The body must be a JSON object."));
    }
    for (const auto& [member, value] : json.items()) {
        if (!isKnownMember(member)) {
            return signingRefused(SigningRequestsText::tr(
                "Only message, isFormatted, context, shareSetId and roomId are known here."));
        }
    }
    SignMessageRequest request;
    ASSIGN_OR_RETURN(std::string message, requiredString(json, "message"));
    ASSIGN_OR_RETURN(std::optional<std::string> shareSetId, optionalString(json, "shareSetId"));
    if (message.empty() || codePoints(message) > maxMessageCharacters) {
        return signingRefused(
            SigningRequestsText::tr("message must have 1 to %1 characters.").arg(maxMessageCharacters));
    }
    if (json.contains("roomId")) {
        return signingRefused(SigningRequestsText::tr(
            "There is no such room: this sandbox makes a new one for every request."));
    }
    if (shareSetId.has_value() && shareSetId->size() > maxId) {
        return signingRefused(SigningRequestsText::tr("shareSetId must be an id."));
    }
    if (json.contains("isFormatted")) {
        if (!json["isFormatted"].is_boolean()) {
            return signingRefused(SigningRequestsText::tr("isFormatted must be true or false."));
        }
        request.isFormatted = json["isFormatted"].get<bool>();
    }
    if (json.contains("context")) {
        if (!json["context"].is_object()) {
            return signingRefused(SigningRequestsText::tr("context must be an object."));
        }
        request.context = json["context"];
    }
    request.message = std::move(message);
    request.shareSetId = std::move(shareSetId);
    return request;
}

Result<Bytes> bytesToSign(Chain chain, const SignMessageRequest& request)
{
    return chain == Chain::Evm ? evmDigest(request) : svmMessage(request);
}

std::string digestName(Chain chain, BytesView toSign)
{
    return chain == Chain::Evm ? toHex(toSign) : toHex(sha256(toSign));
}

Result<std::vector<std::string>> parseBulkRevocation(std::string_view body)
{
    ASSIGN_OR_RETURN(const Json json, parseJson(body, bulkLimits));
    const bool shaped = json.is_object() && json.size() == 1 && json.contains("walletIds") &&
                        json["walletIds"].is_array() && !json["walletIds"].empty() &&
                        json["walletIds"].size() <= maxBulk;
    if (!shaped) {
        return signingRefused(
            SigningRequestsText::tr("walletIds must be a list of 1 to %1 ids.").arg(maxBulk));
    }
    std::vector<std::string> ids;
    for (const Json& id : json["walletIds"]) {
        if (!id.is_string() || id.get_ref<const std::string&>().empty() ||
            id.get_ref<const std::string&>().size() > maxId) {
            return signingRefused(SigningRequestsText::tr("walletIds must hold ids of wallets."));
        }
        ids.push_back(id.get<std::string>());
    }
    return ids;
}

}  // namespace countersign::sandbox
