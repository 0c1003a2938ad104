#include "core/inbox/CountersignRelaySource.h"

#include "core/base/Json.h"
#include "core/base/ServiceUrl.h"
#include "core/inbox/EntriesPage.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QNetworkReply>
#include <QUrlQuery>

#include <algorithm>

namespace countersign {

namespace {

constexpr std::size_t maxInboxCharacters = 128;
constexpr std::size_t maxTokenCharacters = 4096;
constexpr int maxWaitSeconds = 30;
constexpr int deadlineSeconds = 10 * 60;  ///< for a whole answer, however slowly it drips
constexpr qint64 maxRetryAfterMs = 5 * 60 * 1000;
constexpr qint64 maxProblemBytes = 16 * 1024;

bool isToken(std::string_view text, std::size_t maxCharacters)
{
    return !text.empty() && text.size() <= maxCharacters &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

QString translated(const char* text)
{
    return QCoreApplication::translate("CountersignRelaySource", text);
}

int statusOf(const QNetworkReply& reply)
{
    return reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
}

Error errorOfStatus(int status, const QString& detail)
{
    switch (status) {
        case 401:
            return {
                ErrorCode::Denied,
                translated("The relay does not know this profile's token. Make one with \"countersign-relay "
                           "token create\" and enter it here."),
                detail};
        case 403:
            return {
                ErrorCode::Denied,
                translated("This profile's token may not read the inbox. It needs the role \"consumer\"."),
                detail};
        case 404:
            return {
                ErrorCode::NotFound,
                translated("The relay has no such inbox. Check the relay's address and the inbox's name."),
                detail};
        case 409:
            return {
                ErrorCode::Network,
                translated("The relay refuses the position up to which this profile has read. Its database "
                           "may have been replaced; ask whoever runs it."),
                detail};
        case 429:
            return {ErrorCode::Busy, translated("The relay asks for patience: too many requests."), detail};
        default:
            break;
    }
    if (status >= 500) {
        return {ErrorCode::Network,
                translated("The relay cannot answer right now. It is asked again soon; nothing is lost."),
                detail};
    }
    if (status >= 300 && status < 400) {
        return {ErrorCode::Network,
                translated(
                    "The relay's address leads elsewhere, which is not followed. Enter the final address."),
                detail};
    }
    return {ErrorCode::Network,
            translated("The relay's answer cannot be understood. Check the relay's address."), detail};
}

Error errorOfNetwork(QNetworkReply::NetworkError error, const QString& detail)
{
    switch (error) {
        case QNetworkReply::SslHandshakeFailedError:
            return {ErrorCode::Network,
                    translated(
                        "The relay's certificate is not trusted, so nothing was sent. Check the address and "
                        "the certificate."),
                    detail};
        case QNetworkReply::HostNotFoundError:
            return {ErrorCode::Network,
                    translated("The relay's host name is unknown. Check the address and the network."),
                    detail};
        case QNetworkReply::ConnectionRefusedError:
            return {ErrorCode::Network,
                    translated("Nothing answers at the relay's address. Check that the relay is running."),
                    detail};
        case QNetworkReply::TimeoutError:
        case QNetworkReply::OperationCanceledError:
            return {ErrorCode::Timeout,
                    translated("The relay did not answer in time. It is asked again soon."), detail};
        default:
            return {ErrorCode::Network,
                    translated("The connection to the relay failed. It is tried again soon."), detail};
    }
}

/// title and detail of an application/problem+json body (RFC 9457), for the details fold.
QString problemText(const QByteArray& body)
{
    const auto json = parseJson({body.constData(), static_cast<std::size_t>(body.size())},
                                {.maxBytes = maxProblemBytes, .maxDepth = 4, .maxValues = 64});
    if (!json) {
        return {};
    }
    QString text;
    for (const char* member : {"title", "detail"}) {
        const auto value = optionalString(*json, member);
        if (value && *value) {
            text += QStringLiteral(": ") + QString::fromStdString(**value).left(200);
        }
    }
    return text;
}

}  // namespace

Result<std::unique_ptr<CountersignRelaySource>> CountersignRelaySource::make(
    const QString& baseUrl, const std::string& inbox, SecretBytes token, std::chrono::milliseconds silence)
{
    auto base = parseServiceUrl(baseUrl);
    if (!base) {
        return failure(base.error());
    }
    if (!isToken(inbox, maxInboxCharacters) || inbox.find_first_not_of('.') == std::string::npos) {
        return failure(ErrorCode::InvalidInput,
                       translated("The inbox's name cannot be used. Check the settings."));
    }
    if (!isToken(token.text(), maxTokenCharacters)) {
        return failure(
            ErrorCode::InvalidInput,
            translated("The relay token cannot be used. Enter it again, without spaces or line ends."));
    }
    return std::unique_ptr<CountersignRelaySource>(
        new CountersignRelaySource(*std::move(base), inbox, std::move(token), silence));
}

CountersignRelaySource::CountersignRelaySource(QUrl base, std::string inbox, SecretBytes token,
                                               std::chrono::milliseconds silence)
    : m_base(std::move(base)), m_inbox(std::move(inbox)), m_token(std::move(token)), m_silence(silence)
{
    m_network.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    m_network.setAutoDeleteReplies(false);
    m_start.setSingleShot(true);
    m_deadline.setSingleShot(true);
    connect(&m_start, &QTimer::timeout, this, &CountersignRelaySource::send);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        m_late = true;
        if (m_reply != nullptr) {
            m_reply->abort();
        }
    });
}

