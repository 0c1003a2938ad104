#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "services/sandbox/Faults.h"
#include "services/sandbox/enclave/EnclaveRoot.h"
#include "services/sandbox/signing/DelegatedShare.h"
#include "services/sandbox/signing/DelegationFactory.h"
#include "services/sandbox/signing/JointSignature.h"
#include "services/sandbox/signing/SigningPolicy.h"
#include "services/sandbox/signing/SigningRooms.h"
#include "services/sandbox/state/MessageStore.h"
#include "services/sandbox/state/SandboxIdentity.h"
#include "services/sandbox/state/SandboxTypes.h"
#include "services/sandbox/state/SettingsStore.h"
#include "services/sandbox/state/SignatureStore.h"
#include "services/sandbox/state/TokenStore.h"
#include "services/sandbox/state/WalletStore.h"
#include "services/sandbox/webhooks/RetrySchedule.h"
#include "services/sandbox/webhooks/WebhookDelivery.h"
#include "services/sandbox/webhooks/WebhookMessages.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace countersign::sandbox {

/// The simulated service. It plays Dynamic: who has wallets, what approval, re-delegation and revocation do,
/// which messages follow. Every change is on disk together with its message before the call returns. MPC is
/// simulated: this one process makes and knows both shares of every key. Thread-safe; calls block on disk and
/// computation.
class Sandbox final : public DeliverySource
{
public:
    struct Options
    {
        std::filesystem::path state;               ///< empty: in memory, gone at the end
        std::optional<SecretBytes> webhookSecret;  ///< replaces the kept one
        std::string webhookUrl;                    ///< replaces the kept one; empty: the kept one, if any
        std::string encryptionKey;                 ///< registered at start; empty: none
        RetrySchedule retries;
    };

    /// The clock must outlive the sandbox.
    static Result<std::unique_ptr<Sandbox>> open(Options options, const Clock& clock);
    ~Sandbox() override;
    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;

    const SandboxIdentity& identity() const { return m_identity; }
    /// Empty: there is nowhere to deliver to; messages wait.
    const std::string& webhookUrl() const { return m_webhookUrl; }

    /// Called with messages that have become due, outside the lock, on the calling thread.
    void setMessageListener(std::function<void(std::vector<MessageStore::Due>)> listener);
    /// What an earlier run left undelivered.
    Result<std::vector<MessageStore::Due>> pendingMessages();
    /// The signed ping of §1.4; nothing happens without a webhook address.
    Status ping();

    struct Delegated
    {
        std::string walletId;
        std::string address;
        std::string userId;
    };
    /// count (1 to maxBulkDelegations) users with a wallet each, all delegated; or all of one user, who must
    /// have a wallet already (NotFound). Unsupported when no encryption key is registered, or delegated
    /// access is switched off. Large counts are stored in parts: after a Storage failure the earlier parts
    /// stand.
    Result<std::vector<Delegated>> delegateNew(Chain chain, std::size_t count,
                                               const std::optional<std::string>& userId = {});
    /// The same wallet again: a new share set and wallet API key, the old ones die. NotFound, InvalidInput
    /// (other chain), Unsupported as above.
    Result<Delegated> delegateAgain(const std::string& walletId, Chain chain);
    /// The user or the developer revokes; shareSetId: only if it is the active one. NotFound when there is no
    /// such wallet or no active delegation.
    Status revoke(const std::string& walletId, const std::optional<std::string>& shareSetId = {});
    Result<std::vector<WalletSummary>> wallets();

    struct SigningWallet
    {
        Wallet wallet;
        std::optional<ShareSet> active;  ///< nothing: no delegation, or it was revoked
        WalletSettings settings;
    };
    /// Nothing when there is no such wallet.
    Result<std::optional<SigningWallet>> signingWallet(const std::string& walletId);
    /// The end of a ceremony: both shares sign what the room is bound to. The record is on disk before this
    /// returns. Denied when the share, or the room's share set, is not the wallet's active one, or does not
    /// belong to its key; AlreadyExists when the room gave a signature before.
    Result<JointSignature> issueSignature(const SigningRoom& room, const DelegatedShare& share);
    /// The data of ceremony_complete.
    Json ceremonyJson(const SigningRoom& room);
    /// Every signature ever issued.
    Result<std::vector<SignatureRecord>> signatures();

