#pragma once

#include "core/base/Bytes.h"
#include "core/base/SecretBytes.h"

#include <QString>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Webhook signatures: an HMAC over the raw body (protocol reference §1.1). It is a webhook's only proof of
// origin. Everything that decides about it is here, so that console, command line, relay and sandbox cannot
// disagree.

namespace countersign {

/// Name and value, as received; names are compared without regard to case (RFC 9110 §5.1).
using HeaderFields = std::vector<std::pair<std::string, std::string>>;

inline constexpr std::string_view webhookSignatureHeader = "x-dynamic-signature-256";
/// Older pages of Dynamic's documentation; accepted only where the operator said so.
inline constexpr std::string_view oldWebhookSignatureHeader = "x-dynamic-signature";

enum class WebhookVerdict {
    Valid,
    MissingHeader,
    RepeatedHeader,   ///< more than one, equal or not: which one counts would be a guess
    MalformedHeader,  ///< not "sha256=" and 64 digits 0-9a-f
    NoSecret,         ///< nothing to verify with: no secret is configured, or only empty ones
    Mismatch,         ///< well formed, and made with none of the secrets or for another body
};

struct WebhookVerification
{
    WebhookVerdict verdict = WebhookVerdict::MissingHeader;
    std::optional<std::size_t> secretIndex;  ///< which of the given secrets matched, when Valid

    bool isValid() const { return verdict == WebhookVerdict::Valid; }
    /// For the operator, translated; never shown to the sender.
    QString reason() const;
};

/// headerValue: the header's value alone. body: the raw bytes as received, never re-serialised. secrets: the
/// current one and those that still overlap; each is the whole UTF-8 text of the secret. Every secret is
/// tried and compared in constant time whether or not an earlier one matched. An empty secret never matches.
WebhookVerification verifyWebhook(std::string_view headerValue, BytesView body,
                                  std::span<const SecretBytes> secrets);

enum class OldSignatureHeader { Refuse, Accept };

/// Finds the header first: exactly one of the current name. With Accept, exactly one of the old name does
/// when the current one is absent.
WebhookVerification verifyWebhookHeaders(const HeaderFields& headers, BytesView body,
                                         std::span<const SecretBytes> secrets,
                                         OldSignatureHeader old = OldSignatureHeader::Refuse);

/// The header value that Dynamic would send: "sha256=" and 64 lowercase hex digits.
std::string signWebhook(const SecretBytes& secret, BytesView body);

}  // namespace countersign
