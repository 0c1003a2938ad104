#include "core/crypto/envelopes/Dsse.h"

#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct DsseText
{
    Q_DECLARE_TR_FUNCTIONS(DsseText)
};

constexpr std::size_t maxTypeCharacters = 256;
constexpr std::size_t maxKeyIdCharacters = 256;
constexpr std::size_t signatureBytes = 64;

tl::unexpected<Error> malformedEnvelope(const char* detail)
{
    return failure(ErrorCode::InvalidInput, DsseText::tr("This is not a signed envelope (DSSE)."),
                   QLatin1String(detail));
}

bool isPrintable(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

bool isOurKind(const DsseSignature& signature)
{
    return signature.signature.size() == signatureBytes;
}

Result<DsseSignature> readSignature(const Json& json)
{
    const auto keyId = optionalString(json, "keyid");
    const auto signature = requiredString(json, "sig");
    if (!keyId || !signature || (*keyId && (*keyId)->size() > maxKeyIdCharacters)) {
        return malformedEnvelope("signatures[]: keyid or sig");
    }
    auto bytes = fromBase64Any(*signature);
    if (!bytes) {
        return malformedEnvelope("signatures[].sig: not base64");
    }
    return DsseSignature{keyId->value_or(std::string()), *std::move(bytes)};
}

}  // namespace

Result<DsseEnvelope> parseDsse(std::string_view json, std::size_t maxBytes)
{
    const auto parsed = parseJson(json, {.maxBytes = maxBytes, .maxDepth = 8, .maxValues = 1'000});
    if (!parsed) {
        return malformedEnvelope(qPrintable(parsed.error().detail));
    }
    const auto payload = requiredString(*parsed, "payload");
    const auto type = requiredString(*parsed, "payloadType");
    if (!payload || !type || type->empty() || type->size() > maxTypeCharacters || !isPrintable(*type)) {
        return malformedEnvelope("payload or payloadType");
    }
    auto bytes = fromBase64Any(*payload);
    if (!bytes) {
        return malformedEnvelope("payload: not base64");
    }
    DsseEnvelope envelope{*type, *std::move(bytes), {}};
    const auto signatures = parsed->find("signatures");
    if (signatures == parsed->end() || !signatures->is_array() || signatures->empty() ||
        signatures->size() > dsseMaxSignatures) {
        return malformedEnvelope("signatures: an array of 1 to 16");
    }
    for (const Json& one : *signatures) {
        ASSIGN_OR_RETURN(auto signature, readSignature(one));
        envelope.signatures.push_back(std::move(signature));
    }
    if (std::none_of(envelope.signatures.begin(), envelope.signatures.end(), isOurKind)) {
        return malformedEnvelope("signatures[].sig: none is 64 bytes long");
    }
    return envelope;
}

Bytes dssePreAuthentication(std::string_view payloadType, BytesView payload)
{
    std::string head = "DSSEv1 " + std::to_string(payloadType.size()) + ' ';
    head += payloadType;
    head += ' ' + std::to_string(payload.size()) + ' ';
    Bytes bytes = toBytes(asBytes(head));
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    return bytes;
}

Result<std::string> signDsse(std::string_view payloadType, BytesView payload, const SecretBytes& seed)
{
    ASSIGN_OR_RETURN(const auto key, ed25519::publicKey(seed));
    ASSIGN_OR_RETURN(const auto signature, ed25519::sign(seed, dssePreAuthentication(payloadType, payload)));
    Json json;
    json["payload"] = toBase64(payload);
    json["payloadType"] = payloadType;
    json["signatures"] = Json::array({Json{{"keyid", toHex(key)}, {"sig", toBase64(signature)}}});
    return dumpJson(json);
}

std::optional<ed25519::PublicKey> verifyDsse(const DsseEnvelope& envelope,
                                             std::span<const ed25519::PublicKey> trusted)
{
    const Bytes signedBytes = dssePreAuthentication(envelope.payloadType, envelope.payload);
    const auto verifies = [&](const DsseSignature& signature, const ed25519::PublicKey& key) {
        return isOurKind(signature) && ed25519::verify(key, signedBytes, signature.signature);
    };
    // The named key first: with hundreds of submitters most tries would be in vain.
    for (const bool named : {true, false}) {
        for (const DsseSignature& signature : envelope.signatures) {
            for (const ed25519::PublicKey& key : trusted) {
                if ((signature.keyId == toHex(key)) == named && verifies(signature, key)) {
                    return key;
                }
            }
        }
    }
    return std::nullopt;
}

}  // namespace countersign
