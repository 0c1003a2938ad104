#include "core/mpc/enclave/ForwardMpcFrames.h"

#include "core/base/Random.h"
#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/base/text/Ascii.h"
#include "core/crypto/primitives/AesGcm.h"
#include "core/crypto/primitives/Hkdf.h"
#include "core/crypto/primitives/MlKem768.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>
#include <cstring>
#include <initializer_list>

namespace countersign::forwardMpc {

namespace {

constexpr int protocolVersion = 1;
constexpr std::size_t maxConnectionIdBytes = 256;
constexpr std::size_t maxRequestIdBytes = 128;
constexpr std::size_t maxPathElements = 16;
constexpr std::size_t maxAttestationBase64 = 24 * 1024;
constexpr std::size_t rsvBytes = 65;
constexpr std::size_t minDerBytes = 8;
constexpr std::size_t maxDerBytes = 72;
constexpr std::size_t ed25519Bytes = 64;
constexpr int maxWords = 200;

struct ForwardMpcFramesText
{
    Q_DECLARE_TR_FUNCTIONS(ForwardMpcFramesText)
};

tl::unexpected<Error> refused(ErrorCode kind, const char* code, QString sentence, const QString& why)
{
    return failure(kind, std::move(sentence), QString::fromLatin1(code) + QStringLiteral(": ") + why);
}

std::string_view algorithmName(SigningScheme scheme)
{
    return scheme == SigningScheme::Ecdsa ? "ecdsa" : "ed25519";
}

/// Walks over strings and brackets: '{' opens at the first byte and closes at the last, and never before.
bool isOneObject(BytesView text)
{
    std::vector<std::uint8_t> open;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::uint8_t c = text[i];
        if (inString) {
            if (c < 0x20) {
                return false;
            }
            i += c == '\\' ? 1U : 0U;
            inString = c != '"';
            continue;
        }
        if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            open.push_back(c == '{' ? '}' : ']');
        } else if (c == '}' || c == ']') {
            if (open.empty() || open.back() != c) {
                return false;
            }
            open.pop_back();
        }
        if (open.empty()) {
            return text.front() == '{' && i == text.size() - 1;
        }
    }
    return false;
}

