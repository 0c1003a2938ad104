#include "core/inbox/source/CountersignRelaySource.h"

#include "core/inbox/source/EntriesPage.h"

#include <QCoreApplication>
#include <QUrlQuery>

#include <algorithm>

namespace countersign {

namespace {

constexpr int maxWaitSeconds = 30;
/// An answer may take as long as it likes while at least so much of it comes in within this time.
constexpr auto progressTime = std::chrono::minutes(1);
constexpr std::size_t progressLeastBytes = std::size_t{16} * 1024;
/// And no longer than this altogether; the next page is smaller.
constexpr auto pageTime = std::chrono::minutes(30);

struct CountersignRelaySourceText
{
    Q_DECLARE_TR_FUNCTIONS(CountersignRelaySourceText)
};

Error errorOf(const HttpResponse& answer)
{
    if (answer.status == 409 && isOfRelay(answer)) {
        return {ErrorCode::Network,
                CountersignRelaySourceText::tr(
                    "The relay refuses the position up to which this profile has read. Its database "
                    "may have been replaced: \"countersign-cli sync --once --from-start\" reads "
                    "everything again; nothing is lost or doubled by it."),
                relayDetail(answer)};
    }
    return relayRefusal(answer);
}

std::optional<FeedChange> changeIn(const HttpResponse& answer)
{
    const std::string type =
        answer.status == 409 && isOfRelay(answer) ? relayProblemType(answer) : std::string();
    if (type == "urn:countersign:feed-replaced") {
        return FeedChange::Identity;
    }
    return type == "urn:countersign:feed-history" ? std::optional(FeedChange::History) : std::nullopt;
}

}  // namespace

Result<std::unique_ptr<CountersignRelaySource>> CountersignRelaySource::make(
    const QString& baseUrl, const std::string& inbox, SecretBytes token, std::chrono::milliseconds silence)
{
    ASSIGN_OR_RETURN(auto relay, RelayInbox::make(baseUrl, inbox, std::move(token)));
    return std::unique_ptr<CountersignRelaySource>(new CountersignRelaySource(std::move(relay), silence));
}

CountersignRelaySource::CountersignRelaySource(RelayInbox inbox, std::chrono::milliseconds silence)
    : m_inbox(std::move(inbox)), m_silence(silence)
{
    m_start.setSingleShot(true);
    connect(&m_start, &QTimer::timeout, this, &CountersignRelaySource::send);
    m_progress.setSingleShot(true);
    connect(&m_progress, &QTimer::timeout, this, [this] {
        m_call.reset();
        end(failure(ErrorCode::Timeout,
                    CountersignRelaySourceText::tr(
                        "The relay's answer comes in too slowly. Check the network; it is asked again."),
                    QStringLiteral("less than 16 KiB within a minute")));
    });
}

CountersignRelaySource::~CountersignRelaySource() = default;

void CountersignRelaySource::fetch(const FeedPosition& after, int limit, int waitSeconds)
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

int CountersignRelaySource::limit() const
{
    return std::min(m_limit, m_bearable);
}

void CountersignRelaySource::send()
{
    HttpRequest request = m_inbox.request("GET", QStringLiteral("/entries"));
    QUrlQuery query;
    query.addQueryItem(QStringLiteral("after"), QString::number(m_after.cursor));
    query.addQueryItem(QStringLiteral("limit"), QString::number(limit()));
    query.addQueryItem(QStringLiteral("wait"), QString::number(m_waitSeconds));
    if (!m_after.identity.empty()) {
        query.addQueryItem(QStringLiteral("feed"), QString::fromStdString(m_after.identity));
    }
    if (!m_after.history.empty()) {
        query.addQueryItem(QStringLiteral("head"), QString::fromStdString(m_after.history));
    }
    request.url.setQuery(query);
    request.maxAnswerBytes = static_cast<qint64>(entriesPageMaxBytes);
    request.silence = std::chrono::seconds(m_waitSeconds) + m_silence;
    request.total = pageTime;
    m_answer = {};
    // A head is short: it has come in by then, or somebody sends it for ever.
    m_progressBytes = 0;
    m_progress.start(request.silence + progressTime);
    m_call = m_http.stream(std::move(request), {.head =
                                                    [this](const HttpHead& head) {
                                                        static_cast<HttpHead&>(m_answer) = head;
                                                        m_progressBytes = 0;
                                                        m_progress.start(progressTime);
                                                    },
                                                .data = [this](BytesView bytes) { take(bytes); },
                                                .ended = [this](const Status& status) { end(status); }});
}

void CountersignRelaySource::take(BytesView bytes)
{
    m_answer.body.insert(m_answer.body.end(), bytes.begin(), bytes.end());
    if (m_answer.body.size() - m_progressBytes >= progressLeastBytes) {
        m_progressBytes = m_answer.body.size();
        m_progress.start(progressTime);
    }
}

/// Rather a slow line, or a page too large for this relay's patience, than a relay that is not there.
bool CountersignRelaySource::isCut(const Error& error) const
{
    return m_answer.status == 200 && (error.code == ErrorCode::Timeout || error.code == ErrorCode::Network);
}

void CountersignRelaySource::end(const Status& status)
{
    m_progress.stop();
    if (status) {
        return read(m_answer);
    }
    if (isCut(status.error()) && limit() > 1) {
        m_bearable = std::max(1, std::min(limit() / 2, wholeEntriesIn(m_answer.body)));
        m_start.start(0);
        return;
    }
    conclude(failure(status.error()));
}

void CountersignRelaySource::read(const HttpResponse& answer)
{
    if (answer.status == 200 && isFromBetween(answer)) {
        return conclude(failure(answeredInBetween(answer)));
    }
    if (answer.status == 200) {
        const auto page = parseEntriesPage(answer.body, m_after, limit());
        if (page && !m_after.identity.empty() && !page->identity.empty() &&
            page->identity != m_after.identity) {
            return concludeChanged(FeedChange::Identity, QStringLiteral("a page of another feed"));
        }
        if (page && m_bearable < m_limit) {
            m_bearable *= 2;
        }
        return conclude(page);
    }
    if (const auto change = changeIn(answer)) {
        return concludeChanged(*change, relayDetail(answer));
    }
    if (answer.status == 429 || answer.status == 503) {
        m_pause.note(answer.retryAfter);
    }
    conclude(failure(errorOf(answer)));
}

void CountersignRelaySource::conclude(const Result<FeedPage>& page)
{
    m_answer = {};
    m_running = false;
    if (page) {
        Q_EMIT pageReceived(*page);
    } else {
        Q_EMIT failed(page.error());
    }
}

void CountersignRelaySource::concludeChanged(FeedChange change, const QString& detail)
{
    m_answer = {};
    m_running = false;
    Q_EMIT feedChanged(change, detail);
}

void CountersignRelaySource::cancel()
{
    if (m_running) {
        m_start.stop();
        m_progress.stop();
        m_call.reset();
        conclude(failure(ErrorCode::Cancelled, CountersignRelaySourceText::tr("Stopped.")));
    }
}

}  // namespace countersign
