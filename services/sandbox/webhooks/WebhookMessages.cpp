#include "services/sandbox/webhooks/WebhookMessages.h"

#include "core/base/Random.h"

namespace countersign::sandbox {

namespace {

constexpr const char* createdEvent = "wallet.delegation.created";
constexpr const char* revokedEvent = "wallet.delegation.revoked";
constexpr const char* violationEvent = "waas.policy.violation";

}  // namespace

Json WebhookMessages::subscribedEvents()
{
    return Json::array({createdEvent, revokedEvent, violationEvent});
}

Message WebhookMessages::message(const std::string& eventName, UnixMillis time, Json data) const
{
    Message message;
    message.messageId = randomUuid();
    message.eventId = randomUuid();
    message.eventName = eventName;
    message.createdAt = time;
    message.nextAttemptAt = time;
    Json body;
    body["messageId"] = message.messageId;
    body["eventId"] = message.eventId;
    body["eventName"] = message.eventName;
    body["timestamp"] = toIso8601(time);
    body["webhookId"] = m_webhookId;
    body["userId"] = nullptr;
    body["environmentId"] = m_environmentId;
    body["environmentName"] = "sandbox";
    body["data"] = std::move(data);
    message.body = dumpJson(body);
    return message;
}

Message WebhookMessages::otherEvent(const std::string& eventName, UnixMillis time) const
{
    return message(eventName, time, Json{{"note", "An event of the sandbox."}});
}

Message WebhookMessages::delegationCreated(const Wallet& wallet, const std::string& shareSetId,
                                           const Json& encryptedShare, const Json& encryptedWalletApiKey,
                                           UnixMillis time) const
{
    Json data;
    data["chain"] = chainName(wallet.chain);
    data["walletId"] = wallet.walletId;
    data["userId"] = wallet.userId;
    data["publicKey"] = wallet.address;
    data["encryptedDelegatedShare"] = encryptedShare;
    data["encryptedWalletApiKey"] = encryptedWalletApiKey;
    data["shareSetId"] = shareSetId;
    return message(createdEvent, time, std::move(data));
}

Message WebhookMessages::delegationRevoked(const Wallet& wallet, const std::string& shareSetId,
                                           UnixMillis time) const
{
    Json data;
    data["walletId"] = wallet.walletId;
    data["chain"] = chainName(wallet.chain);
    data["publicKey"] = wallet.address;
    data["userId"] = wallet.userId;
    data["shareSetId"] = shareSetId;
    return message(revokedEvent, time, std::move(data));
}

Message WebhookMessages::policyViolation(const Wallet& wallet, const std::string& reasonCode,
                                         const std::string& errorMessage, const Json& details,
                                         UnixMillis time) const
{
    Json data;
    data["errorMessage"] = errorMessage;
    data["reasonCode"] = reasonCode;
    data["publicKey"] = wallet.address;
    data["walletId"] = wallet.walletId;
    data.update(details);
    return message(violationEvent, time, std::move(data));
}

Message WebhookMessages::ping(const std::string& url, UnixMillis time) const
{
    Json data;
    data["webhookId"] = m_webhookId;
    data["message"] = "The Countersign sandbox reached this webhook. Its MPC is simulated.";
    data["events"] = subscribedEvents();
    data["url"] = url;
    data["isEnabled"] = true;
    return message("ping", time, std::move(data));
}

std::string WebhookMessages::redelivered(const std::string& body)
{
    Result<Json> json = parseJson(body);
    if (!json || !json->is_object()) {
        return body;
    }
    (*json)["redelivery"] = true;
    return dumpJson(*json);
}

}  // namespace countersign::sandbox
