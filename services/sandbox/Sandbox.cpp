#include "services/sandbox/Sandbox.h"

#include "core/base/Random.h"
#include "core/base/encoding/Base64.h"
#include "core/crypto/envelopes/WebhookSignature.h"
#include "services/sandbox/api/EncryptionKeyText.h"
#include "services/sandbox/state/StateDatabase.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign::sandbox {

namespace {

struct SandboxText
{
    Q_DECLARE_TR_FUNCTIONS(SandboxText)
};

/// Guarded memory takes pages of its own and the system limits their number, so a bulk is made in parts.
constexpr std::size_t bulkPart = 500;

tl::unexpected<Error> unknownWallet()
{
    return failure(ErrorCode::NotFound, SandboxText::tr("There is no such wallet."));
}

/// "dynamic_rsa_" and 8 characters (protocol reference §1.6).
std::string randomKid()
{
    return "dynamic_rsa_" + toBase64Url(randomBytes(6));
}

}  // namespace

Sandbox::Sandbox(std::unique_ptr<StateDatabase> database, RetrySchedule retries, const Clock& clock)
    : m_database(std::move(database)),
      m_settings(*m_database),
      m_wallets(*m_database),
      m_messageStore(*m_database),
      m_signatures(*m_database),
      m_tokens(*m_database),
      m_retries(std::move(retries)),
      m_clock(clock)
{}

Sandbox::~Sandbox() = default;

Result<std::unique_ptr<Sandbox>> Sandbox::open(Options options, const Clock& clock)
{
    ASSIGN_OR_RETURN(std::unique_ptr<StateDatabase> database, StateDatabase::open(options.state));
    std::unique_ptr<Sandbox> sandbox(new Sandbox(std::move(database), options.retries, clock));
    RETURN_IF_ERROR(sandbox->start(options));
    return sandbox;
}

Status Sandbox::start(const Options& options)
{
    RETURN_IF_ERROR(m_database->transaction([&] { return loadSettings(options); }));
    m_messages.emplace(m_identity.environmentId, m_identity.webhookId);
    if (!options.encryptionKey.empty()) {
        RETURN_IF_ERROR(registerEncryptionKey(options.encryptionKey));
    }
    return {};
}

Status Sandbox::loadSettings(const Options& options)
{
    if (options.webhookSecret) {
        RETURN_IF_ERROR(m_settings.setSetting("webhook_secret", options.webhookSecret->view()));
    }
    if (!options.webhookUrl.empty()) {
        RETURN_IF_ERROR(m_settings.setSetting("webhook_url", asBytes(options.webhookUrl)));
    }
    ASSIGN_OR_RETURN(const std::optional<SecretBytes> url, m_settings.setting("webhook_url"));
    m_webhookUrl = url.has_value() ? std::string(url->text()) : std::string();
    ASSIGN_OR_RETURN(SandboxIdentity identity, SandboxIdentity::loadOrCreate(m_settings, m_clock.now()));
    m_identity = std::move(identity);
    return loadWebhookState();
}

void Sandbox::setMessageListener(std::function<void(std::vector<MessageStore::Due>)> listener)
{
    const std::scoped_lock lock(m_mutex);
    m_listener = std::move(listener);
}

void Sandbox::announce(std::vector<MessageStore::Due> due)
{
    std::function<void(std::vector<MessageStore::Due>)> listener;
    {
        const std::scoped_lock lock(m_mutex);
        listener = m_listener;
    }
    if (listener) {
        listener(std::move(due));
    }
}

Result<std::vector<MessageStore::Due>> Sandbox::pendingMessages()
{
    const std::scoped_lock lock(m_mutex);
    return m_messageStore.pending();
}

UnixMillis Sandbox::nextEventTime()
{
    // Receivers order the events of a wallet by this time, so no two calls may share a millisecond.
    m_lastEventTime = std::max(m_clock.now(), m_lastEventTime + 1);
    return m_lastEventTime;
}

Status Sandbox::ping()
{
    if (m_webhookUrl.empty()) {
        return {};
    }
    std::vector<MessageStore::Due> due;
    {
        const std::scoped_lock lock(m_mutex);
        const Message message = m_messages->ping(m_webhookUrl, nextEventTime());
        RETURN_IF_ERROR(m_database->transaction([&] { return post(message, due); }));
    }
    announce(std::move(due));
    return {};
}

Result<EncryptionKey> Sandbox::currentKey()
{
    ASSIGN_OR_RETURN(const std::vector<EncryptionKey> keys, m_settings.encryptionKeys());
    if (keys.empty()) {
        return failure(
            ErrorCode::Unsupported,
            SandboxText::tr(
                "No encryption key is registered yet. Register the console's RSA public key first."));
    }
    return keys.back();
}

