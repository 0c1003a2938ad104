#pragma once

#include "core/base/Clock.h"
#include "core/base/PendingCall.h"
#include "core/dynamic/DynamicApi.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace countersign {

/// The share sets of a wallet's key beside the user's own, as far as an answer lists them (§3.8).
struct ListedShareSets
{
    bool areListed = false;
    std::vector<std::string> delegated;  ///< the ids of the delegated ones, where they are told
};

/// What GET …/waas/{walletId} tells whoever inspects (protocol reference §3.5, refresh §1).
struct InspectedWallet
{
    WaasWallet wallet;
    /// Whether one of the shares that are listed is a delegated one; nothing: none are listed.
    std::optional<bool> isDelegated;
    /// Settings of the wallet that will end our share set when its owner signs on next, by their names.
    std::vector<std::string> pendingChanges;
    ListedShareSets shareSets;
};

/// A wallet among a user's credentials (§6.2).
struct OwnedWallet
{
    std::string id;       ///< of the credential; that of the wallet where Dynamic made it. May be empty
    std::string address;  ///< may be empty
    std::optional<bool> isDelegated;  ///< nothing: not told
    std::vector<std::string> pendingChanges;
    ListedShareSets shareSets;
};

/// Whether wallets can be delegated in this environment at all, and whether users are led to it (§0).
struct DelegatedAccessSettings
{
    bool enabled = false;
    std::optional<bool> promptUsersOnSignIn;  ///< nothing: not told
    std::optional<bool> requiresDelegation;

    bool operator==(const DelegatedAccessSettings&) const = default;
};

/// An RSA key to which Dynamic encrypts (§2.6).
struct EncryptionKeyRecord
{
    std::string kid;
    std::string status;        ///< "pending", "active", "revoked"; empty: not told
    std::string publicKey;     ///< PEM, or base64 of PEM or DER: the sources disagree. May be empty
    UnixMillis createdAt = 0;  ///< 0: not told
    UnixMillis expiresAt = 0;
};

/// A webhook as it is registered (§1.9).
struct RegisteredWebhook
{
    std::string webhookId;
    std::string url;
    std::vector<std::string> events;
    bool isEnabled = false;

    bool operator==(const RegisteredWebhook&) const = default;
};

/// What a webhook was sent (§1.9). One message may be told of several times, once for each attempt.
struct WebhookMessageRecord
{
    std::string messageId;
    std::string eventId;
    std::string eventName;     ///< empty: not told
    std::string status;        ///< a free text; empty: not told
    UnixMillis createdAt = 0;  ///< 0: not told
    /// The request's bytes with the signature that they were sent with, where both are told. Untrusted: only
    /// the signature vouches for them.
    struct Sent
    {
        std::string body;
        std::string signatureHeader;  ///< its name, lower case
        std::string signature;
    };
    std::optional<Sent> sent;
};

struct WebhookMessagePage
{
    std::vector<WebhookMessageRecord> messages;
    std::string cursor;  ///< what to ask for next; empty: this was the last page
    /// Entries that could not be read. They are told of, never guessed.
    int unreadable = 0;
};

/// Who the API token is (§3.6).
struct TokenRecord
{
    std::vector<std::string> scopes;
    std::string environmentId;  ///< empty: not told
};

/// An answer with the time of Dynamic's clock when it was made (its Date header, whole seconds).
template <typename T>
struct Dated
{
    T value;
    std::optional<UnixMillis> serverTime;
};

/// The calls of Dynamic's REST API that look and change nothing, and the one that sends a webhook message
/// again. Errors as those of DynamicApi; a call within a pause that Dynamic asked for is Busy at once.
/// Callbacks come exactly once, never within the call.
class InspectionApi
{
public:
    InspectionApi() = default;
    virtual ~InspectionApi() = default;
    InspectionApi(const InspectionApi&) = delete;
    InspectionApi& operator=(const InspectionApi&) = delete;

    /// How long Dynamic asked not to be asked.
    virtual std::chrono::milliseconds pauseLeft() const = 0;

    [[nodiscard]] virtual PendingCallPtr wallet(const std::string& walletId,
                                                Callback<InspectedWallet> answered) = 0;
    /// GET …/users/{userId}: the user's wallets.
    [[nodiscard]] virtual PendingCallPtr userWallets(const std::string& userId,
                                                     Callback<std::vector<OwnedWallet>> answered) = 0;
    /// GET /sdk/{env}/settings, which needs no token and is asked without one.
    [[nodiscard]] virtual PendingCallPtr delegatedAccess(
        Callback<Dated<DelegatedAccessSettings>> answered) = 0;
    [[nodiscard]] virtual PendingCallPtr encryptionKeys(
        Callback<std::vector<EncryptionKeyRecord>> answered) = 0;
    [[nodiscard]] virtual PendingCallPtr webhooks(Callback<std::vector<RegisteredWebhook>> answered) = 0;
    [[nodiscard]] virtual PendingCallPtr token(Callback<Dated<TokenRecord>> answered) = 0;
    /// cursor: of the page before; empty: from the start.
    [[nodiscard]] virtual PendingCallPtr webhookMessages(const std::string& webhookId,
                                                         const std::string& cursor,
                                                         Callback<WebhookMessagePage> answered) = 0;
    /// GET …/events/{eventId}: the event's name.
    [[nodiscard]] virtual PendingCallPtr eventName(const std::string& eventId,
                                                   Callback<std::string> answered) = 0;
    /// POST …/messages/{messageId}/redeliver. Not repeated by itself. AlreadyExists (409): not now.
    [[nodiscard]] virtual PendingCallPtr redeliver(const std::string& webhookId, const std::string& messageId,
                                                   Callback<void> answered) = 0;
};

}  // namespace countersign
