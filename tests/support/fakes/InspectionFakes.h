#pragma once

#include "core/inspection/InspectionServices.h"

#include <QObject>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace countersign::testing {

/// What Dynamic answers in the place of a FakeInspectionApi, and what it was asked. Of each call first what
/// is queued, then always the same.
struct InspectionScript
{
    template <typename T>
    struct Answers
    {
        std::deque<Result<T>> next;
        Result<T> always = failure(ErrorCode::NotFound, QStringLiteral("not there"));

        Result<T> take()
        {
            if (next.empty()) {
                return always;
            }
            Result<T> answer = next.front();
            next.pop_front();
            return answer;
        }
    };

    std::map<std::string, Answers<InspectedWallet>> wallets;
    std::map<std::string, Answers<std::vector<OwnedWallet>>> users;
    Answers<Dated<DelegatedAccessSettings>> settings;
    Answers<std::vector<EncryptionKeyRecord>> keys;
    Answers<std::vector<RegisteredWebhook>> webhooks;
    Answers<Dated<TokenRecord>> token;
    std::map<std::string, Answers<WebhookMessagePage>> pages;  ///< by cursor
    Answers<std::string> events;
    Answers<void> redeliveries;
    std::function<void(const std::string& messageId)> onRedelivery;
    std::chrono::milliseconds pause{0};
    bool hasToken = true;
    std::vector<std::string> asked;  ///< "wallet w1", "user u", "token", …
};

template <typename T>
class LaterInspection final : public PendingCall
{
public:
    LaterInspection(Result<T> value, Callback<T> answered)
    {
        QMetaObject::invokeMethod(
            &m_context, [value = std::move(value), answered = std::move(answered)] { answered(value); },
            Qt::QueuedConnection);
    }

private:
    QObject m_context;
};

class FakeInspectionApi final : public InspectionApi
{
public:
    explicit FakeInspectionApi(InspectionScript& script) : m_script(script) {}

    std::chrono::milliseconds pauseLeft() const override { return m_script.pause; }
    PendingCallPtr wallet(const std::string& walletId, Callback<InspectedWallet> answered) override
    {
        return say("wallet " + walletId, m_script.wallets[walletId], std::move(answered));
    }
    PendingCallPtr userWallets(const std::string& userId,
                               Callback<std::vector<OwnedWallet>> answered) override
    {
        return say("user " + userId, m_script.users[userId], std::move(answered));
    }
    PendingCallPtr delegatedAccess(Callback<Dated<DelegatedAccessSettings>> answered) override
    {
        return say("settings", m_script.settings, std::move(answered));
    }
    PendingCallPtr encryptionKeys(Callback<std::vector<EncryptionKeyRecord>> answered) override
    {
        return say("keys", m_script.keys, std::move(answered));
    }
    PendingCallPtr webhooks(Callback<std::vector<RegisteredWebhook>> answered) override
    {
        return say("webhooks", m_script.webhooks, std::move(answered));
    }
    PendingCallPtr token(Callback<Dated<TokenRecord>> answered) override
    {
        return say("token", m_script.token, std::move(answered));
    }
    PendingCallPtr webhookMessages(const std::string& webhookId, const std::string& cursor,
                                   Callback<WebhookMessagePage> answered) override
    {
        return say("messages " + webhookId + ' ' + cursor, m_script.pages[cursor], std::move(answered));
    }
    PendingCallPtr eventName(const std::string& eventId, Callback<std::string> answered) override
    {
        return say("event " + eventId, m_script.events, std::move(answered));
    }
    PendingCallPtr redeliver(const std::string& webhookId, const std::string& messageId,
                             Callback<void> answered) override
    {
        if (m_script.onRedelivery) {
            m_script.onRedelivery(messageId);
        }
        return say("redeliver " + webhookId + ' ' + messageId, m_script.redeliveries, std::move(answered));
    }

private:
    template <typename T>
    PendingCallPtr say(const std::string& asked, InspectionScript::Answers<T>& answers, Callback<T> answered)
    {
        m_script.asked.push_back(asked);
        return std::make_unique<LaterInspection<T>>(answers.take(), std::move(answered));
    }

    InspectionScript& m_script;
};

}  // namespace countersign::testing