Result<std::vector<Sandbox::Delegated>> Sandbox::delegateNew(Chain chain, std::size_t count,
                                                             const std::optional<std::string>& userId)
{
    if (count < 1 || count > maxBulkDelegations) {
        return failure(ErrorCode::InvalidInput,
                       SandboxText::tr("count must be from 1 to %1.").arg(maxBulkDelegations));
    }
    std::unique_lock lock(m_mutex);
    if (userId) {
        ASSIGN_OR_RETURN(const std::vector<std::string> known, m_wallets.walletsOf(*userId));
        if (known.empty()) {
            return failure(ErrorCode::NotFound, SandboxText::tr("There is no such user."));
        }
    }
    const Result<DelegatedAccess> access = delegatedAccessLocked();
    if (!access || !access->enabled) {
        return access ? failure(ErrorCode::Unsupported,
                                SandboxText::tr("Delegated access is switched off in this environment."))
                      : failure(access.error());
    }
    const Result<EncryptionKey> key = currentKey();
    const UnixMillis time = nextEventTime();
    lock.unlock();
    if (!key) {
        return failure(key.error());
    }
    ASSIGN_OR_RETURN(RsaPublicKey publicKey, RsaPublicKey::fromPem(asBytes(key->publicKeyPem)));
    const DelegationFactory maker(*m_messages, std::move(publicKey), key->kid);
    std::vector<Delegated> answer;
    while (answer.size() < count) {
        const Result<std::vector<DelegationFactory::Both>> made =
            maker.makeMany(chain, std::min(bulkPart, count - answer.size()), time, userId);
        if (!made) {
            return failure(made.error());
        }
        std::vector<MessageStore::Due> due;
        RETURN_IF_ERROR(storeDelegations(*made, due));
        for (const auto& [wallet, delegation] : *made) {
            answer.push_back({wallet.wallet.walletId, wallet.wallet.address, wallet.wallet.userId});
        }
        announce(std::move(due));
    }
    return answer;
}

Status Sandbox::storeDelegations(const std::vector<DelegationFactory::Both>& made,
                                 std::vector<MessageStore::Due>& due)
{
    const std::scoped_lock lock(m_mutex);
    return m_database->transaction([&]() -> Status {
        for (const DelegationFactory::Both& both : made) {
            RETURN_IF_ERROR(m_wallets.addWallet(both.wallet.wallet, both.wallet.ownShares)
                                .and_then([&] { return m_wallets.addShareSet(both.delegation.shareSet); })
                                .and_then([&] { return post(both.delegation.message, due); }));
        }
        return {};
    });
}

Result<Sandbox::Delegated> Sandbox::delegateAgain(const std::string& walletId, Chain chain)
{
    Delegated answer;
    std::vector<MessageStore::Due> due;
    const auto work = [&]() -> Status {
        const Result<std::optional<Wallet>> wallet = m_wallets.wallet(walletId);
        const Result<EncryptionKey> key = currentKey();
        if (!wallet) {
            return failure(wallet.error());
        }
        if (!wallet->has_value()) {
            return unknownWallet();
        }
        if ((*wallet)->chain != chain) {
            return failure(ErrorCode::InvalidInput, SandboxText::tr("The wallet is of another chain."));
        }
        if (!key) {
            return failure(key.error());
        }
        ASSIGN_OR_RETURN(RsaPublicKey publicKey, RsaPublicKey::fromPem(asBytes(key->publicKeyPem)));
        ASSIGN_OR_RETURN(const KeyShares own, m_wallets.ownShares(walletId));
        const UnixMillis time = nextEventTime();
        const DelegationFactory maker(*m_messages, std::move(publicKey), key->kid);
        ASSIGN_OR_RETURN(const NewDelegation made, maker.delegate(**wallet, own, time));
        answer = {walletId, (*wallet)->address, (*wallet)->userId};
        return m_wallets.endActiveShareSet(walletId, ShareSetStatus::Superseded, time)
            .and_then([&] { return m_wallets.addShareSet(made.shareSet); })
            .and_then([&] { return post(made.message, due); });
    };
    {
        const std::scoped_lock lock(m_mutex);
        RETURN_IF_ERROR(m_database->transaction(work));
    }
    announce(std::move(due));
    return answer;
}

Status Sandbox::revoke(const std::string& walletId, const std::optional<std::string>& shareSetId)
{
    std::vector<MessageStore::Due> due;
    const auto work = [&]() -> Status {
        ASSIGN_OR_RETURN(const std::optional<Wallet> wallet, m_wallets.wallet(walletId));
        ASSIGN_OR_RETURN(const std::optional<ShareSet> active, m_wallets.activeShareSet(walletId));
        if (!wallet.has_value()) {
            return unknownWallet();
        }
        if (!active.has_value() || (shareSetId && active->shareSetId != *shareSetId)) {
            return failure(ErrorCode::NotFound, SandboxText::tr("The wallet has no active delegation."));
        }
        const UnixMillis time = nextEventTime();
        const Message message = m_messages->delegationRevoked(*wallet, active->shareSetId, time);
        return m_wallets.endActiveShareSet(walletId, ShareSetStatus::Revoked, time).and_then([&] {
            return post(message, due);
        });
    };
    {
        const std::scoped_lock lock(m_mutex);
        RETURN_IF_ERROR(m_database->transaction(work));
    }
    announce(std::move(due));
    return {};
}

