#pragma once

#include "core/base/encoding/Json.h"
#include "services/sandbox/state/SandboxTypes.h"

#include <string>

namespace countersign::sandbox {

/// Builds the webhook messages: the bodies that receivers are written against, in the exact shape of protocol
/// reference §1.2 to §1.7, in one place. Bodies are compact JSON; members stand in the order of the
/// reference's sample.
class WebhookMessages
{
public:
    WebhookMessages(std::string environmentId, std::string webhookId)
        : m_environmentId(std::move(environmentId)), m_webhookId(std::move(webhookId))
    {}

    /// §1.6. The envelopes are the JSON objects of §2.1.
    Message delegationCreated(const Wallet& wallet, const std::string& shareSetId, const Json& encryptedShare,
                              const Json& encryptedWalletApiKey, UnixMillis time) const;
    /// §1.7, with the share set that ended.
    Message delegationRevoked(const Wallet& wallet, const std::string& shareSetId, UnixMillis time) const;
    /// §1.8; details: what goes into data beside the wallet.
    Message policyViolation(const Wallet& wallet, const std::string& reasonCode,
                            const std::string& errorMessage, const Json& details, UnixMillis time) const;
    /// An event that has nothing to do with wallets.
    Message otherEvent(const std::string& eventName, UnixMillis time) const;
    /// §1.4.
    Message ping(const std::string& url, UnixMillis time) const;

    /// The body of a redelivery by hand: the same with "redelivery": true (§1.2). body must be one of ours.
    static std::string redelivered(const std::string& body);

    /// What this webhook is subscribed to (§1.5).
    static Json subscribedEvents();

private:
    Message message(const std::string& eventName, UnixMillis time, Json data) const;

    std::string m_environmentId;
    std::string m_webhookId;
};

}  // namespace countersign::sandbox
