#include "core/net/HttpExchange.h"

#include "core/base/Clock.h"
#include "core/base/ServiceUrl.h"
#include "core/net/HttpFailure.h"
#include "core/net/RetryAfter.h"

#include <QCoreApplication>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QPointer>
#include <QSslConfiguration>
#include <QSslError>
#include <QTimer>

#include <algorithm>
#include <limits>

namespace countersign {

namespace {

constexpr qint64 readBufferBytes = 256 * 1024;
constexpr qint64 chunkBytes = 64 * 1024;
constexpr qsizetype maxTlsErrors = 4;

bool isHeaderName(const QByteArray& name)
{
    return !name.isEmpty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_';
    });
}

/// Qt writes values as they are: a line end would begin another header.
bool isHeaderValue(std::string_view value)
{
    return std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; });
}

Error unsendable(const QString& sentence, const QString& detail)
{
    return {ErrorCode::InvalidInput, sentence, detail};
}

Status check(const HttpRequest& request)
{
    if (const auto url =
            parseServiceUrl(request.url.adjusted(QUrl::RemoveQuery).toString(QUrl::FullyEncoded));
        !url) {
        return failure(url.error());
    }
    const bool plain = std::ranges::all_of(request.headers, [](const auto& header) {
        return isHeaderName(header.first) &&
               isHeaderValue(asText(
                   asBytes({header.second.constData(), static_cast<std::size_t>(header.second.size())})));
    });
    const bool secret = std::ranges::all_of(request.secretHeaders, [](const auto& header) {
        return isHeaderName(header.first) && isHeaderValue(header.second.text());
    });
    if (!plain || !secret) {
        return failure(unsendable(
            QCoreApplication::translate("HttpClient",
                                        "A name or a credential holds characters that cannot be sent. Enter "
                                        "it again, without line ends."),
            QStringLiteral("header with unprintable characters")));
    }
    const bool hasBody = request.method == "POST" || request.method == "PUT";
    if (!hasBody && ((request.method != "GET" && request.method != "DELETE") || !request.body.isEmpty())) {
        return failure(ErrorCode::Internal,
                       QCoreApplication::translate("HttpClient", "This request cannot be sent."),
                       QStringLiteral("method or body"));
    }
    return {};
}

QNetworkRequest baseRequest(const HttpRequest& request)
{
    QNetworkRequest built(request.url);
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setPeerVerifyMode(QSslSocket::VerifyPeer);
    tls.setProtocol(QSsl::TlsV1_2OrLater);
    built.setSslConfiguration(tls);
    built.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    built.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    built.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    built.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    built.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    built.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    built.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    // Compression would let a small answer grow without bound; the language would be the environment's.
    built.setRawHeader("Accept-Encoding", "identity");
    built.setRawHeader("Accept-Language", "*");
    built.setRawHeader("User-Agent", "Countersign/" COUNTERSIGN_VERSION);
    if (!request.body.isEmpty()) {
        built.setRawHeader("Content-Type", "application/octet-stream");
    }
    for (const auto& [name, value] : request.headers) {
        built.setRawHeader(name, value);
    }
    return built;
}

QByteArray mediaType(const QNetworkReply& reply)
{
    const QByteArray value = reply.rawHeader("Content-Type");
    const qsizetype end = value.indexOf(';');
    return (end < 0 ? value : value.left(end)).trimmed().toLower();
}

bool isRedirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

void start(QTimer& timer, std::chrono::milliseconds limit)
{
    if (limit.count() > 0) {
        timer.start(static_cast<int>(std::min<std::int64_t>(limit.count(), std::numeric_limits<int>::max())));
    }
}

/// Why this class exists: one exchange on its way. Everything that Qt's reply says is handled from the event
/// loop (queued): so a callback may destroy the call, the client, or both, and never pulls the reply away
/// from under Qt's own functions.
class Exchange final : public QObject, public PendingCall
{
public:
    Exchange(std::shared_ptr<QNetworkAccessManager> network, HttpStreamEvents events)
        : m_network(std::move(network)), m_events(std::make_shared<const HttpStreamEvents>(std::move(events)))
    {
        m_silence.setSingleShot(true);
        m_total.setSingleShot(true);
        connect(
            &m_silence, &QTimer::timeout, this, [this] { breakOff(HttpBreak::Silence); },
            Qt::QueuedConnection);
        connect(
            &m_total, &QTimer::timeout, this, [this] { breakOff(HttpBreak::TooSlow); }, Qt::QueuedConnection);
    }
    ~Exchange() override { dropReply(); }
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    void begin(HttpRequest request)
    {
        m_url = request.url;
        if (const Status sendable = check(request); !sendable) {
            QMetaObject::invokeMethod(
                this, [this, sendable] { conclude(sendable); }, Qt::QueuedConnection);
            return;
        }
        m_maxBytes = request.maxAnswerBytes;
        m_silenceLimit = request.silence;
        m_reply.reset(post(request));
        m_reply->setReadBufferSize(readBufferBytes);
        connect(m_reply.get(), &QNetworkReply::sslErrors, this, &Exchange::noteTlsErrors);
        connect(m_reply.get(), &QNetworkReply::uploadProgress, this,
                [this] { start(m_silence, m_silenceLimit); });
        connect(m_reply.get(), &QNetworkReply::metaDataChanged, this, &Exchange::pump, Qt::QueuedConnection);
        connect(m_reply.get(), &QNetworkReply::readyRead, this, &Exchange::pump, Qt::QueuedConnection);
        connect(m_reply.get(), &QNetworkReply::finished, this, &Exchange::finish, Qt::QueuedConnection);
        start(m_silence, m_silenceLimit);
        start(m_total, request.total);
    }

private:
    QNetworkReply* post(const HttpRequest& request)
    {
        QNetworkRequest built = baseRequest(request);
        for (const auto& [name, value] : request.secretHeaders) {
            m_secrets.emplace_back(reinterpret_cast<const char*>(value.data()),
                                   static_cast<qsizetype>(value.size()));
            built.setRawHeader(name, m_secrets.back());
        }
        if (request.method == "GET") {
            return m_network->get(built);
        }
        if (request.method == "DELETE") {
            return m_network->deleteResource(built);
        }
        return request.method == "PUT" ? m_network->put(built, request.body)
                                       : m_network->post(built, request.body);
    }