bool isSpace(std::uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

BytesView withoutSpaceAround(BytesView text)
{
    while (!text.empty() && isSpace(text.front())) {
        text = text.subspan(1);
    }
    while (!text.empty() && isSpace(text.back())) {
        text = text.first(text.size() - 1);
    }
    return text;
}

std::string littleEndianHex(const std::vector<std::uint32_t>& path)
{
    Bytes bytes;
    for (const std::uint32_t element : path) {
        for (unsigned shift = 0; shift < 32; shift += 8) {
            bytes.push_back(static_cast<std::uint8_t>(element >> shift));
        }
    }
    return toHex(bytes);
}

bool isPrintable(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

FrameKind kindOf(const std::string& type)
{
    if (type == "handshake_response") {
        return FrameKind::HandshakeResponse;
    }
    if (type == "signMessage_response") {
        return FrameKind::SignMessageResponse;
    }
    return type == "error" ? FrameKind::Error : FrameKind::Other;
}

bool isOfOurVersion(const Json& body)
{
    const auto version = body.find("version");
    return version != body.end() && *version == protocolVersion;
}

/// r ‖ s ‖ v, perhaps with the same in DER behind it.
bool isEcdsaSignature(const Bytes& bytes)
{
    if (bytes.size() < rsvBytes || bytes[rsvBytes - 1] < 27 || bytes[rsvBytes - 1] > 30) {
        return false;
    }
    const BytesView der = BytesView(bytes).subspan(rsvBytes);
    return der.empty() || (der.size() >= minDerBytes && der.size() <= maxDerBytes && der[0] == 0x30 &&
                           der[1] == der.size() - 2);
}

}  // namespace

std::string newRequestId()
{
    return "req_" + toHex(randomBytes(8));
}

std::string encodeHandshake(BytesView challenge, BytesView nonce, const std::string& requestId)
{
    return dumpJson({{"type", "handshake"},
                     {"version", protocolVersion},
                     {"challenge", toHex(challenge)},
                     {"nonce", toHex(nonce)},
                     {"requestId", requestId}});
}

Result<SecretBytes> shareDocument(BytesView share, SigningScheme scheme, UnixMillis timestamp,
                                  BytesView nonce)
{
    const BytesView object = withoutSpaceAround(share);
    if (share.size() > shareMaxBytes || !isOneObject(object)) {
        return failure(ErrorCode::InvalidInput,
                       ForwardMpcFramesText::tr(
                           "This wallet's key share has a form that the enclave does not take. Ask the "
                           "wallet's owner to delegate it again."),
                       QStringLiteral("the share is no JSON object"));
    }
    const std::string head = "{\"keyshare\":";
    const std::string tail = ",\"signingAlgorithm\":\"" + std::string(algorithmName(scheme)) +
                             "\",\"timestamp\":" + std::to_string(timestamp) + ",\"nonce\":\"" +
                             toHex(nonce) + "\"}";
    SecretBytes document(head.size() + share.size() + tail.size());
    std::uint8_t* at = document.data();
    for (const BytesView part : std::initializer_list<BytesView>{asBytes(head), share, asBytes(tail)}) {
        std::memcpy(at, part.data(), part.size());
        at += part.size();
    }
    return document;
}

Result<EncryptedShare> encryptShare(const SecretBytes& document, const SecretBytes& sessionKey,
                                    const std::string& connectionId, BytesView salt, BytesView iv)
{
    ASSIGN_OR_RETURN(const auto key,
                     hkdfSha256(sessionKey, salt, "forward-mpc-keyshare-v1-" + connectionId, aesGcmKeyBytes));
    const auto sealed = aesGcmEncrypt(key, iv, {}, document.view());
    if (!sealed) {
        return failure(ErrorCode::Internal,
                       ForwardMpcFramesText::tr("The key share could not be encrypted."));
    }
    EncryptedShare share{toBytes(salt), toBytes(iv)};
    share.payload.insert(share.payload.end(), sealed->ciphertext.begin(), sealed->ciphertext.end());
    share.payload.insert(share.payload.end(), sealed->tag.begin(), sealed->tag.end());
    return share;
}

Status checkRequest(const CeremonyRequest& request)
{
    static const QRegularExpression host(
        QStringLiteral("^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
                       "(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*(?::[0-9]{1,5})?\\z"));
    const auto invalid = [](const char* why) {
        return failure(ErrorCode::InvalidInput,
                       ForwardMpcFramesText::tr("This cannot be signed with the enclave engine."),
                       QString::fromLatin1(why));
    };
    if (request.roomId.size() != 32 || !std::ranges::all_of(request.roomId, ascii::isLowerHexDigit)) {
        return invalid("the room's id is not 32 hex digits");
    }
    if (request.relayDomain.size() > 255 ||
        !host.match(QString::fromStdString(request.relayDomain)).hasMatch()) {
        return invalid("the relay is no bare host name");
    }
    const std::size_t size = request.input.size();
    if (request.scheme == SigningScheme::Ecdsa ? size != 32 : size == 0 || size > messageMaxBytes) {
        return invalid("the input's length does not fit the scheme");
    }
    if (request.derivationPath.size() > maxPathElements) {
        return invalid("the derivation path is too long");
    }
    return {};
}

std::string encodeSignMessage(const CeremonyRequest& request, const EncryptedShare& share,
                              const std::string& requestId)
{
    Json frame = {{"type", "signMessage"},
                  {"version", protocolVersion},
                  {"relayDomain", request.relayDomain},
                  {"signingAlgo", algorithmName(request.scheme)}};
    if (request.scheme == SigningScheme::Ecdsa && !request.derivationPath.empty()) {
        frame["derivationPath"] = littleEndianHex(request.derivationPath);
    }
    frame["keyshare"] = {{"salt", toHex(share.salt)}, {"encryptedPayload", toHex(share.payload)}};
    frame["message"] = toHex(request.input);
    frame["roomUuid"] = request.roomId;
    frame["requestId"] = requestId;
    return dumpJson(frame);
}

Result<Frame> parseFrame(std::string_view text)
{
    const auto refuse = [](const QString& why) {
        return refused(ErrorCode::Network, "MESSAGE_PARSE_FAILED",
                       ForwardMpcFramesText::tr(
                           "The enclave's answer cannot be understood. Check the enclave's address."),
                       why);
    };
    auto body = parseJson(text, {.maxBytes = frameMaxBytes, .maxDepth = 16, .maxValues = 1000});
    if (!body) {
        return refuse(body.error().detail);
    }
    const auto type = requiredString(*body, "type");
    const auto requestId = optionalString(*body, "requestId");
    if (!type || !requestId || (*requestId && (*requestId)->size() > maxRequestIdBytes)) {
        return refuse(QStringLiteral("no object with type and requestId"));
    }
    return Frame{kindOf(*type), *requestId, *std::move(body)};
}

Result<HandshakeResponse> parseHandshakeResponse(const Frame& frame)
{
    const QString sentence = ForwardMpcFramesText::tr(
        "The enclave's part of the key exchange is not valid, so nothing was sent to it. Check the "
        "enclave's address.");
    const auto invalid = [&](const QString& why) {
        return refused(ErrorCode::Network, "HANDSHAKE_INVALID_RESPONSE", sentence, why);
    };
    const auto ciphertextHex = requiredString(frame.body, "encapsulatedSharedSecret");
    const auto connectionId = requiredString(frame.body, "connectionId");
    const auto document = optionalString(frame.body, "attestationDoc");
    if (frame.kind != FrameKind::HandshakeResponse || !isOfOurVersion(frame.body) || !ciphertextHex ||
        !connectionId || !document) {
        return invalid(QStringLiteral("not a handshake_response of version 1"));
    }
    auto ciphertext = fromHex(*ciphertextHex);
    if (!ciphertext || ciphertext->size() != mlkem768::ciphertextBytes) {
        return invalid(QStringLiteral("the ciphertext is not 1088 bytes"));
    }
    if (connectionId->size() > maxConnectionIdBytes || !isPrintable(*connectionId) ||
        connectionId->find_first_not_of(' ') == std::string::npos) {
        return invalid(QStringLiteral("the connection's id cannot be used"));
    }
    if (!*document || (*document)->empty()) {
        return refused(ErrorCode::InvalidInput, "ATTESTATION_DOCUMENT_MISSING",
                       ForwardMpcFramesText::tr(
                           "The enclave did not say what it is, so nothing was sent to it. Check the "
                           "enclave's address."),
                       QStringLiteral("no attestationDoc"));
    }
    auto attestation = (*document)->size() <= maxAttestationBase64
                           ? fromBase64(**document)
                           : Result<Bytes>(failure(ErrorCode::InvalidInput, {}));
    if (!attestation) {
        return refused(ErrorCode::InvalidInput, "ATTESTATION_DOCUMENT_DECODE", sentence,
                       QStringLiteral("attestationDoc is not Base64 or too long"));
    }
    return HandshakeResponse{*std::move(ciphertext), *std::move(attestation), *connectionId};
}

Result<Bytes> parseSignature(const Frame& frame, SigningScheme scheme)
{
    const auto malformed = [](const QString& why) {
        return refused(ErrorCode::Network, "MESSAGE_PARSE_FAILED",
                       ForwardMpcFramesText::tr(
                           "The enclave's answer holds no usable signature. The job can be tried again."),
                       why);
    };
    if (frame.kind != FrameKind::SignMessageResponse || !isOfOurVersion(frame.body)) {
        return malformed(QStringLiteral("not a signMessage_response of version 1"));
    }
    const auto error = frame.body.find("error");
    const bool hasError = error != frame.body.end() && !error->is_null();
    const auto hex = optionalString(frame.body, "signature");
    if (!hex) {
        return malformed(QStringLiteral("the signature is no text"));
    }
    if (hasError || !*hex) {
        return refused(ErrorCode::Network, "SERVER_ERROR",
                       ForwardMpcFramesText::tr("The enclave could not sign. Its words are in the details."),
                       serverWords(frame.body));
    }
    auto signature = fromHex(**hex);
    if (!signature) {
        return malformed(QStringLiteral("the signature is not hex"));
    }
    if (scheme == SigningScheme::Ed25519 ? signature->size() != ed25519Bytes
                                         : !isEcdsaSignature(*signature)) {
        return malformed(QStringLiteral("a signature of %1 bytes").arg(signature->size()));
    }
    if (scheme == SigningScheme::Ecdsa) {
        signature->resize(rsvBytes);
    }
    return signature;
}

QString serverWords(const Json& body)
{
    const auto text = [](const Json& json, const char* member) {
        const auto value = optionalString(json, member);
        return value && *value ? QString::fromStdString(**value) : QString();
    };
    QStringList words;
    const auto error = body.find("error");
    const bool isNested = error != body.end() && error->is_object();
    // The frame's own "type" says nothing that is not known.
    for (const char* member : {isNested ? "type" : "error", "code", "message"}) {
        if (const QString word = text(isNested ? *error : body, member); !word.isEmpty()) {
            words += word;
        }
    }
    if (words.isEmpty()) {
        return QStringLiteral("no reason was given");
    }
    static const QRegularExpression longHex(QStringLiteral("[0-9A-Fa-f]{24,}"));
    static const QRegularExpression unprintable(QStringLiteral("[^\\x20-\\x7e]"));
    QString joined = words.join(QStringLiteral(": "));
    joined.replace(unprintable, QStringLiteral("."));
    return joined.replace(longHex, QStringLiteral("…")).left(maxWords);
}

}  // namespace countersign::forwardMpc
