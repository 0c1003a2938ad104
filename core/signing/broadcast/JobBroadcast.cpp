#include "core/signing/broadcast/JobBroadcast.h"

#include "core/signing/broadcast/EvmBroadcastStrategy.h"
#include "core/signing/broadcast/SolanaBroadcastStrategy.h"

#include <algorithm>
#include <utility>

namespace countersign {

namespace {

constexpr std::chrono::milliseconds firstPause{500};
constexpr std::chrono::milliseconds longestPause{5'000};

}  // namespace

std::unique_ptr<JobBroadcast> JobBroadcast::make(const Job& job, const SigningServices& parts,
                                                 JobStore& store, AuditLog& audit, int confirmations)
{
    std::unique_ptr<BroadcastStrategy> strategy;
    if (job.kind == JobKind::EvmTransaction) {
        strategy = std::make_unique<EvmBroadcastStrategy>(job, parts, confirmations);
    } else {
        strategy = std::make_unique<SolanaBroadcastStrategy>(job, parts);
    }
    return std::make_unique<JobBroadcast>(job, std::move(strategy), store, audit);
}

JobBroadcast::JobBroadcast(Job job, std::unique_ptr<BroadcastStrategy> strategy, JobStore& store,
                           AuditLog& audit)
    : m_job(std::move(job)),
      m_strategy(std::move(strategy)),
      m_store(store),
      m_audit(audit),
      m_interval(firstPause)
{
    m_pause.setSingleShot(true);
    connect(&m_pause, &QTimer::timeout, this, &JobBroadcast::again);
}

JobBroadcast::~JobBroadcast() = default;

void JobBroadcast::start()
{
    if (auto connected = m_strategy->connect(); !connected) {
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
    m_strategy->send(m_job.stateAt, [this](const BroadcastOutcome& outcome) { handle(outcome); });
}

void JobBroadcast::look()
{
    m_strategy->look(m_job.stateAt, [this](const BroadcastOutcome& outcome) { handle(outcome); });
}

void JobBroadcast::handle(const BroadcastOutcome& outcome)
{
    if (outcome.progress && m_told != outcome.progress) {
        m_told = outcome.progress;
        Q_EMIT progressed(*outcome.progress);
    }
    std::visit([this](const auto& verdict) { take(verdict); }, outcome.verdict);
}

void JobBroadcast::take(const BroadcastOutcome::Sent&)
{
    m_sending = false;
    if (m_job.state == JobState::Signed) {
        // Only now: bytes that are sent again and again must not keep the pauses short.
        m_interval = firstPause;
        const auto moved = m_store.markBroadcast(m_job.jobId, m_job.hash);
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

void JobBroadcast::take(const BroadcastOutcome::NotTaken& notTaken)
{
    take(BroadcastOutcome::Unreachable{notTaken.error});
    tellFirstTry(m_job);
}

void JobBroadcast::take(const BroadcastOutcome::Refused& refused)
{
    if (m_job.state == JobState::Broadcast) {
        return take(BroadcastOutcome::NotTaken{refused.error});  // another node has taken it before
    }
    const auto noted = m_store.noteError(m_job.jobId, refused.error);
    const auto job = noted ? m_store.load(m_job.jobId) : Result<Job>(failure(noted.error()));
    tellFirstTry(job);
    conclude(job);
}

void JobBroadcast::take(const BroadcastOutcome::Unreachable& unreachable)
{
    const Error& error = unreachable.error;
    if (m_job.error != error.sentence.toStdString()) {
        if (auto noted = m_store.noteError(m_job.jobId, error); noted) {
            m_job.error = error.sentence.toStdString();
            m_job.errorDetail = error.detail.toStdString();
            Q_EMIT changed(m_job);
        }
    }
    pause();
}

void JobBroadcast::take(const BroadcastOutcome::StillPending&)
{
    lookLater();
}

void JobBroadcast::take(const BroadcastOutcome::Forgotten&)
{
    send();
}

void JobBroadcast::take(const BroadcastOutcome::Confirmed& confirmed)
{
    conclude(m_store.confirm(m_job.jobId, m_job.hash, confirmed.note));
}

void JobBroadcast::take(const BroadcastOutcome::Failed& failed)
{
    const auto moved = m_store.failBroadcast(m_job.jobId, failed.error);
    tellFirstTry(moved);
    conclude(moved);
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

void JobBroadcast::pause()
{
    m_pause.start(m_interval);
    m_interval = std::min(m_interval * 2, longestPause);
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
                m_strategy.reset();  // nobody is asked any more
                Q_EMIT ended(job);
            },
            Qt::QueuedConnection);
    }
}

}  // namespace countersign
