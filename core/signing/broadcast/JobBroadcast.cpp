#include "core/signing/broadcast/JobBroadcast.h"

#include "core/signing/broadcast/EvmBroadcast.h"
#include "core/signing/broadcast/SolanaBroadcast.h"

#include <algorithm>
#include <array>
#include <utility>

namespace countersign {

namespace {

constexpr std::chrono::milliseconds firstPause{500};
constexpr std::chrono::milliseconds longestPause{5'000};
constexpr std::array onTheWay = {JobState::Signed, JobState::Broadcast};

}  // namespace

std::unique_ptr<JobBroadcast> JobBroadcast::make(const Job& job, const SigningServices& parts,
                                                 JobStore& store, AuditLog& audit, int confirmations)
{
    if (job.kind == JobKind::EvmTransaction) {
        return std::make_unique<EvmBroadcast>(job, parts, store, audit, confirmations);
    }
    return std::make_unique<SolanaBroadcast>(job, parts, store, audit);
}

JobBroadcast::JobBroadcast(Job job, const SigningServices& parts, JobStore& store, AuditLog& audit)
    : m_job(std::move(job)), m_store(store), m_audit(audit), m_interval(firstPause), m_parts(parts)
{
    m_pause.setSingleShot(true);
    connect(&m_pause, &QTimer::timeout, this, &JobBroadcast::again);
}

JobBroadcast::~JobBroadcast() = default;

void JobBroadcast::start()
{
    if (auto connected = connectNode(); !connected) {
        tellFirstTry(failure(connected.error()));
        return conclude(failure(connected.error()));
    }
    if (m_job.state == JobState::Signed) {
        return send();
    }
    tellFirstTry(m_job);
    look();
}

void JobBroadcast::again()
{
    if (m_sending) {
        return send();
    }
    look();
}

void JobBroadcast::send()
{
    m_sending = true;
    // Once a run: Solana wants the same bytes every few seconds, and they are the same bytes.
    if (!m_recorded) {
        const Json detail = {{"hash", m_job.hash}};
        if (auto recorded = m_audit.append("job.sending", m_job.jobId, dumpJson(detail)); !recorded) {
            tellFirstTry(failure(recorded.error()));
            return conclude(failure(recorded.error()));
        }
        m_recorded = true;
    }
    sendBytes();
}

void JobBroadcast::sent()
{
    m_sending = false;
    if (m_job.state == JobState::Signed) {
        // Only now: bytes that are sent again and again must not keep the pauses short.
        m_interval = firstPause;
        JobChange change;
        change.hash = m_job.hash;
        const auto moved =
            m_store.move(m_job.jobId, std::array{JobState::Signed}, JobState::Broadcast, change);
        if (!moved) {
            tellFirstTry(moved);
            return conclude(moved);
        }
        m_job = *moved;
        Q_EMIT changed(m_job);
    }
    tellFirstTry(m_job);
    lookLater();
}

void JobBroadcast::sendFailed(const Error& error)
{
    unreachable(error);
    tellFirstTry(m_job);
}

void JobBroadcast::refused(const Error& error)
{
    if (m_job.state == JobState::Broadcast) {
        return sendFailed(error);  // another node has taken it before
    }
    const auto noted = m_store.noteError(m_job.jobId, error);
    const auto job = noted ? m_store.load(m_job.jobId) : Result<Job>(failure(noted.error()));
    tellFirstTry(job);
    conclude(job);
}

void JobBroadcast::unreachable(const Error& error)
{
    if (m_job.error != error.sentence.toStdString()) {
        if (auto noted = m_store.noteError(m_job.jobId, error); noted) {
            m_job.error = error.sentence.toStdString();
            m_job.errorDetail = error.detail.toStdString();
            Q_EMIT changed(m_job);
        }
    }
    pause();
}

void JobBroadcast::lookLater()
{
    // The node answers (again): what was noted of its silence is over.
    if (!m_job.error.empty()) {
        if (auto cleared = m_store.noteError(m_job.jobId, std::nullopt); cleared) {
            m_job.error.clear();
            m_job.errorDetail.clear();
            Q_EMIT changed(m_job);
        }
    }
    pause();
}

void JobBroadcast::tell(const BroadcastProgress& progress)
{
    if (m_told != progress) {
        m_told = progress;
        Q_EMIT progressed(progress);
    }
}

void JobBroadcast::pause()
{
    m_pause.start(m_interval);
    m_interval = std::min(m_interval * 2, longestPause);
}

void JobBroadcast::confirmed(const std::string& note)
{
    JobChange change;
    change.note = note;
    change.hash = m_job.hash;
    conclude(m_store.move(m_job.jobId, onTheWay, JobState::Confirmed, change));
}

void JobBroadcast::failed(const Error& error)
{
    JobChange change;
    change.error = error;
    const auto moved = m_store.move(m_job.jobId, onTheWay, JobState::Failed, change);
    tellFirstTry(moved);
    conclude(moved);
}

void JobBroadcast::tellFirstTry(const Result<Job>& job)
{
    if (!std::exchange(m_toldFirstTry, true)) {
        QMetaObject::invokeMethod(
            this, [this, job] { Q_EMIT triedToSend(job); }, Qt::QueuedConnection);
    }
}

void JobBroadcast::conclude(const Result<Job>& job)
{
    if (!std::exchange(m_concluded, true)) {
        m_pause.stop();
        QMetaObject::invokeMethod(
            this,
            [this, job] {
                m_call.reset();
                Q_EMIT ended(job);
            },
            Qt::QueuedConnection);
    }
}

}  // namespace countersign
