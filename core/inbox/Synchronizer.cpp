#include "core/inbox/Synchronizer.h"

#include <QCoreApplication>
#include <QRandomGenerator>

#include <algorithm>
#include <cmath>

namespace countersign {

namespace {

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

}  // namespace

Synchronizer::Synchronizer(RelaySource& source, Ingestor& ingestor, QObject* parent)
    : QObject(parent), m_source(source), m_ingestor(ingestor)
{
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &Synchronizer::begin);
    connect(&m_source, &RelaySource::pageReceived, this, &Synchronizer::onPage);
    connect(&m_source, &RelaySource::failed, this, &Synchronizer::onFailed);
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
    if (m_fetching) {
        m_source.cancel();
    }
    if (before == Mode::Draining) {
        Q_EMIT finished(failure(ErrorCode::Cancelled,
                                QCoreApplication::translate("Synchronizer", "Stopped. Nothing is lost.")));
    }
}

void Synchronizer::begin()
{
    if (m_mode == Mode::Idle || m_fetching) {
        return;
    }
    const auto cursor = m_ingestor.cursor(m_source.url(), m_source.inbox());
    if (!cursor) {
        giveUpOrWait(cursor.error());
        return;
    }
    m_after = *cursor;
    m_total.cursor = *cursor;
    // The first answer should come at once, to show that the relay is there.
    next(0);
}

void Synchronizer::next(int waitSeconds)
{
    m_fetching = true;
    m_source.fetch(m_after, pageLimit, waitSeconds);
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
    if (page.entries.empty()) {
        m_failures = 0;
        if (m_mode == Mode::Draining) {
            m_mode = Mode::Idle;
            Q_EMIT finished(m_total);
        } else {
            next(longPollSeconds);
        }
        return;
    }
    ingest(page);
}

void Synchronizer::ingest(const FeedPage& page)
{
    const auto report = m_ingestor.ingest(m_source.url(), m_source.inbox(), m_after, page);
    if (!report && report.error().code == ErrorCode::Busy && ++m_failures < maxBusyInARow) {
        m_retry.start(0);  // another process was quicker: go on from where it is
        return;
    }
    if (!report) {
        giveUpOrWait(report.error());
        return;
    }
    m_failures = 0;
    m_after = report->cursor;
    m_total += *report;
    Q_EMIT pageIngested(*report);
    if (m_mode != Mode::Idle && !m_fetching && !m_retry.isActive()) {
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
