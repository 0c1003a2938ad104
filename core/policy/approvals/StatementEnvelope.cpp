#include "core/policy/approvals/StatementEnvelope.h"

#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/base/text/Ascii.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct StatementEnvelopeText
{
    Q_DECLARE_TR_FUNCTIONS(StatementEnvelopeText)
};

constexpr std::size_t hexOf32Bytes = 64;

}  // namespace

CanonicalEnvelope canonicalEnvelope(std::string_view payloadType, BytesView payload,
                                    const ed25519::PublicKey& key, BytesView signature)
{
    Json json;
    json["payload"] = toBase64(payload);
    json["payloadType"] = payloadType;
    json["signatures"] = Json::array({Json{{"keyid", toHex(key)}, {"sig", toBase64(signature)}}});
    std::string text = dumpJson(json);
    const Sha256Digest digest = sha256(asBytes(text));
    return {std::move(text), digest};
}

Result<CanonicalEnvelope> signStatement(std::string_view payloadType, BytesView payload,
                                        const ed25519::PublicKey& key, const SecretBytes& seed)
{
    ASSIGN_OR_RETURN(const auto own, ed25519::publicKey(seed));
    if (own != key) {
        return noStatement(QStringLiteral("the seed is another operator's"));
    }
    ASSIGN_OR_RETURN(const auto signature, ed25519::sign(seed, dssePreAuthentication(payloadType, payload)));
    CanonicalEnvelope envelope = canonicalEnvelope(payloadType, payload, key, signature);
    return envelope.json.size() <= approvalMaxBytes
               ? Result<CanonicalEnvelope>(std::move(envelope))
               : Result<CanonicalEnvelope>(noStatement(QStringLiteral("longer than 16 KiB")));
}

Result<DsseEnvelope> parseOperatorEnvelope(std::string_view json, std::string_view payloadType)
{
    auto envelope = parseDsse(json, approvalMaxBytes);
    if (!envelope) {
        return noStatement(envelope.error().detail);
    }
    if (envelope->payloadType != payloadType) {
        return noStatement(
            QStringLiteral("payloadType %1").arg(QString::fromStdString(envelope->payloadType).left(100)));
    }
    if (envelope->signatures.size() != 1) {
        return noStatement(QStringLiteral("%1 signatures").arg(envelope->signatures.size()));
    }
    return envelope;
}

Status checkStatementSignature(const DsseEnvelope& envelope, const ed25519::PublicKey& key)
{
    if (!ed25519::isValidPublicKey(key)) {
        return wrongStatementMember("operator");
    }
    if (!verifyDsse(envelope, {&key, 1})) {
        return failure(ErrorCode::BadSignature,
                       StatementEnvelopeText::tr(
                           "The statement is not signed by the operator whom it names. It is worth nothing."),
                       QString::fromStdString(toHex(key)));
    }
    return {};
}

Result<Json> parseStatementPayload(BytesView payload, std::span<const char* const> members)
{
    auto json = parseJson(asText(payload), {.maxBytes = approvalMaxBytes, .maxDepth = 1, .maxValues = 16});
    if (!json) {
        return noStatement(json.error().detail);
    }
    if (!json->is_object()) {
        return noStatement(QStringLiteral("payload: no object"));
    }
    for (const auto& [name, value] : json->items()) {
        const bool isKnown =
            std::ranges::any_of(members, [&member = name](const char* known) { return member == known; });
        if (!isKnown || !value.is_string()) {
            return noStatement(QStringLiteral("payload: %1").arg(QString::fromStdString(name).left(80)));
        }
    }
    return json;
}

std::string statementText(const Json& payload, const char* member)
{
    return requiredString(payload, member).value_or(std::string());
}

std::optional<Sha256Digest> statementHash(std::string_view text)
{
    const bool isHash = text.size() == hexOf32Bytes && std::ranges::all_of(text, ascii::isLowerHexDigit);
    const auto bytes = isHash ? fromHex(text) : Result<Bytes>(Bytes());
    Sha256Digest hash{};
    if (!bytes || bytes->size() != hash.size()) {
        return std::nullopt;
    }
    std::ranges::copy(*bytes, hash.begin());
    return hash;
}

Result<StatementOrigin> statementOrigin(const Json& payload)
{
    const auto key = statementHash(statementText(payload, "operator"));
    if (!key) {
        return wrongStatementMember("operator");
    }
    const auto at = fromIso8601(statementText(payload, "at"));
    if (!at) {
        return wrongStatementMember("at");
    }
    return StatementOrigin{*key, *at};
}

tl::unexpected<Error> noStatement(const QString& detail)
{
    return failure(
        ErrorCode::InvalidInput,
        StatementEnvelopeText::tr("This is no operator's statement. Ask its sender how it was made."),
        detail);
}

tl::unexpected<Error> wrongStatementMember(const char* member)
{
    return noStatement(QStringLiteral("payload: %1").arg(QLatin1StringView(member)));
}

}  // namespace countersign
