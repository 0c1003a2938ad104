#include "core/dynamic/DynamicConnection.h"

#include "core/base/Random.h"
#include "core/base/ServiceUrl.h"
#include "core/dynamic/ErrorAnswer.h"
#include "core/net/BearerToken.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

constexpr std::size_t maxIdCharacters = 128;
constexpr std::size_t maxCredentialCharacters = 4096;
constexpr qint64 maxAnswerBytes = 256 * 1024;

/// The wallet-core release whose requests these are (§3.2). Whether the server wants the header is not known,
/// so what every SDK sends is sent.
constexpr char sdkVersion[] = "1.0.99";

struct DynamicConnectionText
{
    Q_DECLARE_TR_FUNCTIONS(DynamicConnectionText)
};

bool isName(std::string_view text, std::size_t maxCharacters)
{
    return !text.empty() && text.size() <= maxCharacters &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
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

}  // namespace

Result<DynamicConnection> DynamicConnection::make(const QString& baseUrl, const std::string& environmentId,
                                                  SecretBytes apiToken, Options options)
{
    ASSIGN_OR_RETURN(auto base, parseServiceUrl(baseUrl));
    if (!isId(environmentId)) {
        return failure(
            ErrorCode::InvalidInput,
            DynamicConnectionText::tr("The environment's identifier cannot be used. Check the settings."));
    }
    if (!isCredential(apiToken.text())) {
        return failure(ErrorCode::InvalidInput,
                       DynamicConnectionText::tr(
                           "The API token cannot be used. Enter it again, without spaces or line ends."));
    }
    return DynamicConnection(std::move(base), environmentId, std::move(apiToken), std::move(options));
}

DynamicConnection::DynamicConnection(QUrl base, std::string environmentId, SecretBytes apiToken,
                                     Options options)
    : m_base(std::move(base)),
      m_environmentId(std::move(environmentId)),
      m_apiToken(std::move(apiToken)),
      m_options(std::move(options)),
      m_pause(m_options.pause ? m_options.pause : std::make_shared<RetryAfterGate>()),
      m_client(std::make_unique<HttpClient>())
{}

QUrl DynamicConnection::address(QLatin1StringView root, const std::vector<std::string>& steps) const
{
    QString path = m_base.path(QUrl::FullyEncoded) + root;
    for (const std::string& step : steps) {
        path += u'/' + QString::fromLatin1(QUrl::toPercentEncoding(QString::fromStdString(step)));
    }
    QUrl url = m_base;
    url.setPath(path, QUrl::StrictMode);
    return url;
}

QUrl DynamicConnection::environmentAddress(QLatin1StringView root, std::vector<std::string> steps) const
{
    steps.insert(steps.begin(), m_environmentId);
    return address(root, steps);
}

QUrl DynamicConnection::environmentAddress(const std::vector<std::string>& steps) const
{
    return environmentAddress(QLatin1StringView("/api/v0/environments"), steps);
}

QUrl DynamicConnection::serverAddress(const std::vector<std::string>& steps) const
{
    return environmentAddress(QLatin1StringView("/api/v0/server"), steps);
}

QUrl DynamicConnection::sdkAddress(const std::vector<std::string>& steps) const
{
    return environmentAddress(QLatin1StringView("/api/v0/sdk"), steps);
}

QUrl DynamicConnection::commonAddress(const std::vector<std::string>& steps) const
{
    return address(QLatin1StringView("/api/v0"), steps);
}

HttpRequest DynamicConnection::request(QByteArray method, const QUrl& url, QByteArray body) const
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

void DynamicConnection::addExtraHeader(HttpRequest& request) const
{
    if (!m_options.extraHeader) {
        return;
    }
    if (auto header = m_options.extraHeader(request.method, request.url, request.body)) {
        request.secretHeaders.push_back(*std::move(header));
    }
}

PendingCallPtr DynamicConnection::send(HttpRequest request,
                                       std::function<void(Result<HttpResponse>)> answered)
{
    if (const auto left = m_pause->left(); left.count() > 0) {
        return refuse([answered = std::move(answered), left] { answered(failure(busyFor(left))); });
    }
    addExtraHeader(request);
    return m_client->send(
        std::move(request), [pause = m_pause, answered = std::move(answered)](Result<HttpResponse> answer) {
            if (answer && answer->status != 429 && isFromBetween(*answer)) {
                answered(failure(errorFromBetween(answer->status)));
                return;
            }
            if (answer && (answer->status < 200 || answer->status > 299)) {
                const Error error =
                    errorOfStatus(answer->status, parseErrorAnswer(answer->body), answer->retryAfter);
                if (error.code == ErrorCode::Busy) {
                    pause->note(answer->retryAfter);
                }
            }
            answered(std::move(answer));
        });
}

PendingCallPtr DynamicConnection::ask(HttpRequest request, std::function<void(Result<HttpResponse>)> answered)
{
    const auto token = std::make_shared<SecretBytes>(m_apiToken.clone());
    return send(std::move(request), [token, answered = std::move(answered)](Result<HttpResponse> answer) {
        if (answer && (answer->status < 200 || answer->status > 299)) {
            answered(failure(errorOfStatus(answer->status, parseErrorAnswer(answer->body, {token->text()}),
                                           answer->retryAfter)));
            return;
        }
        answered(std::move(answer));
    });
}

PendingCallPtr DynamicConnection::refuse(std::function<void()> answer)
{
    return std::make_unique<RefusedCall>(std::move(answer));
}

bool DynamicConnection::isId(std::string_view text)
{
    return isName(text, maxIdCharacters) && text.find_first_not_of('.') != std::string_view::npos;
}

bool DynamicConnection::isCredential(std::string_view text)
{
    return isName(text, maxCredentialCharacters);
}

}  // namespace countersign
