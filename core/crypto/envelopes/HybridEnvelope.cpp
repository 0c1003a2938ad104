#include "core/crypto/envelopes/HybridEnvelope.h"

#include "core/base/Random.h"
#include "core/base/encoding/Base64.h"
#include "core/crypto/primitives/AesGcm.h"
#include "core/crypto/primitives/RsaOaep.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct HybridEnvelopeText
{
    Q_DECLARE_TR_FUNCTIONS(HybridEnvelopeText)
};

tl::unexpected<Error> malformedHybrid(const QString& detail)
{
    return failure(ErrorCode::InvalidInput,
                   HybridEnvelopeText::tr("This is not an encrypted envelope of Dynamic."), detail);
}

bool isKnownAlgorithm(std::string_view alg)
{
    return alg == envelopeAlgorithm || alg == envelopeLegacyAlgorithm;
}

bool isIvLength(std::size_t size)
{
    return size == 12 || size == 16;
}

Result<Bytes> binaryField(const Json& json, const char* member, std::size_t maxCharacters)
{
    const auto text = requiredString(json, member);
    if (!text) {
        return malformedHybrid(text.error().detail);
    }
    if (text->size() > maxCharacters) {
        return malformedHybrid(QStringLiteral("%1 has %2 characters, at most %3")
                                   .arg(QLatin1String(member))
                                   .arg(text->size())
                                   .arg(maxCharacters));
    }
    auto bytes = fromBase64Any(*text);
    if (!bytes) {
        return malformedHybrid(QStringLiteral("%1: %2").arg(QLatin1String(member), bytes.error().detail));
    }
    return bytes;
}

/// What the fields' own decoding cannot see.
Status checkShape(const HybridEnvelope& envelope)
{
    if (!isKnownAlgorithm(envelope.alg)) {
        return malformedHybrid(QStringLiteral("unknown alg"));
    }
    if (!isIvLength(envelope.iv.size())) {
        return malformedHybrid(QStringLiteral("iv has %1 bytes, expected 12 or 16").arg(envelope.iv.size()));
    }
    if (envelope.tag.size() != aesGcmTagBytes) {
        return malformedHybrid(QStringLiteral("tag has %1 bytes, expected 16").arg(envelope.tag.size()));
    }
    if (envelope.ek.empty()) {
        return malformedHybrid(QStringLiteral("ek is empty"));
    }
    if (envelope.kid && envelope.kid->size() > envelopeMaxKidBytes) {
        return malformedHybrid(QStringLiteral("kid has %1 bytes").arg(envelope.kid->size()));
    }
    return {};
}

}  // namespace

Result<HybridEnvelope> parseEnvelope(const Json& json)
{
    if (!json.is_object()) {
        return malformedHybrid(QStringLiteral("not an object"));
    }
    HybridEnvelope envelope;
    auto alg = requiredString(json, "alg");
    if (!alg) {
        return malformedHybrid(alg.error().detail);
    }
    envelope.alg = *std::move(alg);
    auto kid = optionalString(json, "kid");
    if (!kid) {
        return malformedHybrid(kid.error().detail);
    }
    envelope.kid = *std::move(kid);
    for (const auto& [member, field] : {std::pair{"iv", &envelope.iv}, std::pair{"ct", &envelope.ct},
                                        std::pair{"tag", &envelope.tag}, std::pair{"ek", &envelope.ek}}) {
        ASSIGN_OR_RETURN(auto bytes, binaryField(json, member,
                                                 field == &envelope.ct ? envelopeMaxFieldCharacters
                                                                       : envelopeMaxKeyCharacters));
        *field = std::move(bytes);
    }
    RETURN_IF_ERROR(checkShape(envelope));
    return envelope;
}

Json toJson(const HybridEnvelope& envelope)
{
    Json json = {{"alg", envelope.alg},
                 {"iv", toBase64Url(envelope.iv)},
                 {"ct", toBase64Url(envelope.ct)},
                 {"tag", toBase64Url(envelope.tag)},
                 {"ek", toBase64Url(envelope.ek)}};
    if (envelope.kid) {
        json["kid"] = *envelope.kid;
    }
    return json;
}

tl::unexpected<Error> envelopeFailure(QString detail)
{
    return failure(ErrorCode::DecryptionFailed, HybridEnvelopeText::tr("The envelope cannot be opened."),
                   std::move(detail));
}

Result<SecretBytes> openEnvelope(const HybridEnvelope& envelope, const RsaPrivateKey& key)
{
    if (envelope.ek.size() != key.modulusBytes()) {
        return envelopeFailure(QStringLiteral("ek has %1 bytes, this key needs %2")
                                   .arg(envelope.ek.size())
                                   .arg(key.modulusBytes()));
    }
    const std::optional<SecretBytes> contentKey = rsaOaepDecrypt(key, envelope.ek);
    if (!contentKey) {
        return envelopeFailure(QStringLiteral("OAEP: ek was not made for this key, or was changed"));
    }
    if (contentKey->size() != aesGcmKeyBytes) {
        return envelopeFailure(
            QStringLiteral("the content key has %1 bytes, expected 32").arg(contentKey->size()));
    }
    std::optional<SecretBytes> plaintext =
        aesGcmDecrypt(*contentKey, envelope.iv, {}, envelope.ct, envelope.tag);
    if (!plaintext) {
        return envelopeFailure(QStringLiteral("GCM: iv, ct or tag was changed"));
    }
    return *std::move(plaintext);
}

Result<HybridEnvelope> sealEnvelope(const RsaPublicKey& key, BytesView plaintext, const SealOptions& options)
{
    const auto refused = [](const QString& detail) {
        return failure(ErrorCode::InvalidInput,
                       HybridEnvelopeText::tr("This cannot be put into an envelope."), detail);
    };
    if (plaintext.size() > envelopeMaxPlaintextBytes) {
        return refused(QStringLiteral("plaintext of %1 bytes").arg(plaintext.size()));
    }
    if (!isIvLength(options.ivLength) || !isKnownAlgorithm(options.alg) ||
        (options.kid && options.kid->size() > envelopeMaxKidBytes)) {
        return refused(QStringLiteral("an option out of bounds"));
    }
    const SecretBytes contentKey = SecretBytes::random(aesGcmKeyBytes);
    HybridEnvelope envelope;
    envelope.alg = options.alg;
    envelope.kid = options.kid;
    envelope.iv = randomBytes(options.ivLength);
    auto sealed = aesGcmEncrypt(contentKey, envelope.iv, {}, plaintext);
    auto wrapped = rsaOaepEncrypt(key, contentKey.view());
    if (!sealed || !wrapped) {
        return failure(ErrorCode::Internal, HybridEnvelopeText::tr("The envelope could not be made."));
    }
    envelope.ct = std::move(sealed->ciphertext);
    envelope.tag.assign(sealed->tag.begin(), sealed->tag.end());
    envelope.ek = *std::move(wrapped);
    return envelope;
}

}  // namespace countersign
