#include "core/dynamic/HttpDynamicApi.h"

#include "core/base/encoding/Hex.h"
#include "core/dynamic/ErrorAnswer.h"
#include "core/dynamic/SigningRoomCall.h"
#include "core/dynamic/WaasAnswers.h"

#include <QCoreApplication>

namespace countersign {

namespace {

constexpr std::size_t maxMessageCharacters = 16384;
constexpr std::size_t maxBodyBytes = std::size_t{1024} * 1024;
constexpr std::size_t digestBytes = 32;
constexpr qint64 maxStreamBytes = 4 * 1024 * 1024;

struct HttpDynamicApiText
{
    Q_DECLARE_TR_FUNCTIONS(HttpDynamicApiText)
};

tl::unexpected<Error> badWalletId()
{
    return failure(ErrorCode::InvalidInput,
                   HttpDynamicApiText::tr(
                       "The wallet's identifier cannot be used. The delegation has to be delivered again."));
}

/// The body in the SDK's order.
Result<QByteArray> bodyOf(const SigningRoomRequest& request)
{
    const auto bytes = fromHex(request.message);
    if (!bytes || bytes->empty() || request.message.size() > maxMessageCharacters ||
        (request.isFormatted && bytes->size() != digestBytes)) {
        return failure(ErrorCode::InvalidInput,
                       HttpDynamicApiText::tr(
                           "This is too long, or not in the form, that Dynamic signs for a delegation."),
                       QStringLiteral("message of %1 characters").arg(request.message.size()));
    }
    const bool hasContext = !request.context.is_null();
    if ((hasContext && !request.context.is_object()) ||
        (request.shareSetId && !DynamicConnection::isId(*request.shareSetId))) {
        return failure(ErrorCode::InvalidInput,
                       HttpDynamicApiText::tr("The signing request cannot be sent to Dynamic."),
                       QStringLiteral("context or shareSetId"));
    }
    Json body = {{"message", request.message}, {"isFormatted", request.isFormatted}};
    if (hasContext) {
        body["context"] = request.context;
    }
    if (request.shareSetId) {
        body["shareSetId"] = *request.shareSetId;
    }
    const std::string text = dumpJson(body);
    if (text.size() > maxBodyBytes) {
        return failure(ErrorCode::InvalidInput,
                       HttpDynamicApiText::tr("The signing request is too large for Dynamic."),
                       QStringLiteral("body of %1 bytes").arg(text.size()));
    }
    return QByteArray::fromStdString(text);
}

}  // namespace

Result<std::unique_ptr<HttpDynamicApi>> HttpDynamicApi::make(const QString& baseUrl,
                                                             const std::string& environmentId,
                                                             SecretBytes apiToken, Options options)
{
    auto connection =
        DynamicConnection::make(baseUrl, environmentId, std::move(apiToken), std::move(options.connection));
    if (!connection) {
        return failure(connection.error());
    }
    return std::make_unique<HttpDynamicApi>(*std::move(connection), options.roomTime);
}

PendingCallPtr HttpDynamicApi::lookUpWallet(const std::string& walletId, Callback<WaasWallet> answered)
{
    if (!DynamicConnection::isId(walletId)) {
        return DynamicConnection::refuse([answered = std::move(answered)] { answered(badWalletId()); });
    }
    return m_connection.ask(
        m_connection.request("GET", m_connection.environmentAddress({"waas", walletId}), {}),
        [walletId, answered = std::move(answered)](const Result<HttpResponse>& answer) {
            if (!answer) {
                answered(failure(answer.error()));
                return;
            }
            auto wallet = parseWaasWallet(answer->body);
            if (wallet && wallet->walletId != walletId) {
                answered(failure(unintelligible(QStringLiteral("the answer is about another wallet"))));
                return;
            }
            answered(std::move(wallet));
        });
}

PendingCallPtr HttpDynamicApi::verifyApiToken(Callback<bool> answered)
{
    // An empty object, since some servers refuse an empty body that is said to be JSON.
    return m_connection.ask(
        m_connection.request("POST", m_connection.environmentAddress({"waas", "verifyApiKey"}), "{}"),
        [environmentId = m_connection.environmentId(),
         answered = std::move(answered)](const Result<HttpResponse>& answer) {
            answered(answer ? parseVerifiedApiKey(answer->body, environmentId)
                            : Result<bool>(failure(answer.error())));
        });
}

PendingCallPtr HttpDynamicApi::openSigningRoom(SigningRoomRequest room, SigningRoomEvents events)
{
    const auto refused = [&events](const Error& error) {
        return DynamicConnection::refuse([failed = std::move(events.failed), error] {
            if (failed) {
                failed(error);
            }
        });
    };
    if (const auto left = m_connection.pause()->left(); left.count() > 0) {
        return refused(busyFor(left));
    }
    if (!DynamicConnection::isId(room.walletId)) {
        return refused(badWalletId().value());
    }
    if (!DynamicConnection::isCredential(room.walletApiKey.text())) {
        return refused({ErrorCode::InvalidInput,
                        HttpDynamicApiText::tr(
                            "The wallet's API key cannot be used. The delegation has to be delivered again."),
                        {}});
    }
    auto body = bodyOf(room);
    if (!body) {
        return refused(body.error());
    }
    HttpRequest request = m_connection.request(
        "POST", m_connection.environmentAddress({"waas", room.walletId, "delegatedAccess", "signMessage"}),
        *std::move(body));
    request.headers.front() = {"Accept", "text/event-stream"};
    request.headers.emplace_back("Cache-Control", "no-cache");
    request.headers.emplace_back("Connection", "keep-alive");
    request.secretHeaders.emplace_back("x-dyn-wallet-api-key", room.walletApiKey.clone());
    // The call has a deadline of its own, and an open room's stream may be silent for as long as it likes.
    request.silence = request.total = std::chrono::milliseconds(0);
    request.maxAnswerBytes = maxStreamBytes;
    m_connection.addExtraHeader(request);
    std::vector<SecretBytes> secrets;
    secrets.push_back(m_connection.apiToken().clone());
    secrets.push_back(std::move(room.walletApiKey));
    auto call = std::make_unique<SigningRoomCall>(std::move(events), m_connection.pause(), std::move(secrets),
                                                  m_roomTime);
    call->begin(m_connection.client(), std::move(request));
    return call;
}

}  // namespace countersign
