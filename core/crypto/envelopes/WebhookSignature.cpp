#include "core/crypto/envelopes/WebhookSignature.h"

#include "core/base/encoding/Hex.h"
#include "core/base/text/Ascii.h"
#include "core/crypto/primitives/Hmac.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct WebhookSignatureText
{
    Q_DECLARE_TR_FUNCTIONS(WebhookSignatureText)
};

constexpr std::string_view signaturePrefix = "sha256=";
constexpr std::size_t headerLength = signaturePrefix.size() + 64;

bool sameName(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b, {}, ascii::lower, ascii::lower);
}

bool isWellFormed(std::string_view value)
{
    return value.size() == headerLength && value.starts_with(signaturePrefix) &&
           std::ranges::all_of(value.substr(signaturePrefix.size()), ascii::isLowerHexDigit);
}

std::vector<std::string_view> valuesOf(const HeaderFields& headers, std::string_view name)
{
    std::vector<std::string_view> values;
    for (const auto& [key, value] : headers) {
        if (sameName(key, name)) {
            values.emplace_back(value);
        }
    }
    return values;
}

}  // namespace

QString WebhookVerification::reason() const
{
    switch (verdict) {
        case WebhookVerdict::Valid:
            return WebhookSignatureText::tr("The signature is valid.");
        case WebhookVerdict::MissingHeader:
            return WebhookSignatureText::tr("The webhook carries no signature.");
        case WebhookVerdict::RepeatedHeader:
            return WebhookSignatureText::tr("The webhook carries more than one signature.");
        case WebhookVerdict::MalformedHeader:
            return WebhookSignatureText::tr(
                "The signature is not written as sha256= and 64 lowercase hex digits.");
        case WebhookVerdict::NoSecret:
            return WebhookSignatureText::tr("No webhook secret is configured to verify with.");
        case WebhookVerdict::Mismatch:
            return WebhookSignatureText::tr(
                "The signature was made with another secret or for another body.");
    }
    return {};
}

WebhookVerification verifyWebhook(std::string_view headerValue, BytesView body,
                                  std::span<const SecretBytes> secrets)
{
    if (!isWellFormed(headerValue)) {
        return {WebhookVerdict::MalformedHeader, {}};
    }
    if (std::ranges::all_of(secrets, &SecretBytes::isEmpty)) {
        return {WebhookVerdict::NoSecret, {}};
    }
    const auto given = fromHex(headerValue.substr(signaturePrefix.size()));
    if (!given) {
        return {WebhookVerdict::MalformedHeader, {}};
    }
    WebhookVerification result{WebhookVerdict::Mismatch, {}};
    for (std::size_t i = 0; i < secrets.size(); ++i) {
        const bool matches = equalConstantTime(hmacSha256(secrets[i].view(), body), *given);
        if (matches && !secrets[i].isEmpty() && !result.secretIndex) {
            result = {WebhookVerdict::Valid, i};
        }
    }
    return result;
}

WebhookVerification verifyWebhookHeaders(const HeaderFields& headers, BytesView body,
                                         std::span<const SecretBytes> secrets, OldSignatureHeader old)
{
    std::vector<std::string_view> values = valuesOf(headers, webhookSignatureHeader);
    if (values.empty() && old == OldSignatureHeader::Accept) {
        values = valuesOf(headers, oldWebhookSignatureHeader);
    }
    if (values.empty()) {
        return {WebhookVerdict::MissingHeader, {}};
    }
    if (values.size() > 1) {
        return {WebhookVerdict::RepeatedHeader, {}};
    }
    return verifyWebhook(values.front(), body, secrets);
}

std::string signWebhook(const SecretBytes& secret, BytesView body)
{
    return std::string(signaturePrefix) + toHex(hmacSha256(secret.view(), body));
}

}  // namespace countersign
