#include "core/inbox/CountersignRelaySource.h"

#include "core/inbox/EntriesPage.h"

#include <QCoreApplication>
#include <QUrlQuery>

#include <algorithm>

namespace countersign {

namespace {

constexpr int maxWaitSeconds = 30;
constexpr auto deadline = std::chrono::minutes(10);  ///< for a whole answer, however slowly it drips

struct CountersignRelaySourceText
{
    Q_DECLARE_TR_FUNCTIONS(CountersignRelaySource)
};

Error errorOf(const HttpAnswer& answer)
{
    if (answer.status == 409 && isOfRelay(answer)) {
        return {ErrorCode::Network,
                CountersignRelaySourceText::tr(
                    "The relay refuses the position up to which this profile has read. Its database "
                    "may have been replaced; ask whoever runs it."),
                relayDetail(answer)};
    }
    return relayRefusal(answer);
}

}  // namespace

Result<std::unique_ptr<CountersignRelaySource>> CountersignRelaySource::make(
    const QString& baseUrl, const std::string& inbox, SecretBytes token, std::chrono::milliseconds silence)
{
    auto relay = RelayInbox::make(baseUrl, inbox, std::move(token));
    if (!relay) {
        return failure(relay.error());
    }
    return std::unique_ptr<CountersignRelaySource>(new CountersignRelaySource(*std::move(relay), silence));
}

CountersignRelaySource::CountersignRelaySource(RelayInbox inbox, std::chrono::milliseconds silence)
    : m_inbox(std::move(inbox)), m_silence(silence)
{
    m_start.setSingleShot(true);
    connect(&m_start, &QTimer::timeout, this, &CountersignRelaySource::send);
}

CountersignRelaySource::~CountersignRelaySource() = default;

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
    m_start.start(m_pause.left());
}

void CountersignRelaySource::send()
{
    HttpRequest request = m_inbox.request("GET", QStringLiteral("/entries"));
    QUrlQuery query;
    query.addQueryItem(QStringLiteral("after"), QString::number(m_after));
    query.addQueryItem(QStringLiteral("limit"), QString::number(m_limit));
    query.addQueryItem(QStringLiteral("wait"), QString::number(m_waitSeconds));
    request.url.setQuery(query);
    request.maxAnswerBytes = static_cast<qint64>(entriesPageMaxBytes);
    request.silence = std::chrono::seconds(m_waitSeconds) + m_silence;
    request.total = deadline;
    m_call = m_http.send(std::move(request), [this](const Result<HttpAnswer>& answer) { take(answer); });
}

void CountersignRelaySource::take(const Result<HttpAnswer>& answer)
{
    if (!answer) {
        return conclude(failure(answer.error()));
    }
    if (answer->status == 200) {
        return conclude(isFromBetween(*answer) ? failure(answeredInBetween(*answer))
                                               : parseEntriesPage(answer->body, m_after));
    }
    if (answer->status == 429 || answer->status == 503) {
        m_pause.note(answer->retryAfter);
    }
    conclude(failure(errorOf(*answer)));
}

void CountersignRelaySource::conclude(const Result<FeedPage>& page)
{
    m_running = false;
    if (page) {
        Q_EMIT pageReceived(*page);
    } else {
        Q_EMIT failed(page.error());
    }
}

void CountersignRelaySource::cancel()
{
    if (m_running) {
        m_start.stop();
        m_call.reset();
        conclude(failure(ErrorCode::Cancelled, CountersignRelaySourceText::tr("Stopped.")));
    }
}

}  // namespace countersign
