#include "services/sandbox/enclave/EnclaveRequests.h"

#include "core/base/encoding/Hex.h"
#include "core/base/text/Ascii.h"
#include "core/crypto/primitives/Keccak.h"
#include "core/crypto/primitives/MlKem768.h"
#include "core/crypto/primitives/Sha256.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign::sandbox {

namespace {

struct EnclaveRequestsText
{
    Q_DECLARE_TR_FUNCTIONS(EnclaveRequestsText)
};

constexpr std::size_t maxPayloadBytes = 272 * 1024;
constexpr JsonLimits frameLimits{maxEnclaveFrameBytes, 6, 256};
/// A share may be as long as the console sends one, and be made of numbers.
constexpr JsonLimits shareLimits{maxPayloadBytes, 16, 150'000, 1'000};
constexpr std::size_t maxText = 256;
constexpr std::size_t nonceBytes = 32;
constexpr std::size_t shareNonceBytes = 16;
constexpr std::size_t maxMessageBytes = 102'400;
constexpr std::size_t maxPathBytes = 4 * 10;
/// Nonce and tag around at least one byte.
constexpr std::size_t minPayloadBytes = 12 + 16 + 1;

using Refused = tl::unexpected<EnclaveRefusal>;

/// Reads members of one frame; the first one that is wrong is remembered.
class Reader
{
public:
    explicit Reader(const Json& frame) : m_frame(frame) {}

    std::string text(const Json& object, const char* member)
    {
        const Result<std::string> value = requiredString(object, member);
        if (!value || value->size() > maxText) {
            return complain<std::string>(member);
        }
        return *value;
    }
    std::string text(const char* member) { return text(m_frame, member); }
    std::optional<std::string> optionalText(const char* member)
    {
        const Result<std::optional<std::string>> value = optionalString(m_frame, member);
        if (!value || (*value && (*value)->size() > maxText)) {
            return complain<std::optional<std::string>>(member);
        }
        return *value;
    }
    Bytes hex(const Json& object, const char* member, std::size_t least, std::size_t most)
    {
        const Result<std::string> value = requiredString(object, member);
        const Result<Bytes> bytes = value && value->size() <= 2 * most + 2
                                        ? fromHex(*value)
                                        : Result<Bytes>(failure(ErrorCode::InvalidInput, {}));
        if (!bytes || bytes->size() < least || bytes->size() > most) {
            return complain<Bytes>(member);
        }
        return *bytes;
    }
    Bytes hex(const char* member, std::size_t least, std::size_t most)
    {
        return hex(m_frame, member, least, most);
    }
    void oneOf(const char* member, std::string_view value, std::initializer_list<std::string_view> known)
    {
        if (std::find(known.begin(), known.end(), value) == known.end()) {
            complain<int>(member);
        }
    }
    template <typename T>
    T complain(const char* member)
    {
        if (m_wrong.empty()) {
            m_wrong = member;
        }
        return T{};
    }

    const Json& frame() const { return m_frame; }
    const std::string& wrongMember() const { return m_wrong; }

private:
    const Json& m_frame;
    std::string m_wrong;
};

EnclaveHandshake readHandshake(Reader& reader)
{
    return {reader.hex("challenge", mlkem768::publicKeyBytes, mlkem768::publicKeyBytes),
            reader.hex("nonce", nonceBytes, nonceBytes)};
}

std::string readRoom(Reader& reader)
{
    std::string room = reader.text("roomUuid");
    std::erase(room, '-');
    const bool isHex = std::all_of(room.begin(), room.end(), ascii::isHexDigit);
    return room.size() == 32 && isHex ? room : reader.complain<std::string>("roomUuid");
}

EnclaveSignRequest readSignRequest(Reader& reader)
{
    EnclaveSignRequest request;
    const Json& frame = reader.frame();
    request.relayDomain = reader.text("relayDomain");
    request.signingAlgo = reader.text("signingAlgo");
    reader.oneOf("signingAlgo", request.signingAlgo, {"ecdsa", "ed25519"});
    request.hashAlgo = reader.optionalText("hashAlgo");
    if (request.hashAlgo) {
        reader.oneOf("hashAlgo", *request.hashAlgo, {"sha256", "sha256d", "keccak256"});
        if (request.signingAlgo != "ecdsa") {
            reader.complain<int>("hashAlgo");
        }
    }
    if (frame.contains("derivationPath")) {
        request.derivationPath = reader.hex("derivationPath", 0, maxPathBytes);
        if (request.derivationPath->size() % 4 != 0) {
            reader.complain<int>("derivationPath");
        }
    }
    if (frame.contains("keyshare") && frame["keyshare"].is_object()) {
        request.salt = reader.hex(frame["keyshare"], "salt", nonceBytes, nonceBytes);
        request.encryptedPayload =
            reader.hex(frame["keyshare"], "encryptedPayload", minPayloadBytes, maxPayloadBytes);
    } else {
        reader.complain<int>("keyshare");
    }
    request.message = reader.hex("message", 1, maxMessageBytes);
    request.roomId = readRoom(reader);
    request.walletId = reader.optionalText("walletId");
    request.environmentId = reader.optionalText("environmentId");
    return request;
}

tl::unexpected<Error> notAKeyshare(const char* detail)
{
    return failure(ErrorCode::InvalidInput,
                   EnclaveRequestsText::tr("The key share is not in the shape of the protocol."),
                   QString::fromLatin1(detail));
}

bool hasKeyshareMembers(const Json& json)
{
    return json.is_object() && json.size() == 4 && json.contains("keyshare") &&
           json["keyshare"].is_object() && json.contains("signingAlgorithm") &&
           json["signingAlgorithm"].is_string() && json.contains("timestamp") &&
           json["timestamp"].is_number_unsigned() && json.contains("nonce") && json["nonce"].is_string();
}

Result<DelegatedShare> readKeyshare(const Json& json, std::string_view signingAlgo)
{
    if (!hasKeyshareMembers(json)) {
        return notAKeyshare("a member is missing, of a wrong type, or one too many");
    }
    const Result<Bytes> nonce = fromHex(json["nonce"].get_ref<const std::string&>());
    if (!nonce || nonce->size() != shareNonceBytes) {
        return notAKeyshare("the nonce is not 16 bytes of hex");
    }
    if (json["signingAlgorithm"].get_ref<const std::string&>() != signingAlgo) {
        return notAKeyshare("it is for another algorithm than the request");
    }
    Result<DelegatedShare> share = DelegatedShare::fromKeyShare(json["keyshare"]);
    if (share && (share->chain == Chain::Evm) != (signingAlgo == "ecdsa")) {
        return notAKeyshare("the share is of another algorithm");
    }
    return share;
}

}  // namespace