    void noteTlsErrors(const QList<QSslError>& errors)
    {
        for (const QSslError& error : errors.first(std::min(errors.size(), maxTlsErrors))) {
            m_tlsErrors.append(error.errorString());
        }
    }

    int status() const { return m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(); }

    /// False: there is no head yet, or the call is over.
    bool takeHead()
    {
        if (m_hasHead) {
            return true;
        }
        HttpHead head{status(), mediaType(*m_reply), {}};
        if (head.status == 0) {
            return false;
        }
        const QByteArray coding = m_reply->rawHeader("Content-Encoding").trimmed().toLower();
        if (isRedirect(head.status) || (!coding.isEmpty() && coding != "identity")) {
            breakOff(isRedirect(head.status) ? HttpBreak::Redirect : HttpBreak::Encoded);
            return false;
        }
        const QByteArray retryAfter = m_reply->rawHeader("Retry-After");
        head.retryAfter = parseRetryAfter(
            {retryAfter.constData(), static_cast<std::size_t>(retryAfter.size())}, SystemClock().now());
        m_hasHead = true;
        start(m_silence, m_silenceLimit);
        const QPointer<Exchange> alive(this);
        if (const auto events = m_events; events->head) {
            events->head(head);
        }
        return !alive.isNull();
    }

    void pump()
    {
        const QPointer<Exchange> alive(this);
        if (!m_reply || !takeHead()) {
            return;
        }
        const auto events = m_events;
        while (m_reply && m_reply->isOpen() && m_reply->bytesAvailable() > 0) {
            const QByteArray chunk = m_reply->read(std::min(chunkBytes, m_maxBytes + 1 - m_received));
            if (chunk.isEmpty()) {
                return;
            }
            m_received += chunk.size();
            if (m_received > m_maxBytes) {
                breakOff(HttpBreak::TooLarge);
                return;
            }
            start(m_silence, m_silenceLimit);
            if (events->data) {
                events->data(asBytes({chunk.constData(), static_cast<std::size_t>(chunk.size())}));
            }
            if (!alive) {
                return;
            }
        }
    }

    void finish()
    {
        const QPointer<Exchange> alive(this);
        pump();
        if (!alive || !m_reply) {
            return;
        }
        if (isTransportError(m_reply->error())) {
            conclude(failure(httpFailure(m_reply->error(), m_url, m_tlsErrors)));
        } else if (!m_hasHead) {
            conclude(failure(httpFailure(QNetworkReply::ProtocolFailure, m_url, {})));
        } else {
            conclude({});
        }
    }

    void breakOff(HttpBreak reason)
    {
        if (m_reply) {
            conclude(failure(httpFailure(reason, m_url)));
        }
    }

    void conclude(const Status& status)
    {
        m_silence.stop();
        m_total.stop();
        dropReply();
        if (const auto events = std::exchange(m_events, {}); events && events->ended) {
            events->ended(status);  // may have destroyed this
        }
    }

    void dropReply()
    {
        if (m_reply) {
            m_reply->disconnect(this);
            m_reply->abort();
            m_reply.reset();
        }
        for (QByteArray& secret : m_secrets) {
            // Shared with Qt's copy of the request, which is done with it; data() would wipe a copy of our
            // own.
            wipeMemory(const_cast<char*>(secret.constData()), static_cast<std::size_t>(secret.size()));
        }
        m_secrets.clear();
    }

    std::shared_ptr<QNetworkAccessManager> m_network;
    std::shared_ptr<const HttpStreamEvents> m_events;  ///< shared with whoever calls one: it may end the call
    std::unique_ptr<QNetworkReply> m_reply;
    QUrl m_url;
    std::vector<QByteArray> m_secrets;
    QStringList m_tlsErrors;
    QTimer m_silence;
    QTimer m_total;
    std::chrono::milliseconds m_silenceLimit{0};
    qint64 m_maxBytes = 0;
    qint64 m_received = 0;
    bool m_hasHead = false;
};

}  // namespace

HttpClient::HttpClient() : m_network(std::make_shared<QNetworkAccessManager>())
{
    m_network->setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    m_network->setAutoDeleteReplies(false);
}

HttpClient::~HttpClient() = default;

PendingCallPtr HttpClient::stream(HttpRequest request, HttpStreamEvents events)
{
    auto exchange = std::make_unique<Exchange>(m_network, std::move(events));
    exchange->begin(std::move(request));
    return exchange;
}

PendingCallPtr HttpClient::send(HttpRequest request, Answered<HttpAnswer> answered)
{
    const auto answer = std::make_shared<HttpAnswer>();
    return stream(std::move(request),
                  {.head = [answer](const HttpHead& head) { static_cast<HttpHead&>(*answer) = head; },
                   .data =
                       [answer](BytesView bytes) {
                           answer->body.insert(answer->body.end(), bytes.begin(), bytes.end());
                       },
                   .ended =
                       [answer, answered = std::move(answered)](const Status& status) {
                           answered(status ? Result<HttpAnswer>(std::move(*answer))
                                           : Result<HttpAnswer>(failure(status.error())));
                       }});
}

}  // namespace countersign