Result<std::vector<WalletSummary>> Sandbox::wallets()
{
    const std::scoped_lock lock(m_mutex);
    return m_wallets.summaries();
}

Result<EncryptionKey> Sandbox::registerEncryptionKey(std::string_view publicKey)
{
    ASSIGN_OR_RETURN(const RsaPublicKey key, parseEncryptionKeyText(publicKey));
    const std::scoped_lock lock(m_mutex);
    const UnixMillis now = m_clock.now();
    const EncryptionKey entry{randomKid(), key.spkiPem(), now, now};
    if (const Status used = m_database->transaction([&] { return m_settings.useEncryptionKey(entry); });
        !used) {
        return failure(used.error());
    }
    return currentKey();
}

Result<std::vector<EncryptionKey>> Sandbox::encryptionKeys()
{
    const std::scoped_lock lock(m_mutex);
    return m_settings.encryptionKeys();
}

Result<MessageStore::Page> Sandbox::messages(std::int64_t after, int limit, bool withBodies)
{
    const std::scoped_lock lock(m_mutex);
    RETURN_IF_ERROR(forgetOldMessages());
    return m_messageStore.page(after, limit, withBodies);
}

Result<std::optional<Message>> Sandbox::message(const std::string& messageId)
{
    const std::scoped_lock lock(m_mutex);
    RETURN_IF_ERROR(forgetOldMessages());
    return m_messageStore.message(messageId);
}

Result<Message> Sandbox::redeliver(const std::string& messageId)
{
    Message redelivered;
    const auto work = [&]() -> Status {
        ASSIGN_OR_RETURN(std::optional<Message> message, m_messageStore.message(messageId));
        if (!message.has_value()) {
            return failure(ErrorCode::NotFound, SandboxText::tr("There is no such message."));
        }
        redelivered = std::move(*message);
        if (redelivered.status == MessageStatus::Pending) {
            return failure(ErrorCode::Busy, SandboxText::tr("The message is still being delivered."));
        }
        if (!m_webhookState.isEnabled) {
            return failure(ErrorCode::Unsupported, SandboxText::tr("The webhook is switched off."));
        }
        redelivered.status = MessageStatus::Pending;
        redelivered.redelivery = true;
        redelivered.attempts = 0;
        redelivered.nextAttemptAt = m_clock.now();
        return m_messageStore.update(redelivered);
    };
    {
        const std::scoped_lock lock(m_mutex);
        RETURN_IF_ERROR(forgetOldMessages());
        RETURN_IF_ERROR(m_database->transaction(work));
    }
    announce({{redelivered.messageId, redelivered.nextAttemptAt}});
    return redelivered;
}

Result<WebhookRequest> Sandbox::prepare(const std::string& messageId)
{
    const std::scoped_lock lock(m_mutex);
    ASSIGN_OR_RETURN(std::optional<Message> message, m_messageStore.message(messageId));
    if (!message.has_value()) {
        return failure(ErrorCode::NotFound, SandboxText::tr("There is no such message."));
    }
    WebhookRequest request;
    request.body = message->redelivery ? WebhookMessages::redelivered(message->body) : message->body;
    request.signature = signWebhook(m_identity.webhookSecret, asBytes(request.body));
    plan(request);
    return request;
}

Result<std::vector<std::optional<UnixMillis>>> Sandbox::record(const std::vector<AttemptOutcome>& outcomes)
{
    std::vector<std::optional<UnixMillis>> next;
    bool isDisabled = false;
    const auto work = [&]() -> Status {
        bool hasFailed = false;
        for (const AttemptOutcome& outcome : outcomes) {
            Result<std::optional<Message>> message = m_messageStore.message(outcome.messageId);
            if (!message || !message->has_value()) {
                return message ? Status(failure(ErrorCode::NotFound,
                                                SandboxText::tr("There is no such message.")))
                               : Status(failure(message.error()));
            }
            m_retries.apply(outcome, **message);
            if (!m_webhookState.isEnabled && (*message)->status == MessageStatus::Pending) {
                (*message)->status = MessageStatus::Failed;
            }
            hasFailed = hasFailed || (*message)->status == MessageStatus::Failed;
            RETURN_IF_ERROR(m_messageStore.update(**message));
            next.push_back((*message)->status == MessageStatus::Pending
                               ? std::optional<UnixMillis>((*message)->nextAttemptAt)
                               : std::nullopt);
        }
        if (hasFailed) {
            ASSIGN_OR_RETURN(isDisabled, disableIfFailing());
        }
        return {};
    };
    const std::scoped_lock lock(m_mutex);
    RETURN_IF_ERROR(m_database->transaction(work));
    if (isDisabled) {
        m_webhookState.isEnabled = false;
        next.assign(outcomes.size(), std::nullopt);
    }
    return next;
}

}  // namespace countersign::sandbox
