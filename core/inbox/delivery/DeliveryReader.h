#pragma once

#include "core/audit/trust/TrustedSecrets.h"
#include "core/audit/trust/TrustedSettings.h"
#include "core/crypto/envelopes/WebhookSignature.h"
#include "core/inbox/delivery/DeliveryStore.h"
#include "core/inbox/delivery/WebhookEvent.h"

#include <optional>
#include <vector>

namespace countersign {

/// A delivery's kind that carries a webhook; every other is kept and shown only.
inline constexpr std::string_view webhookDeliveryKind = "webhook";

/// What a delivery is before anything is looked up or opened.
struct ReadDelivery
{
    bool isWebhook = false;
    std::optional<WebhookEvent> event;  ///< as far as it could be read; nothing when it was not verified
    std::optional<QuarantineReason> refusal;

    const WebhookEvent* eventOrNull() const { return event ? &*event : nullptr; }
    /// Nothing vouches for it: no valid signature, or a kind that has none. What a handler judges says so
    /// itself.
    bool isUnverified() const { return !event; }
    /// Brings material that has to be opened.
    bool bringsMaterial() const { return !refusal && event && event->kind == WebhookKind::DelegationCreated; }
};

/// Signature check and parser for webhook deliveries. Nothing of a body may be believed before its signature
/// over the raw bytes was verified, and every refusal needs a reason that the operator can act on. Holds the
/// profile's webhook secrets as long as it lives: make one per page.
class DeliveryReader
{
public:
    /// Locked when the vault is locked; BadSignature when a setting that decides what is accepted was changed
    /// behind the programs' back.
    static Result<DeliveryReader> make(const TrustedSecrets& secrets, const TrustedSettings& settings);

    /// receivedAt: stands for the time of a revocation that names none.
    ReadDelivery read(std::string_view kind, const HeaderFields& headers, BytesView body,
                      UnixMillis receivedAt) const;

private:
    DeliveryReader() = default;
    std::vector<SecretBytes> m_secrets;
    OldSignatureHeader m_oldHeader = OldSignatureHeader::Refuse;
    std::optional<std::string> m_environment;
};

}  // namespace countersign
