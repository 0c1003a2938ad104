#include "core/dynamic/HttpDynamicApi.h"

#include "core/base/Hex.h"
#include "core/base/Random.h"
#include "core/base/ServiceUrl.h"
#include "core/dynamic/ErrorAnswer.h"
#include "core/dynamic/SigningRoomCall.h"
#include "core/dynamic/WaasAnswers.h"
#include "core/net/BearerToken.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

constexpr std::size_t maxIdCharacters = 128;
constexpr std::size_t maxCredentialCharacters = 4096;
constexpr std::size_t maxMessageCharacters = 16384;
constexpr std::size_t maxBodyBytes = std::size_t{1024} * 1024;
constexpr std::size_t digestBytes = 32;
constexpr qint64 maxAnswerBytes = 256 * 1024;
constexpr qint64 maxStreamBytes = 4 * 1024 * 1024;

/// The wallet-core release whose requests these are (§3.2). Whether the server wants the header is not known,
/// so what every SDK sends is sent.
constexpr char sdkVersion[] = "1.0.99";

struct HttpDynamicApiText
{
    Q_DECLARE_TR_FUNCTIONS(HttpDynamicApiText)
};

bool isName(std::string_view text, std::size_t maxCharacters)
{
    return !text.empty() && text.size() <= maxCharacters &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

/// A step of a path: "." and ".." would lead elsewhere.
bool isId(std::string_view text)
{
    return isName(text, maxIdCharacters) && text.find_first_not_of('.') != std::string_view::npos;
}

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
    if ((hasContext && !request.context.is_object()) || (request.shareSetId && !isId(*request.shareSetId))) {
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

/// Why this class exists: what is refused without asking anybody is still answered later, as every call is.
class RefusedCall final : public QObject, public PendingCall
{
public:
    explicit RefusedCall(std::function<void()> answer) : m_answer(std::move(answer))
    {
        QMetaObject::invokeMethod(
            this,
            [this] {
                const auto callback = std::exchange(m_answer, {});
                callback();  // may have destroyed this
            },
            Qt::QueuedConnection);
    }

private:
    std::function<void()> m_answer;
};

PendingCallPtr refuse(std::function<void()> answer)
{
    return std::make_unique<RefusedCall>(std::move(answer));
}

}  // namespace

Result<std::unique_ptr<HttpDynamicApi>> HttpDynamicApi::make(const QString& baseUrl,
                                                             const std::string& environmentId,
                                                             SecretBytes apiToken, Options options)
{
    auto base = parseServiceUrl(baseUrl);
    if (!base) {
        return failure(base.error());
    }
    if (!isId(environmentId)) {
        return failure(
            ErrorCode::InvalidInput,
            HttpDynamicApiText::tr("The environment's identifier cannot be used. Check the settings."));
    }
    if (!isName(apiToken.text(), maxCredentialCharacters)) {
        return failure(ErrorCode::InvalidInput,
                       HttpDynamicApiText::tr(
                           "The API token cannot be used. Enter it again, without spaces or line ends."));
    }
    return std::unique_ptr<HttpDynamicApi>(
        new HttpDynamicApi(*std::move(base), environmentId, std::move(apiToken), std::move(options)));
}

HttpDynamicApi::HttpDynamicApi(QUrl base, std::string environmentId, SecretBytes apiToken, Options options)
    : m_base(std::move(base)),
      m_environmentId(std::move(environmentId)),
      m_apiToken(std::move(apiToken)),
      m_options(std::move(options)),
      m_pause(m_options.pause ? m_options.pause : std::make_shared<RetryAfterGate>())
{}

QUrl HttpDynamicApi::address(const std::vector<std::string>& steps) const
{
    QString path = m_base.path(QUrl::FullyEncoded) + QStringLiteral("/api/v0/environments/") +
                   QString::fromLatin1(QUrl::toPercentEncoding(QString::fromStdString(m_environmentId)));
    for (const std::string& step : steps) {
        path += u'/' + QString::fromLatin1(QUrl::toPercentEncoding(QString::fromStdString(step)));
    }
    QUrl url = m_base;
    url.setPath(path, QUrl::StrictMode);
    return url;
}

HttpRequest HttpDynamicApi::request(QByteArray method, const QUrl& url, QByteArray body) const
{
    HttpRequest request;
    request.method = std::move(method);
    request.url = url;
    request.headers = {{"Accept", "application/json"},
                       {"x-dyn-request-id", QByteArray::fromStdString(randomUuid())},
                       {"x-dyn-wallet-sdk-version", sdkVersion}};
    if (!body.isEmpty()) {
        request.headers.emplace_back("Content-Type", "application/json");
    }
    request.secretHeaders.emplace_back("Authorization", bearerToken(m_apiToken));
    request.body = std::move(body);
    request.maxAnswerBytes = maxAnswerBytes;
    request.silence = m_options.answerTime;
    request.total = m_options.answerTime;
    return request;
}

void HttpDynamicApi::addExtraHeader(HttpRequest& request) const
{
    if (!m_options.extraHeader) {
        return;
    }
    if (auto header = m_options.extraHeader(request.method, request.url, request.body)) {
        request.secretHeaders.push_back(*std::move(header));
    }
}

PendingCallPtr HttpDynamicApi::ask(HttpRequest request, std::function<void(Result<HttpResponse>)> answered)
{
    if (const auto left = m_pause->left(); left.count() > 0) {
        return refuse([answered = std::move(answered), left] { answered(failure(busyFor(left))); });
    }
    addExtraHeader(request);
    const auto token = std::make_shared<SecretBytes>(m_apiToken.clone());
    return m_client.send(std::move(request), [pause = m_pause, token,
                                              answered = std::move(answered)](Result<HttpResponse> answer) {
        if (answer && answer->status != 429 && isFromBetween(*answer)) {
            answered(failure(errorFromBetween(answer->status)));
            return;
        }
        if (!answer || (answer->status >= 200 && answer->status <= 299)) {
            answered(std::move(answer));
            return;
        }
        const Error error = errorOfStatus(answer->status, parseErrorAnswer(answer->body, {token->text()}),
                                          answer->retryAfter);
        if (error.code == ErrorCode::Busy) {
            pause->note(answer->retryAfter);
        }
        answered(failure(error));
    });
}

PendingCallPtr HttpDynamicApi::lookUpWallet(const std::string& walletId, Callback<WaasWallet> answered)
{
    if (!isId(walletId)) {
        return refuse([answered = std::move(answered)] { answered(badWalletId()); });
    }
    return ask(request("GET", address({"waas", walletId}), {}), [walletId, answered = std::move(answered)](
                                                                    const Result<HttpResponse>& answer) {
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
    return ask(request("POST", address({"waas", "verifyApiKey"}), "{}"),
               [environmentId = m_environmentId,
                answered = std::move(answered)](const Result<HttpResponse>& answer) {
                   answered(answer ? parseVerifiedApiKey(answer->body, environmentId)
                                   : Result<bool>(failure(answer.error())));
               });
}

PendingCallPtr HttpDynamicApi::openSigningRoom(SigningRoomRequest room, SigningRoomEvents events)
{
    const auto refused = [&events](const Error& error) {
        return refuse([failed = std::move(events.failed), error] {
            if (failed) {
                failed(error);
            }
        });
    };
    if (const auto left = m_pause->left(); left.count() > 0) {
        return refused(busyFor(left));
    }
    if (!isId(room.walletId)) {
        return refused(badWalletId().value());
    }
    if (!isName(room.walletApiKey.text(), maxCredentialCharacters)) {
        return refused({ErrorCode::InvalidInput,
                        HttpDynamicApiText::tr(
                            "The wallet's API key cannot be used. The delegation has to be delivered again."),
                        {}});
    }
    auto body = bodyOf(room);
    if (!body) {
        return refused(body.error());
    }
    HttpRequest request = this->request(
        "POST", address({"waas", room.walletId, "delegatedAccess", "signMessage"}), *std::move(body));
    request.headers.front() = {"Accept", "text/event-stream"};
    request.headers.emplace_back("Cache-Control", "no-cache");
    request.headers.emplace_back("Connection", "keep-alive");
    request.secretHeaders.emplace_back("x-dyn-wallet-api-key", room.walletApiKey.clone());
    // The call has a deadline of its own, and an open room's stream may be silent for as long as it likes.
    request.silence = request.total = std::chrono::milliseconds(0);
    request.maxAnswerBytes = maxStreamBytes;
    addExtraHeader(request);
    std::vector<SecretBytes> secrets;
    secrets.push_back(m_apiToken.clone());
    secrets.push_back(std::move(room.walletApiKey));
    auto call =
        std::make_unique<SigningRoomCall>(std::move(events), m_pause, std::move(secrets), m_options.roomTime);
    call->begin(m_client, std::move(request));
    return call;
}

}  // namespace countersign
