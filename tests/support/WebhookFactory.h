#pragma once

#include "core/base/Clock.h"
#include "core/base/Json.h"
#include "core/base/Random.h"
#include "core/crypto/HybridEnvelope.h"
#include "core/crypto/Sha256.h"
#include "core/crypto/WebhookSignature.h"
#include "core/inbox/Feed.h"

#include <optional>
#include <string>

namespace countersign {

/// What one delegation brings; the defaults make a good one.
struct DelegationParts
{
    std::string eventId = randomUuid();
    std::string walletId = randomUuid();
    UnixMillis at = 1'750'000'000'000;
    std::optional<std::string> shareSetId;
    std::string chain = "EVM";
    std::string address = "0x52908400098527886e0f7030069857d2e4169ee7";
    std::string share = R"({"pubkey":{},"secretShare":"00ff00ff"})";
    std::string walletApiKey = "dyn_wallet_key";
    std::optional<std::string> kid;
};

/// Why this class exists: tests and the bench of the inbox need what Dynamic would post, encrypted and signed
/// for a test profile.
class WebhookFactory
{
public:
    static constexpr const char* environmentId = "11111111-2222-4333-8444-555555555555";

    WebhookFactory(RsaPublicKey key, std::string_view secret)
        : m_key(std::move(key)), m_secret(SecretBytes::copyOf(secret))
    {}

    Json envelopeJson(std::string_view plaintext, const std::optional<std::string>& kid = {}) const
    {
        const auto sealed = sealEnvelope(m_key, asBytes(plaintext), {.kid = kid});
        return toJson(*sealed);
    }

    static Json head(std::string_view name, const std::string& eventId, UnixMillis at)
    {
        return {{"messageId", randomUuid()},     {"eventId", eventId},        {"eventName", name},
                {"timestamp", toIso8601(at)},    {"webhookId", randomUuid()}, {"userId", nullptr},
                {"environmentId", environmentId}};
    }

    Json created(const DelegationParts& parts) const
    {
        Json body = head("wallet.delegation.created", parts.eventId, parts.at);
        body["data"] = {{"walletId", parts.walletId},
                        {"chain", parts.chain},
                        {"publicKey", parts.address},
                        {"userId", "user-of-" + parts.walletId},
                        {"encryptedDelegatedShare", envelopeJson(parts.share)},
                        {"encryptedWalletApiKey", envelopeJson(parts.walletApiKey, parts.kid)}};
        if (parts.shareSetId) {
            body["data"]["shareSetId"] = *parts.shareSetId;
        }
        return body;
    }

    static Json revoked(const std::string& walletId, UnixMillis at,
                        const std::optional<std::string>& shareSetId = {},
                        const std::string& eventId = randomUuid())
    {
        Json body = head("wallet.delegation.revoked", eventId, at);
        body["data"] = {{"walletId", walletId}};
        if (shareSetId) {
            body["data"]["shareSetId"] = *shareSetId;
        }
        return body;
    }

    /// Signed, as the relay would hand it over.
    FeedEntry entry(std::int64_t seq, const std::string& body) const
    {
        FeedEntry entry;
        entry.seq = seq;
        entry.kind = "webhook";
        entry.receivedAt = 1'750'000'100'000 + seq;
        entry.body = toBytes(asBytes(body));
        entry.headers = {{"content-type", "application/json"},
                         {std::string(webhookSignatureHeader), signWebhook(m_secret, entry.body)}};
        return entry;
    }
    FeedEntry entry(std::int64_t seq, const Json& body) const { return entry(seq, dumpJson(body)); }

private:
    RsaPublicKey m_key;
    SecretBytes m_secret;
};

inline FeedPage pageOf(std::vector<FeedEntry> entries)
{
    FeedPage page;
    page.cursor = entries.empty() ? 0 : entries.back().seq;
    page.entries = std::move(entries);
    return page;
}

}  // namespace countersign
