#include "core/inbox/source/Synchronizer.h"

#include <QCoreApplication>
#include <QRandomGenerator>

#include <algorithm>
#include <cmath>

namespace countersign {

namespace {

struct SynchronizerText
{
    Q_DECLARE_TR_FUNCTIONS(SynchronizerText)
};

constexpr int pageLimit = 500;
constexpr int longPollSeconds = 25;
constexpr double firstDelayMs = 1'000;
constexpr double longestDelayMs = 60'000;
/// Idle long polls must not write all the time; the liveness indicator is content with this.
constexpr qint64 noteEveryMs = 20'000;

/// 1 s, 2 s, 4 s … 60 s, each shortened by up to a half, so that consoles do not come back in step.
int delayAfter(int failures)
{
    const double full = std::min(longestDelayMs, firstDelayMs * std::pow(2.0, std::min(failures - 1, 10)));
    const double part = 0.5 + 0.5 * QRandomGenerator::global()->generateDouble();
    return static_cast<int>(std::max(firstDelayMs, full * part));
}

Error changedFeed(FeedChange change, const QString& detail)
{
    const QString what = change == FeedChange::Identity
                             ? SynchronizerText::tr(
                                   "The relay's feed is another one than this profile has read: its "
                                   "database was replaced.")
                             : SynchronizerText::tr(
                                   "The relay's feed holds something else than this profile has read: "
                                   "an older state of its database was restored.");
    return {ErrorCode::NotFound,
            what + QStringLiteral(" ") +
                SynchronizerText::tr(
                    "Everything in it is read from the start now, as \"countersign-cli sync --once "
                    "--from-start\" does. What came in between may be lost at the relay: have Dynamic send "
                    "the webhooks again."),
            detail};
}

}  // namespace

Synchronizer::Synchronizer(RelaySource& source, Ingestor& ingestor, QObject* parent)
    : QObject(parent), m_source(source), m_ingestor(ingestor)
{
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &Synchronizer::begin);
    connect(&m_source, &RelaySource::pageReceived, this, &Synchronizer::onPage);
    connect(&m_source, &RelaySource::failed, this, &Synchronizer::onFailed);
    connect(&m_source, &RelaySource::feedChanged, this, &Synchronizer::onFeedChanged);
    m_floorPause.setSingleShot(true);
    connect(&m_floorPause, &QTimer::timeout, this, [this] {
        if (m_mode != Mode::Idle && !m_fetching) {
            next(longPollSeconds);
        }
    });
}

void Synchronizer::follow()
{
    start(Mode::Following);
}

void Synchronizer::drain()
{
    start(Mode::Draining);
}

void Synchronizer::start(Mode mode)
{
    m_mode = mode;
    m_failures = 0;
    m_busy = 0;
    m_floorMs = firstFloorMs;
    m_floorPause.stop();
    m_sinceStartOver.invalidate();
    m_total = {};
    // A request that stop() cancelled may still be on its way out: onFailed then begins.
    if (!m_fetching) {
        m_retry.start(0);
    }
}

void Synchronizer::stop()
{
    const Mode before = std::exchange(m_mode, Mode::Idle);
    m_retry.stop();
    m_floorPause.stop();
    if (m_fetching) {
        m_source.cancel();
    }
    if (before == Mode::Draining) {
        Q_EMIT finished(failure(ErrorCode::Cancelled, SynchronizerText::tr("Stopped. Nothing is lost.")));
    }
}

void Synchronizer::begin()
{
    if (m_mode == Mode::Idle || m_fetching) {
        return;
    }
    const auto position = m_ingestor.position(m_source.url(), m_source.inbox());
    if (!position) {
        giveUpOrWait(position.error());
        return;
    }
    m_position = *position;
    m_total.cursor = position->cursor;
    // The first answer should come at once, to show that the relay is there.
    next(0);
}

void Synchronizer::next(int waitSeconds)
{
    m_fetching = true;
    m_waitAsked = waitSeconds;
    m_sinceAsked.start();
    m_source.fetch(m_position, pageLimit, waitSeconds);
}

void Synchronizer::onPage(const FeedPage& page)
{
    m_fetching = false;
    if (m_mode == Mode::Idle) {
        return;
    }
    noteContact();
    Q_EMIT contacted();
    if (m_mode == Mode::Idle) {
        return;  // stopped by whoever listened
    }
    noticeRemoved(page);
    page.entries.empty() ? onNothing(page) : ingest(page);
}

void Synchronizer::onNothing(const FeedPage& page)
{
    const FeedPosition told{m_position.cursor, page.identity.empty() ? m_position.identity : page.identity,
                            page.history};
    if (told != m_position) {
        if (const auto noted = m_ingestor.ingest(m_source.url(), m_source.inbox(), m_position.cursor, page);
            !noted) {
            return retryOrGiveUp(noted.error());
        }
        m_position = told;
    }
    m_busy = 0;
    if (m_mode == Mode::Draining) {
        m_mode = Mode::Idle;
        Q_EMIT finished(m_total);
        return;
    }
    pollAgain();
}