CountersignRelaySource::~CountersignRelaySource()
{
    if (m_reply != nullptr) {
        m_reply->disconnect(this);
        m_reply->abort();
        delete m_reply;
    }
    wipeAuthorization();
}

void CountersignRelaySource::wipeAuthorization()
{
    // Shared with Qt's copy of the request, which is done with it; data() would wipe a copy of our own.
    wipeMemory(const_cast<char*>(m_authorization.constData()),
               static_cast<std::size_t>(m_authorization.size()));
    m_authorization.clear();
}

void CountersignRelaySource::fetch(std::int64_t after, int limit, int waitSeconds)
{
    if (m_running) {
        Q_ASSERT_X(false, "fetch", "one request at a time");
        return;
    }
    m_after = after;
    m_limit = limit;
    m_waitSeconds = std::clamp(waitSeconds, 0, maxWaitSeconds);
    m_running = true;
    m_cancelled = m_tooLarge = m_late = false;
    m_received.clear();
    const qint64 passed = m_sinceRetryAfter.isValid() ? m_sinceRetryAfter.elapsed() : m_retryAfterMs;
    m_start.start(static_cast<int>(std::max<qint64>(0, m_retryAfterMs - passed)));
}

void CountersignRelaySource::send()
{
    m_retryAfterMs = 0;
    m_sinceRetryAfter.invalidate();
    QUrl address = m_base;
    const QByteArray inboxName = QUrl::toPercentEncoding(QString::fromStdString(m_inbox));
    address.setPath(m_base.path(QUrl::FullyEncoded) + QStringLiteral("/v1/inboxes/") +
                        QString::fromLatin1(inboxName) + QStringLiteral("/entries"),
                    QUrl::StrictMode);
    QUrlQuery query;
    query.addQueryItem(QStringLiteral("after"), QString::number(m_after));
    query.addQueryItem(QStringLiteral("limit"), QString::number(m_limit));
    query.addQueryItem(QStringLiteral("wait"), QString::number(m_waitSeconds));
    address.setQuery(query);

    QNetworkRequest request(address);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    request.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setTransferTimeout(m_waitSeconds * 1000 + static_cast<int>(m_silence.count()));
    request.setRawHeader("Accept", "application/json");
    // Compression would let a small answer grow without bound.
    request.setRawHeader("Accept-Encoding", "identity");
    request.setRawHeader("User-Agent", "Countersign/" COUNTERSIGN_VERSION);
    m_authorization = QByteArrayLiteral("Bearer ");
    m_authorization.append(reinterpret_cast<const char*>(m_token.data()),
                           static_cast<qsizetype>(m_token.size()));
    request.setRawHeader("Authorization", m_authorization);

    m_reply = m_network.get(request);
    m_reply->setReadBufferSize(1024 * 1024);
    m_deadline.start(deadlineSeconds * 1000);
    connect(m_reply, &QNetworkReply::readyRead, this, &CountersignRelaySource::readSome);
    connect(m_reply, &QNetworkReply::finished, this, &CountersignRelaySource::finish);
}