tl::expected<EnclaveFrame, EnclaveRefusal> parseEnclaveFrame(std::string_view text)
{
    const Result<Json> json = parseJson(text, frameLimits);
    if (!json || !json->is_object()) {
        return Refused({"error", {}, "INVALID_MESSAGE", "The frame is no JSON object."});
    }
    const Result<std::string> type = requiredString(*json, "type");
    const Result<std::string> requestId = requiredString(*json, "requestId");
    if (!type || !requestId || requestId->empty() || requestId->size() > maxText) {
        return Refused({"error", {}, "INVALID_MESSAGE", "type and requestId must be texts."});
    }
    const bool isSign = *type == "signMessage";
    const std::string responseType = isSign ? "signMessage_response" : "error";
    if (!json->contains("version") || (*json)["version"] != 1) {
        return Refused({responseType, *requestId, "HANDLER_NOT_FOUND", "Only version 1 is understood."});
    }
    EnclaveFrame frame{*requestId, EnclaveAcknowledgement{}};
    Reader reader(*json);
    if (*type == "handshake") {
        frame.content = readHandshake(reader);
    } else if (isSign) {
        frame.content = readSignRequest(reader);
    } else if (*type != "connection_ack") {
        return Refused(
            {responseType, *requestId, "HANDLER_NOT_FOUND", "This type of message is not served."});
    }
    if (!reader.wrongMember().empty()) {
        return Refused(
            {responseType, *requestId, "VALIDATION_ERROR", reader.wrongMember() + " is not valid."});
    }
    return frame;
}

Result<DelegatedShare> parseKeysharePlaintext(const SecretBytes& plaintext, std::string_view signingAlgo)
{
    Result<Json> json = parseJson(plaintext.text(), shareLimits);
    if (!json) {
        return notAKeyshare("no JSON");
    }
    Result<DelegatedShare> share = readKeyshare(*json, signingAlgo);
    if (json->is_object() && json->contains("keyshare") && (*json)["keyshare"].is_object()) {
        for (auto& [member, value] : (*json)["keyshare"].items()) {
            if (value.is_string()) {
                auto& secret = value.get_ref<std::string&>();
                wipeMemory(secret.data(), secret.size());
            }
        }
    }
    return share;
}

Result<Bytes> bytesToSign(const EnclaveSignRequest& request)
{
    if (request.signingAlgo != "ecdsa") {
        return request.message;
    }
    if (request.hashAlgo == "keccak256") {
        return toBytes(keccak256(request.message));
    }
    if (request.hashAlgo) {
        const Sha256Digest once = sha256(request.message);
        return toBytes(request.hashAlgo == "sha256" ? once : sha256(once));
    }
    if (request.message.size() != 32) {
        return failure(
            ErrorCode::InvalidInput,
            EnclaveRequestsText::tr("Without hashAlgo the message of ECDSA must be a digest of 32 bytes."));
    }
    return request.message;
}

Bytes evmDerivationPath()
{
    Bytes path;
    for (const std::uint8_t index : std::initializer_list<std::uint8_t>{44, 60, 0, 0, 0}) {
        path.insert(path.end(), {index, 0, 0, 0});
    }
    return path;
}

}  // namespace countersign::sandbox
