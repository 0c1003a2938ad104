// What Sandbox does for consoles that inspect: see Sandbox.cpp for the rest.

#include "core/base/Random.h"
#include "services/sandbox/Sandbox.h"
#include "services/sandbox/state/StateDatabase.h"

#include <QCoreApplication>

namespace countersign::sandbox {

namespace {

struct SandboxInspectionText
{
    Q_DECLARE_TR_FUNCTIONS(SandboxInspectionText)
};

constexpr const char* delegatedAccessSetting = "delegated_access";
constexpr const char* webhookStateSetting = "webhook_state";
constexpr std::size_t checksumCharacters = 6;
/// Within which failed messages are counted (protocol reference §1.3).
constexpr std::int64_t failuresWithinMs = std::int64_t{30} * 24 * 3600 * 1000;

/// What an earlier call stored; its own text was checked then.
template <typename T>
Result<T> storedOr(const SettingsStore& settings, const char* name, const T& usual)
{
    ASSIGN_OR_RETURN(const std::optional<SecretBytes> kept, settings.setting(name));
    return kept ? usual.changedBy(kept->text()) : Result<T>(usual);
}

std::string checksumOf(const SecretBytes& token)
{
    return std::string(token.text().substr(token.size() - checksumCharacters));
}

}  // namespace

Result<DelegatedAccess> Sandbox::delegatedAccessLocked() const
{
    return storedOr(m_settings, delegatedAccessSetting, DelegatedAccess());
}

Result<DelegatedAccess> Sandbox::delegatedAccess()
{
    const std::scoped_lock lock(m_mutex);
    return delegatedAccessLocked();
}

Result<DelegatedAccess> Sandbox::changeDelegatedAccess(std::string_view body)
{
    const std::scoped_lock lock(m_mutex);
    ASSIGN_OR_RETURN(const DelegatedAccess before, delegatedAccessLocked());
    ASSIGN_OR_RETURN(const DelegatedAccess changed, before.changedBy(body));
    RETURN_IF_ERROR(m_database->transaction(
        [&] { return m_settings.setSetting(delegatedAccessSetting, asBytes(dumpJson(changed.toJson()))); }));
    return changed;
}

Status Sandbox::loadWebhookState()
{
    WebhookState usual;
    usual.events = WebhookMessages::subscribedEvents().get<std::vector<std::string>>();
    ASSIGN_OR_RETURN(m_webhookState, storedOr(m_settings, webhookStateSetting, usual));
    return {};
}

Status Sandbox::storeWebhookState(const WebhookState& state)
{
    RETURN_IF_ERROR(m_settings.setSetting(webhookStateSetting, asBytes(dumpJson(state.toJson()))));
    return state.isEnabled ? Status() : m_messageStore.failPending(disabledError);
}

WebhookState Sandbox::webhookState()
{
    const std::scoped_lock lock(m_mutex);
    return m_webhookState;
}

Result<WebhookState> Sandbox::changeWebhook(std::string_view body)
{
    const std::scoped_lock lock(m_mutex);
    ASSIGN_OR_RETURN(const WebhookState changed, m_webhookState.changedBy(body));
    RETURN_IF_ERROR(m_database->transaction([&] { return storeWebhookState(changed); }));
    m_webhookState = changed;
    return changed;
}

/// Inside a transaction: a webhook that keeps failing is switched off, and stays off until somebody switches
/// it on.
Result<bool> Sandbox::disableIfFailing()
{
    ASSIGN_OR_RETURN(const std::int64_t failed, m_messageStore.countFailed(m_clock.now() - failuresWithinMs));
    if (!m_webhookState.isEnabled || failed < m_webhookState.disableAfterFailures) {
        return false;
    }
    WebhookState off = m_webhookState;
    off.isEnabled = false;
    RETURN_IF_ERROR(storeWebhookState(off));
    return true;
}

Status Sandbox::forgetOldMessages()
{
    return m_database->transaction(
        [&] { return m_messageStore.forget(m_clock.now() - m_webhookState.retentionSeconds * 1000); });
}

Result<std::optional<ApiToken>> Sandbox::tokenOf(std::string_view bearer)
{
    if (m_identity.apiToken.equals(asBytes(bearer))) {
        return std::optional(ApiToken{m_identity.webhookId, checksumOf(m_identity.apiToken),
                                      "The sandbox's own token.", consoleScopes(), 0});
    }
    const std::scoped_lock lock(m_mutex);
    return m_tokens.find(bearer);
}

Result<Sandbox::NewToken> Sandbox::makeToken(const TokenRequest& request)
{
    NewToken made{{}, randomCredential()};
    made.token = {randomUuid(), checksumOf(made.text), request.note, request.scopes, m_clock.now()};
    const std::scoped_lock lock(m_mutex);
    RETURN_IF_ERROR(m_database->transaction([&] { return m_tokens.add(made.token, made.text); }));
    return made;
}

Result<std::vector<ApiToken>> Sandbox::tokens()
{
    const std::scoped_lock lock(m_mutex);
    return m_tokens.all();
}

Status Sandbox::removeToken(const std::string& tokenId)
{
    const std::scoped_lock lock(m_mutex);
    return m_database->transaction([&]() -> Status {
        ASSIGN_OR_RETURN(const bool removed, m_tokens.remove(tokenId));
        return removed ? Status()
                       : failure(ErrorCode::NotFound, SandboxInspectionText::tr("There is no such token."));
    });
}

Result<std::vector<Sandbox::SigningWallet>> Sandbox::userWallets(const std::string& userId)
{
    const std::scoped_lock lock(m_mutex);
    ASSIGN_OR_RETURN(const std::vector<std::string> ids, m_wallets.walletsOf(userId));
    std::vector<SigningWallet> wallets;
    for (const std::string& id : ids) {
        ASSIGN_OR_RETURN(std::optional<SigningWallet> wallet, signingWalletLocked(id));
        if (wallet && !wallet->settings.isHidden) {
            wallets.push_back(*std::move(wallet));
        }
    }
    return wallets;
}

Result<WalletSettings> Sandbox::changeWalletSettings(const std::string& walletId, std::string_view body)
{
    const std::scoped_lock lock(m_mutex);
    ASSIGN_OR_RETURN(const std::optional<Wallet> wallet, m_wallets.wallet(walletId));
    if (!wallet) {
        return failure(ErrorCode::NotFound, SandboxInspectionText::tr("There is no such wallet."));
    }
    ASSIGN_OR_RETURN(const WalletSettings before, m_wallets.settings(walletId));
    ASSIGN_OR_RETURN(const WalletSettings changed, before.changedBy(body));
    RETURN_IF_ERROR(m_database->transaction([&] { return m_wallets.setSettings(walletId, changed); }));
    return changed;
}

Result<std::vector<std::string>> Sandbox::signOn(const std::string& userId)
{
    ASSIGN_OR_RETURN(const std::vector<SigningWallet> wallets, userWallets(userId));
    if (wallets.empty()) {
        return failure(ErrorCode::NotFound, SandboxInspectionText::tr("There is no such user."));
    }
    std::vector<std::string> ended;
    for (const SigningWallet& wallet : wallets) {
        if (!wallet.settings.endsOnSignOn()) {
            continue;
        }
        if (wallet.active) {
            RETURN_IF_ERROR(revoke(wallet.wallet.walletId));
            ended.push_back(wallet.wallet.walletId);
        }
        RETURN_IF_ERROR(changeWalletSettings(
            wallet.wallet.walletId,
            R"({"revokeOnNextSignOn":false,"shouldRefreshOnNextSignOn":false,"reshareOnNextSignOn":false})"));
    }
    return ended;
}

Status Sandbox::addMessages(const MessagesRequest& request)
{
    std::vector<MessageStore::Due> due;
    {
        const std::scoped_lock lock(m_mutex);
        RETURN_IF_ERROR(m_database->transaction([&]() -> Status {
            for (std::size_t i = 0; i < request.count; ++i) {
                const Message message = m_messages->otherEvent(request.eventName, nextEventTime());
                RETURN_IF_ERROR(post(message, due));
            }
            return {};
        }));
    }
    announce(std::move(due));
    return {};
}

Result<std::optional<Message>> Sandbox::event(const std::string& eventId)
{
    const std::scoped_lock lock(m_mutex);
    return m_messageStore.ofEvent(eventId);
}

void Sandbox::setDeliveryFaults(std::function<std::optional<WebhookFault>()> faults)
{
    const std::scoped_lock lock(m_mutex);
    m_deliveryFaults = std::move(faults);
}

/// Inside a transaction: the message is kept, and due unless the webhook is switched off.
Status Sandbox::post(const Message& message, std::vector<MessageStore::Due>& due)
{
    RETURN_IF_ERROR(m_messageStore.add(message));
    if (!m_webhookState.isEnabled) {
        return m_messageStore.failPending(disabledError);
    }
    due.push_back({message.messageId, message.nextAttemptAt});
    return {};
}

void Sandbox::plan(WebhookRequest& request) const
{
    if (!m_webhookState.isEnabled) {
        request.instead = WebhookAnswer{0, disabledError};
        return;
    }
    const std::optional<WebhookFault> fault = m_deliveryFaults ? m_deliveryFaults() : std::nullopt;
    if (!fault) {
        return;
    }
    switch (*fault) {
        case WebhookFault::Lose:
            request.instead = WebhookAnswer{200, {}};
            break;
        case WebhookFault::Drop:
            request.instead = WebhookAnswer{0, "A fault was asked for."};
            break;
        case WebhookFault::LostAnswer:
            request.losesAnswer = true;
            break;
        case WebhookFault::Delay:
            request.delay = std::chrono::seconds(3);
            break;
        case WebhookFault::Reorder:
            request.delay = std::chrono::milliseconds(500);
            break;
        case WebhookFault::Duplicate:
            request.isTwice = true;
            break;
    }
}

}  // namespace countersign::sandbox