    Result<SigningPolicy> policy();
    Status setPolicy(const SigningPolicy& policy);
    /// Sends the webhook of §1.8.
    Status reportViolation(const Wallet& wallet, const PolicyRefusal& refusal);
    /// For the attestation documents. Corrupt when its key is missing.
    Result<EnclaveRoot> enclaveRoot();
    const Clock& clock() const { return m_clock; }

    /// PEM, or base64 of DER or PEM (§2.6); RSA of at least 2048 bits. The same key again keeps its kid and
    /// becomes the one in use. InvalidInput.
    Result<EncryptionKey> registerEncryptionKey(std::string_view publicKey);
    Result<std::vector<EncryptionKey>> encryptionKeys();

    /// Behind a position, in order; what is older than the retention is gone.
    Result<MessageStore::Page> messages(std::int64_t after, int limit, bool withBodies = false);
    Result<std::optional<Message>> message(const std::string& messageId);
    /// §1.9: sends a message again, marked as a redelivery, with a new round of retries. NotFound; Busy while
    /// it is still being delivered; Unsupported while the webhook is switched off.
    Result<Message> redeliver(const std::string& messageId);

    // For consoles that inspect (SandboxInspection.cpp). What changes something takes the body of its control
    // call; InvalidInput when that is wrong.
    Result<DelegatedAccess> delegatedAccess();
    Result<DelegatedAccess> changeDelegatedAccess(std::string_view body);
    WebhookState webhookState();
    Result<WebhookState> changeWebhook(std::string_view body);
    /// The token that this is, the sandbox's own included; nothing: none.
    Result<std::optional<ApiToken>> tokenOf(std::string_view bearer);
    struct NewToken
    {
        ApiToken token;
        SecretBytes text;  ///< not to be had again
    };
    Result<NewToken> makeToken(const TokenRequest& request);
    Result<std::vector<ApiToken>> tokens();
    Status removeToken(const std::string& tokenId);  ///< NotFound
    /// Empty: there is no such user.
    Result<std::vector<SigningWallet>> userWallets(const std::string& userId);
    /// NotFound.
    Result<WalletSettings> changeWalletSettings(const std::string& walletId, std::string_view body);
    /// The user signs on: what was to happen then to the user's wallets happens. The wallets whose delegation
    /// ended. NotFound.
    Result<std::vector<std::string>> signOn(const std::string& userId);
    Status addMessages(const MessagesRequest& request);
    Result<std::optional<Message>> event(const std::string& eventId);
    /// Asked for each message that is about to be sent.
    void setDeliveryFaults(std::function<std::optional<WebhookFault>()> faults);

    Result<WebhookRequest> prepare(const std::string& messageId) override;
    Result<std::vector<std::optional<UnixMillis>>> record(
        const std::vector<AttemptOutcome>& outcomes) override;

private:
    static constexpr const char* disabledError = "The webhook is switched off.";

    Sandbox(std::unique_ptr<StateDatabase> database, RetrySchedule retries, const Clock& clock);
    Status start(const Options& options);
    Status loadSettings(const Options& options);
    Status loadWebhookState();
    // These need the lock, which their callers hold.
    Result<DelegatedAccess> delegatedAccessLocked() const;
    Result<std::optional<SigningWallet>> signingWalletLocked(const std::string& walletId);
    Status storeWebhookState(const WebhookState& state);
    Result<bool> disableIfFailing();
    Status forgetOldMessages();
    Status post(const Message& message, std::vector<MessageStore::Due>& due);
    void plan(WebhookRequest& request) const;
    Result<EncryptionKey> currentKey();
    Status storeDelegations(const std::vector<DelegationFactory::Both>& made,
                            std::vector<MessageStore::Due>& due);
    UnixMillis nextEventTime();
    void announce(std::vector<MessageStore::Due> due);

    std::mutex m_mutex;
    std::unique_ptr<StateDatabase> m_database;
    SettingsStore m_settings;
    WalletStore m_wallets;
    MessageStore m_messageStore;
    SignatureStore m_signatures;
    TokenStore m_tokens;
    RetrySchedule m_retries;
    const Clock& m_clock;
    SandboxIdentity m_identity;
    std::string m_webhookUrl;
    WebhookState m_webhookState;
    std::function<std::optional<WebhookFault>()> m_deliveryFaults;
    std::optional<WebhookMessages> m_messages;
    UnixMillis m_lastEventTime = 0;
    std::function<void(std::vector<MessageStore::Due>)> m_listener;
};

}  // namespace countersign::sandbox