void CountersignRelaySource::readSome()
{
    const qint64 limit =
        statusOf(*m_reply) == 200 ? static_cast<qint64>(entriesPageMaxBytes) : maxProblemBytes;
    m_received += m_reply->read(limit + 1 - m_received.size());
    if (m_received.size() > limit) {
        m_tooLarge = true;
        m_reply->abort();
    }
}

void CountersignRelaySource::finish()
{
    m_deadline.stop();
    if (!m_tooLarge && !m_cancelled && !m_late && m_reply->isOpen() && m_reply->bytesAvailable() > 0) {
        const bool before = m_tooLarge;
        readSome();
        if (before != m_tooLarge) {
            return;  // abort() came back here
        }
    }
    QNetworkReply* reply = std::exchange(m_reply, nullptr);
    reply->deleteLater();
    noteRetryAfter(*reply);
    const bool good = reply->error() == QNetworkReply::NoError && statusOf(*reply) == 200 && !m_cancelled &&
                      !m_tooLarge && !m_late;
    Result<FeedPage> page =
        good ? parseEntriesPage(
                   asBytes({m_received.constData(), static_cast<std::size_t>(m_received.size())}), m_after)
             : Result<FeedPage>(failure(errorOf(*reply)));
    conclude(page);
}

void CountersignRelaySource::conclude(const Result<FeedPage>& page)
{
    wipeAuthorization();
    m_received.clear();
    m_running = false;
    if (page) {
        Q_EMIT pageReceived(*page);
    } else {
        Q_EMIT failed(page.error());
    }
}

void CountersignRelaySource::cancel()
{
    if (!m_running) {
        return;
    }
    m_cancelled = true;
    m_start.stop();
    if (m_reply != nullptr) {
        m_reply->abort();
    } else {
        conclude(failure(ErrorCode::Cancelled, translated("Stopped.")));
    }
}

Error CountersignRelaySource::errorOf(QNetworkReply& reply)
{
    const int status = statusOf(reply);
    const QString detail =
        status != 0 ? QStringLiteral("HTTP %1%2").arg(status).arg(problemText(m_received))
                    : QStringLiteral("network error %1: %2").arg(reply.error()).arg(reply.errorString());
    if (m_cancelled) {
        return {ErrorCode::Cancelled, translated("Stopped."), {}};
    }
    if (m_tooLarge) {
        return {ErrorCode::Network, translated("The relay's answer is larger than any it should give."),
                detail};
    }
    if (m_late) {
        return errorOfNetwork(QNetworkReply::TimeoutError, detail);
    }
    if (status == 0 || status == 200) {
        return errorOfNetwork(
            reply.error(),
            QStringLiteral("network error %1: %2").arg(reply.error()).arg(reply.errorString()));
    }
    return errorOfStatus(status, detail);
}

void CountersignRelaySource::noteRetryAfter(const QNetworkReply& reply)
{
    const int status = statusOf(reply);
    if (status != 429 && status != 503) {
        return;
    }
    const QString value = QString::fromLatin1(reply.rawHeader("Retry-After")).trimmed();
    bool isNumber = false;
    qint64 waitMs = static_cast<qint64>(value.toUInt(&isNumber)) * 1000;
    if (!isNumber) {
        const QDateTime date = QDateTime::fromString(value, Qt::RFC2822Date);
        waitMs = date.isValid() ? QDateTime::currentDateTimeUtc().msecsTo(date) : 0;
    }
    m_retryAfterMs = std::clamp<qint64>(waitMs, 0, maxRetryAfterMs);
    m_sinceRetryAfter.start();
}

}  // namespace countersign
