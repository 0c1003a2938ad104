#include "core/signing/JobRun.h"

#include <chrono>

namespace countersign {

namespace {

/// A claim is leased for 60 s (design.md §6).
constexpr std::chrono::seconds renewalInterval{20};

}  // namespace

JobRun::JobRun(std::unique_ptr<JobLock> lock, const JobParts& parts, JobStore& store, AuditLog& audit,
               QObject* parent)
    : QObject(parent), m_lock(std::move(lock)), m_parts(parts), m_store(store), m_audit(audit)
{
    m_renewal.setInterval(renewalInterval);
    connect(&m_renewal, &QTimer::timeout, this, &JobRun::renew);
}

JobRun::~JobRun() = default;

void JobRun::claim(const Job& job, Answered<void> done)
{
    if (job.origin != JobOrigin::Relay) {
        QMetaObject::invokeMethod(
            this, [done = std::move(done)] { done({}); }, Qt::QueuedConnection);
        return;
    }
    auto relay = m_parts.relay();
    if (!relay) {
        QMetaObject::invokeMethod(
            this, [done = std::move(done), error = relay.error()] { done(failure(error)); },
            Qt::QueuedConnection);
        return;
    }
    m_relay = *std::move(relay);
    m_claimedJob = job.jobId;
    m_claim = m_relay->claim(job.jobId, m_parts.vault->info().profileId,
                             [this, done = std::move(done)](const Result<UnixMillis>& lease) {
                                 if (!lease) {
                                     return done(failure(lease.error()));
                                 }
                                 m_renewal.start();
                                 done({});
                             });
}

void JobRun::renew()
{
    m_claim = m_relay->claim(m_claimedJob, m_parts.vault->info().profileId,
                             [this](const Result<UnixMillis>& lease) {
                                 // A relay that is silent for a moment has not given the job to anybody else
                                 // yet; one that says so has.
                                 if (!lease && lease.error().code == ErrorCode::Busy) {
                                     m_renewal.stop();
                                     cancel();
                                 }
                             });
}

void JobRun::sign(JobCeremony::Order order, int confirmations)
{
    m_ceremony = std::make_unique<JobCeremony>(std::move(order), m_parts, m_store, m_audit);
    connect(m_ceremony.get(), &JobCeremony::progressed, this, &JobRun::progressed);
    connect(m_ceremony.get(), &JobCeremony::finished, this,
            [this, confirmations](const Result<Job>& job) { afterCeremony(job, confirmations); });
    m_ceremony->start();
}

void JobRun::afterCeremony(const Result<Job>& job, int confirmations)
{
    m_ceremony.release()->deleteLater();  // its signal is still on the stack
    if (job) {
        Q_EMIT changed(*job);
    }
    if (job && job->state == JobState::Signed && job->broadcast) {
        // The claim stays: to the relay the job is not finished, and another desk would sign it once more.
        return broadcast(*job, confirmations);
    }
    m_renewal.stop();
    Q_EMIT ended(job);
}

void JobRun::broadcast(const Job& job, int confirmations)
{
    m_broadcast = JobBroadcast::make(job, m_parts, m_store, m_audit, confirmations);
    connect(m_broadcast.get(), &JobBroadcast::changed, this, &JobRun::changed);
    connect(m_broadcast.get(), &JobBroadcast::triedToSend, this, &JobRun::settled);
    connect(m_broadcast.get(), &JobBroadcast::ended, this, &JobRun::ended);
    m_broadcast->start();
}

void JobRun::letGo()
{
    m_renewal.stop();
    m_lock.reset();
}

void JobRun::cancel()
{
    if (m_ceremony) {
        m_ceremony->cancel();
    }
}

}  // namespace countersign