/// The answer to the first question comes at once; only a long poll that was held shows that all is well.
void Synchronizer::pollAgain()
{
    const qint64 elapsed = m_sinceAsked.elapsed();
    if (m_waitAsked == 0) {
        return next(longPollSeconds);
    }
    if (elapsed >= lastFloorMs) {
        m_failures = 0;
        m_floorMs = firstFloorMs;
        return next(longPollSeconds);
    }
    m_floorPause.start(static_cast<int>(std::max<qint64>(0, m_floorMs - elapsed)));
    m_floorMs = std::min(2 * m_floorMs, lastFloorMs);
}

void Synchronizer::noticeRemoved(const FeedPage& page)
{
    if (page.removed == 0 || page.entries.empty() || m_position.cursor == 0) {
        return;
    }
    Q_EMIT noticed(
        {ErrorCode::NotFound,
         SynchronizerText::tr(
             "The relay has removed %1 entries (%2 to %3) by its retention before this profile read "
             "them. Have Dynamic send the webhooks of that time again.")
             .arg(page.removed)
             .arg(m_position.cursor + 1)
             .arg(m_position.cursor + page.removed),
         {}});
}

void Synchronizer::ingest(const FeedPage& page)
{
    const auto report = m_ingestor.ingest(m_source.url(), m_source.inbox(), m_position.cursor, page);
    if (!report) {
        return retryOrGiveUp(report.error());
    }
    m_failures = 0;
    m_busy = 0;
    m_floorMs = firstFloorMs;
    m_position = {report->cursor, page.identity.empty() ? m_position.identity : page.identity,
                  report->cursor == page.cursor ? page.history : std::string()};
    m_total += *report;
    Q_EMIT pageIngested(*report);
    if (m_mode != Mode::Idle && !m_fetching && !m_retry.isActive()) {
        next(0);
    }
}

void Synchronizer::retryOrGiveUp(const Error& error)
{
    if (error.code == ErrorCode::Busy && ++m_busy < maxBusyInARow) {
        m_retry.start(0);  // another process was quicker: go on from where it is
        return;
    }
    m_busy = 0;
    giveUpOrWait(error);
}

bool Synchronizer::mayStartOver() const
{
    return !m_sinceStartOver.isValid() ||
           (m_mode == Mode::Following && m_sinceStartOver.hasExpired(startOverEveryMs));
}

void Synchronizer::onFeedChanged(FeedChange change, const QString& detail)
{
    m_fetching = false;
    if (m_mode == Mode::Idle) {
        return;
    }
    const Error notice = changedFeed(change, detail);
    if (!mayStartOver()) {
        return giveUpOrWait({ErrorCode::Network,
                             SynchronizerText::tr(
                                 "The relay keeps changing what its feed holds, so reading it from the start "
                                 "was given up for now. Ask whoever runs the relay; then \"countersign-cli "
                                 "sync --once --from-start\" reads everything."),
                             notice.detail});
    }
    if (const auto begun =
            m_ingestor.startOver(m_source.url(), m_source.inbox(),
                                 change == FeedChange::Identity ? "another feed" : "another history");
        !begun) {
        return retryOrGiveUp(begun.error());
    }
    m_sinceStartOver.start();
    Q_EMIT noticed(notice);
    if (m_mode != Mode::Idle && !m_fetching) {
        m_position = {};
        m_total.cursor = 0;
        next(0);
    }
}

void Synchronizer::onFailed(const Error& error)
{
    m_fetching = false;
    if (error.code == ErrorCode::Cancelled) {
        if (m_mode != Mode::Idle) {
            m_retry.start(0);  // started again before the cancelled request had ended
        }
        return;
    }
    if (m_mode != Mode::Idle) {
        giveUpOrWait(error);
    }
}

void Synchronizer::giveUpOrWait(const Error& error)
{
    noteFailure(error);
    if (m_mode == Mode::Draining) {
        m_mode = Mode::Idle;
        Q_EMIT failed(error);
        Q_EMIT finished(failure(error));
        return;
    }
    ++m_failures;
    m_retry.start(delayAfter(m_failures));
    Q_EMIT failed(error);
}

void Synchronizer::noteContact()
{
    if (m_lastNote != Note::Contact || m_sinceNote.hasExpired(noteEveryMs)) {
        (void)m_ingestor.noteContact(m_source.url(), m_source.inbox());
        m_lastNote = Note::Contact;
        m_sinceNote.start();
    }
}

void Synchronizer::noteFailure(const Error& error)
{
    if (m_lastNote != Note::Failure || m_sinceNote.hasExpired(noteEveryMs)) {
        (void)m_ingestor.noteFailure(m_source.url(), m_source.inbox(), error);
        m_lastNote = Note::Failure;
        m_sinceNote.start();
    }
}

}  // namespace countersign
