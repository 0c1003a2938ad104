#include "core/inbox/delivery/DeliveryReader.h"

#include "core/inbox/delivery/DeliveryCauses.h"
#include "core/inbox/source/Feed.h"

#include <algorithm>

namespace countersign {

namespace {

std::string_view nameOf(WebhookVerdict verdict)
{
    switch (verdict) {
        case WebhookVerdict::Valid:
            return "valid";
        case WebhookVerdict::MissingHeader:
            return "no signature header";
        case WebhookVerdict::RepeatedHeader:
            return "more than one signature header";
        case WebhookVerdict::MalformedHeader:
            return "malformed signature header";
        case WebhookVerdict::NoSecret:
            return "no webhook secret is configured";
        case WebhookVerdict::Mismatch:
            return "made with none of the secrets, or for another body";
    }
    return "unknown";
}

QuarantineReason signatureRefusal(WebhookVerdict verdict, std::size_t secrets)
{
    const DeliveryCause cause =
        verdict == WebhookVerdict::NoSecret ? DeliveryCause::NoSecret : DeliveryCause::WrongSignature;
    return {"signature", stored(cause),
            std::string(nameOf(verdict)) + "; secrets tried: " + std::to_string(secrets)};
}

QuarantineReason unreadableEntry(const HeaderFields& headers)
{
    const auto detail = std::ranges::find(headers, unreadableEntryHeader, &HeaderFields::value_type::first);
    return {"unreadable", stored(DeliveryCause::UnreadableEntry),
            detail == headers.end() ? std::string() : detail->second};
}

}  // namespace

Result<DeliveryReader> DeliveryReader::make(const TrustedSecrets& secrets, const TrustedSettings& settings)
{
    DeliveryReader reader;
    ASSIGN_OR_RETURN(auto webhookSecrets, secrets.all(webhookSecretKind));
    reader.m_secrets = std::move(webhookSecrets);
    ASSIGN_OR_RETURN(const auto values,
                     settings.get({settingKeys::environment, settingKeys::acceptOldSignatureHeader}));
    const auto& environment = values.at(0);
    if (environment && !environment->empty()) {
        reader.m_environment = *environment;
    }
    if (values.at(1) == "true") {
        reader.m_oldHeader = OldSignatureHeader::Accept;
    }
    return reader;
}

ReadDelivery DeliveryReader::read(std::string_view kind, const HeaderFields& headers, BytesView body,
                                  UnixMillis receivedAt) const
{
    ReadDelivery delivery;
    if (kind == unreadableEntryKind) {
        delivery.refusal = unreadableEntry(headers);
        return delivery;
    }
    delivery.isWebhook = kind == webhookDeliveryKind;
    if (!delivery.isWebhook) {
        return delivery;
    }
    const WebhookVerification verified = verifyWebhookHeaders(headers, body, m_secrets, m_oldHeader);
    if (!verified.isValid()) {
        delivery.refusal = signatureRefusal(verified.verdict, m_secrets.size());
        return delivery;
    }
    WebhookReading reading = readWebhook(body);
    delivery.event = std::move(reading.event);
    if (delivery.event->kind == WebhookKind::DelegationRevoked && delivery.event->timestamp == 0) {
        delivery.event->timestamp = receivedAt;
        delivery.event->isTimeOfReceipt = true;
    }
    if (reading.error) {
        delivery.refusal = QuarantineReason{"unreadable", stored(DeliveryCause::UnreadableBody),
                                            reading.error->detail.toStdString()};
    } else if (m_environment && delivery.event->environmentId &&
               *delivery.event->environmentId != *m_environment) {
        delivery.refusal = QuarantineReason{
            "environment", stored(DeliveryCause::OtherEnvironment),
            "environment " + *delivery.event->environmentId + ", expected " + *m_environment};
    }
    return delivery;
}

}  // namespace countersign
