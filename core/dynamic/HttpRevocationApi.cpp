#include "core/dynamic/HttpRevocationApi.h"

#include "core/base/encoding/Json.h"
#include "core/dynamic/ErrorAnswer.h"
#include "core/dynamic/RevocationAnswers.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct HttpRevocationApiText
{
    Q_DECLARE_TR_FUNCTIONS(HttpRevocationApiText)
};

RevocationAnswer answerOf(const Result<HttpResponse>& response, const SecretBytes& token)
{
    RevocationAnswer answer;
    if (!response) {
        answer.sentence = response.error().sentence;
        answer.detail = response.error().detail;
        return answer;
    }
    answer.httpStatus = response->status;
    answer.serverTime = response->date;
    answer.outcome = revocationOutcomeOf(response->status);
    if (answer.outcome == RevocationOutcome::Revoked) {
        return answer;
    }
    const Error error = errorOfStatus(response->status, parseErrorAnswer(response->body, {token.text()}),
                                      response->retryAfter);
    answer.detail = error.detail;
    if (answer.outcome == RevocationOutcome::Pending) {
        answer.retryAfter = response->retryAfter;
    }
    if (answer.outcome != RevocationOutcome::Absent) {
        answer.sentence = error.sentence;
    }
    if (response->status == 401 || response->status == 403) {
        // Which scope revoking needs is not documented (protocol reference §9).
        answer.sentence +=
            u' ' + HttpRevocationApiText::tr(
                       "The delegation is still in force at Dynamic. Check whether the API token may revoke "
                       "delegated access (Dynamic does not document the scope that it needs), or revoke in "
                       "Dynamic's dashboard.");
    }
    return answer;
}

RevocationAnswer refusedHere()
{
    return {.outcome = RevocationOutcome::Refused,
            .httpStatus = 0,
            .sentence = HttpRevocationApiText::tr(
                "The wallet's identifier cannot be sent to Dynamic. Revoke it in Dynamic's dashboard."),
            .detail = {},
            .retryAfter = {},
            .serverTime = {}};
}

}  // namespace

PendingCallPtr HttpRevocationApi::remove(const QUrl& url,
                                         std::function<void(const RevocationAnswer&)> answered)
{
    const auto token = std::make_shared<SecretBytes>(m_connection.apiToken().clone());
    return m_connection.send(m_connection.request("DELETE", url, {}),
                             [token, answered = std::move(answered)](const Result<HttpResponse>& response) {
                                 answered(answerOf(response, *token));
                             });
}

PendingCallPtr HttpRevocationApi::revokeWallet(const std::string& walletId,
                                               std::function<void(const RevocationAnswer&)> answered)
{
    if (!DynamicConnection::isId(walletId)) {
        return DynamicConnection::refuse([answered = std::move(answered)] { answered(refusedHere()); });
    }
    return remove(m_connection.environmentAddress({"waas", walletId, "delegatedAccess"}),
                  std::move(answered));
}

PendingCallPtr HttpRevocationApi::revokeShareSet(const std::string& walletId, const std::string& shareSetId,
                                                 std::function<void(const RevocationAnswer&)> answered)
{
    if (!DynamicConnection::isId(walletId) || !DynamicConnection::isId(shareSetId)) {
        return DynamicConnection::refuse([answered = std::move(answered)] { answered(refusedHere()); });
    }
    return remove(m_connection.serverAddress({"waas", walletId, "delegatedAccess", shareSetId}),
                  std::move(answered));
}

PendingCallPtr HttpRevocationApi::revokeWallets(const std::vector<std::string>& walletIds,
                                                std::function<void(const BulkRevocationAnswer&)> answered)
{
    if (walletIds.empty() || walletIds.size() > mostWalletsAtOnce ||
        !std::ranges::all_of(walletIds, DynamicConnection::isId)) {
        return DynamicConnection::refuse(
            [answered = std::move(answered)] { answered({.whole = refusedHere(), .results = {}}); });
    }
    const auto token = std::make_shared<SecretBytes>(m_connection.apiToken().clone());
    const Json body = {{"walletIds", walletIds}};
    return m_connection.send(
        m_connection.request("POST", m_connection.environmentAddress({"waas", "delegatedAccess", "revoke"}),
                             QByteArray::fromStdString(dumpJson(body))),
        [token, walletIds, answered = std::move(answered)](const Result<HttpResponse>& response) {
            BulkRevocationAnswer answer{.whole = answerOf(response, *token), .results = {}};
            if (answer.whole.outcome == RevocationOutcome::Revoked) {
                auto results = parseBulkRevocation(response->body, walletIds, {token->text()});
                if (results) {
                    answer.results = *std::move(results);
                } else {
                    // Nothing is known of any of them.
                    answer.whole.outcome = RevocationOutcome::Pending;
                    answer.whole.sentence = results.error().sentence;
                    answer.whole.detail = results.error().detail;
                }
            }
            answered(answer);
        });
}

}  // namespace countersign
