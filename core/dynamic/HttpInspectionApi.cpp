#include "core/dynamic/HttpInspectionApi.h"

#include "core/dynamic/ErrorAnswer.h"
#include "core/dynamic/InspectionAnswers.h"

#include <QCoreApplication>
#include <QUrlQuery>

#include <algorithm>

namespace countersign {

namespace {

constexpr int conflictStatus = 409;

struct HttpInspectionApiText
{
    Q_DECLARE_TR_FUNCTIONS(HttpInspectionApiText)
};

template <typename T>
PendingCallPtr refuseId(Callback<T> answered)
{
    return DynamicConnection::refuse([answered = std::move(answered)] {
        answered(failure(
            ErrorCode::InvalidInput,
            HttpInspectionApiText::tr("An identifier cannot be sent to Dynamic. Look there instead.")));
    });
}

Status redeliveryOf(const HttpResponse& answer, const SecretBytes& token)
{
    if (answer.status >= 200 && answer.status <= 299) {
        return {};
    }
    Error error =
        errorOfStatus(answer.status, parseErrorAnswer(answer.body, {token.text()}), answer.retryAfter);
    if (answer.status == conflictStatus) {
        error.code = ErrorCode::AlreadyExists;
        error.sentence = HttpInspectionApiText::tr(
            "Dynamic does not send this message again now: it is on its way, or the webhook is disabled.");
    }
    return failure(std::move(error));
}

}  // namespace

template <typename T, typename Parse>
PendingCallPtr HttpInspectionApi::get(HttpRequest request, Parse parse, Callback<T> answered)
{
    return m_connection.ask(std::move(request), [parse = std::move(parse), answered = std::move(answered)](
                                                    const Result<HttpResponse>& answer) {
        answered(answer ? parse(BytesView(answer->body)) : Result<T>(failure(answer.error())));
    });
}

template <typename T, typename Parse>
PendingCallPtr HttpInspectionApi::getDated(HttpRequest request, Parse parse, Callback<Dated<T>> answered)
{
    return m_connection.ask(std::move(request), [parse = std::move(parse), answered = std::move(answered)](
                                                    const Result<HttpResponse>& answer) {
        if (!answer) {
            answered(failure(answer.error()));
            return;
        }
        auto value = parse(BytesView(answer->body));
        answered(value ? Result<Dated<T>>(Dated<T>{*std::move(value), answer->date})
                       : Result<Dated<T>>(failure(value.error())));
    });
}

PendingCallPtr HttpInspectionApi::wallet(const std::string& walletId, Callback<InspectedWallet> answered)
{
    if (!DynamicConnection::isId(walletId)) {
        return refuseId(std::move(answered));
    }
    return get<InspectedWallet>(
        m_connection.request("GET", m_connection.environmentAddress({"waas", walletId}), {}),
        [walletId](BytesView body) -> Result<InspectedWallet> {
            ASSIGN_OR_RETURN(auto wallet, parseInspectedWallet(body));
            if (wallet.wallet.walletId != walletId) {
                return failure(unintelligible(QStringLiteral("the answer is about another wallet")));
            }
            return wallet;
        },
        std::move(answered));
}

PendingCallPtr HttpInspectionApi::userWallets(const std::string& userId,
                                              Callback<std::vector<OwnedWallet>> answered)
{
    if (!DynamicConnection::isId(userId)) {
        return refuseId(std::move(answered));
    }
    return get<std::vector<OwnedWallet>>(
        m_connection.request("GET", m_connection.environmentAddress({"users", userId}), {}), parseUserWallets,
        std::move(answered));
}

PendingCallPtr HttpInspectionApi::delegatedAccess(Callback<Dated<DelegatedAccessSettings>> answered)
{
    HttpRequest request = m_connection.request("GET", m_connection.sdkAddress({"settings"}), {});
    request.secretHeaders.clear();  // a token goes nowhere where it is not needed
    return getDated<DelegatedAccessSettings>(std::move(request), parseDelegatedAccess, std::move(answered));
}

PendingCallPtr HttpInspectionApi::encryptionKeys(Callback<std::vector<EncryptionKeyRecord>> answered)
{
    QUrl url = m_connection.environmentAddress({"waas", "delegatedAccess", "encryptionPublicKeys"});
    url.setQuery(QStringLiteral("includeAll=true"));
    return get<std::vector<EncryptionKeyRecord>>(m_connection.request("GET", url, {}), parseEncryptionKeys,
                                                 std::move(answered));
}

PendingCallPtr HttpInspectionApi::webhooks(Callback<std::vector<RegisteredWebhook>> answered)
{
    return get<std::vector<RegisteredWebhook>>(
        m_connection.request("GET", m_connection.environmentAddress({"webhooks"}), {}), parseWebhooks,
        std::move(answered));
}

PendingCallPtr HttpInspectionApi::token(Callback<Dated<TokenRecord>> answered)
{
    return getDated<TokenRecord>(
        m_connection.request("GET", m_connection.commonAddress({"tokens", "me"}), {}), parseToken,
        std::move(answered));
}

PendingCallPtr HttpInspectionApi::webhookMessages(const std::string& webhookId, const std::string& cursor,
                                                  Callback<WebhookMessagePage> answered)
{
    if (!DynamicConnection::isId(webhookId)) {
        return refuseId(std::move(answered));
    }
    QUrl url = m_connection.environmentAddress({"webhooks", webhookId, "messages"});
    if (!cursor.empty()) {
        url.setQuery(QStringLiteral("cursor=") +
                         QString::fromLatin1(QUrl::toPercentEncoding(QString::fromStdString(cursor))),
                     QUrl::StrictMode);
    }
    HttpRequest request = m_connection.request("GET", url, {});
    request.maxAnswerBytes = inspectionAnswerMaxBytes;
    return get<WebhookMessagePage>(std::move(request), parseWebhookMessages, std::move(answered));
}

PendingCallPtr HttpInspectionApi::eventName(const std::string& eventId, Callback<std::string> answered)
{
    if (!DynamicConnection::isId(eventId)) {
        return refuseId(std::move(answered));
    }
    return get<std::string>(
        m_connection.request("GET", m_connection.environmentAddress({"events", eventId}), {}), parseEventName,
        std::move(answered));
}

PendingCallPtr HttpInspectionApi::redeliver(const std::string& webhookId, const std::string& messageId,
                                            Callback<void> answered)
{
    if (!DynamicConnection::isId(webhookId) || !DynamicConnection::isId(messageId)) {
        return refuseId(std::move(answered));
    }
    const auto token = std::make_shared<SecretBytes>(m_connection.apiToken().clone());
    return m_connection.send(
        m_connection.request(
            "POST",
            m_connection.environmentAddress({"webhooks", webhookId, "messages", messageId, "redeliver"}),
            "{}"),
        [token, answered = std::move(answered)](const Result<HttpResponse>& answer) {
            answered(answer ? redeliveryOf(*answer, *token) : Status(failure(answer.error())));
        });
}

}  // namespace countersign
