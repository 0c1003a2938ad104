#include "core/signing/desk/JobExecution.h"

#include "core/inbox/delivery/DeliveryStore.h"

#include <algorithm>
#include <chrono>

namespace countersign {

namespace {

/// A claim is leased for 60 s (design.md §6); a relay may lease for less, never for more.
constexpr UnixMillis longestLease = 60'000;

}  // namespace

JobExecution::JobExecution(std::unique_ptr<JobLock> lock, const SigningServices& parts, JobStore& store,
                           AuditLog& audit, const JobReports& reports, QObject* parent)
    : QObject(parent),
      m_lock(std::move(lock)),
      m_parts(parts),
      m_store(store),
      m_audit(audit),
      m_reports(reports)
{
    connect(&m_renewal, &QTimer::timeout, this, &JobExecution::renew);
    m_expiry.setSingleShot(true);
    connect(&m_expiry, &QTimer::timeout, this, &JobExecution::loseClaim);
}

JobExecution::~JobExecution() = default;

void JobExecution::claim(const Job& job, Callback<void> done)
{
    const auto later = [this, done](const Status& status) {
        QMetaObject::invokeMethod(
            this, [done, status] { done(status); }, Qt::QueuedConnection);
    };
    if (job.origin != JobOrigin::Relay) {
        return later({});
    }
    auto relay = m_parts.relay();
    if (!relay) {
        return later(failure(relay.error()));
    }
    m_relay = *std::move(relay);
    m_claimedJob = job.jobId;
    requestClaim([this, done = std::move(done)](const Result<JobClaim>& claim) { handleClaim(claim, done); });
}

void JobExecution::requestClaim(Callback<JobClaim> answered)
{
    m_claimSentAt = m_parts.clock->now();
    m_claim = m_relay->claim(m_claimedJob, m_parts.vault->info().profileId, std::move(answered));
}

void JobExecution::handleClaim(const Result<JobClaim>& claim, const Callback<void>& done)
{
    if (!claim) {
        return done(failure(claim.error()));
    }
    m_withdrawals = hasReadWithdrawals(*claim);
    if (!m_withdrawals) {
        return done(m_withdrawals);
    }
    keepLease(*claim);
    done({});
}

/// What was read when the job was known was judged in the same transaction; what was read before that lies in
/// quarantine, and its retry judges it. An old relay tells no number: there any withdrawal that was judged
/// has to do.
Status JobExecution::hasReadWithdrawals(const JobClaim& claim) const
{
    if (!claim.withdrawalRequested) {
        return {};
    }
    const JobRelay::Feed feed = m_relay->feed();
    ASSIGN_OR_RETURN(const auto source, DeliveryStore(*m_parts.database).source(feed.url, feed.inbox));
    ASSIGN_OR_RETURN(const auto any, m_store.hasWithdrawal(m_claimedJob));
    const bool isRead = !claim.withdrawalSeq || (source && source->cursor >= *claim.withdrawalSeq);
    if (claim.withdrawalSeq && isRead && !any) {
        return failure(ErrorCode::Busy,
                       tr("A withdrawal of this job came in before the job itself and lies in quarantine. "
                          "Retry it there, or if it is there no more read the feed again (\"sync --once "
                          "--from-start\"); then look at the job again."));
    }
    if (isRead && any) {
        return {};
    }
    return failure(ErrorCode::Busy,
                   tr("Somebody asked for this job's withdrawal a moment ago. Let the relay's news come in "
                      "(sync), then look at the job again."));
}

void JobExecution::keepLease(const JobClaim& claim)
{
    // The lease began after the request was sent that was granted. Where the clocks agree, the relay says how
    // long it is.
    const UnixMillis sentAt = m_claimSentAt + claim.waited.count();
    const UnixMillis told = claim.leaseUntil - sentAt;
    const UnixMillis lease = told > 0 && told < longestLease ? told : longestLease;
    m_leaseEnd = sentAt + lease - lease / 6;
    m_renewal.start(std::chrono::milliseconds(std::max<UnixMillis>(lease / 3, 1)));
    m_expiry.start(std::chrono::milliseconds(std::max<UnixMillis>(m_leaseEnd - m_parts.clock->now(), 0)));
}

void JobExecution::renew()
{
    requestClaim([this](const Result<JobClaim>& claim) {
        if (claim) {
            // Between two leases somebody may have taken the job back: nothing more is begun. A room that is
            // entered goes on, since a signature may exist by then.
            m_withdrawals = hasReadWithdrawals(*claim);
            return keepLease(*claim);
        }
        // A relay that is silent has not given the job to anybody else before the lease is over.
        if (claim.error().code == ErrorCode::Busy) {
            loseClaim();
        }
    });
}

void JobExecution::loseClaim()
{
    m_renewal.stop();
    m_expiry.stop();
    m_leaseEnd = 0;
    if (m_ceremony) {
        m_ceremony->cancel(stillMine().error());
    }
}

/// Also asked right before the share is used: a computer that slept has timers that know nothing of it.
Status JobExecution::stillMine() const
{
    if (m_claimedJob.empty()) {
        return {};
    }
    if (m_parts.clock->now() < m_leaseEnd) {
        return m_withdrawals;
    }
    return failure(
        ErrorCode::Busy,
        tr("The claim on this job could not be renewed at the relay, so another desk may have it now. "
           "Nothing more is done with it here."));
}

/// Waits for the relay's word: what it was not told it could give to another desk after a crash of this one.
void JobExecution::announce(const Job& job, Callback<void> done)
{
    const auto later = [this, done](const Status& status) {
        QMetaObject::invokeMethod(
            this, [done, status] { done(status); }, Qt::QueuedConnection);
    };
    if (m_claimedJob.empty()) {
        return later({});
    }
    const auto envelope = m_reports.envelopeOf(job);
    if (!envelope) {
        return later(failure(envelope.error()));
    }
    // The relay may know it although its answer is lost: whatever comes after is told it then, also that
    // nothing was begun.
    if (auto noted = m_store.markUnreported(job.jobId); !noted) {
        return later(noted);
    }
    m_announcement = m_relay->postEvent(
        job.jobId, [envelope = *envelope] { return envelope; },
        [this, job, done = std::move(done)](const Status& told) {
            const Status noted = told ? m_store.markReported(job.jobId, job.state) : told;
            done(noted);
        });
}

void JobExecution::tell(const Job& job, const SignedApproval& approval, Callback<void> done)
{
    const auto later = [this, done](const Status& status) {
        QMetaObject::invokeMethod(
            this, [done, status] { done(status); }, Qt::QueuedConnection);
    };
    if (job.origin != JobOrigin::Relay) {
        return later({});
    }
    auto relay = m_parts.relay();
    if (!relay) {
        return later(failure(relay.error()));
    }
    m_statementRelay = *std::move(relay);
    m_statement = m_statementRelay->postApproval(job.jobId, approval.envelope.json, std::move(done));
}

void JobExecution::sign(JobCeremony::Order order, int confirmations)
{
    JobCeremony::Hooks hooks;
    hooks.announce = [this](const Job& job, Callback<void> done) { announce(job, std::move(done)); };
    hooks.stillMine = [this] { return stillMine(); };
    m_ceremony = std::make_unique<JobCeremony>(std::move(order), std::move(hooks), m_parts, m_store, m_audit);
    connect(m_ceremony.get(), &JobCeremony::progressed, this, &JobExecution::progressed);
    connect(m_ceremony.get(), &JobCeremony::changed, this, &JobExecution::changed);
    connect(m_ceremony.get(), &JobCeremony::finished, this,
            [this, confirmations](const Result<Job>& job) { afterCeremony(job, confirmations); });
    m_ceremony->start();
}

void JobExecution::afterCeremony(const Result<Job>& job, int confirmations)
{
    m_ceremony.release()->deleteLater();  // its signal is still on the stack
    m_expiry.stop();
    if (job) {
        Q_EMIT changed(*job);
    }
    if (job && job->state == JobState::Signed && job->broadcast && !m_isStopping) {
        // The claim stays: to the relay the job is not finished.
        return broadcast(*job, confirmations);
    }
    m_renewal.stop();
    Q_EMIT ended(job);
}

void JobExecution::broadcast(const Job& job, int confirmations)
{
    m_broadcast = JobBroadcast::make(job, m_parts, m_store, m_audit, confirmations);
    connect(m_broadcast.get(), &JobBroadcast::changed, this, &JobExecution::changed);
    connect(m_broadcast.get(), &JobBroadcast::progressed, this, &JobExecution::broadcastProgressed);
    connect(m_broadcast.get(), &JobBroadcast::triedToSend, this, &JobExecution::settled);
    connect(m_broadcast.get(), &JobBroadcast::ended, this, &JobExecution::ended);
    m_broadcast->start();
}

void JobExecution::letGo()
{
    m_renewal.stop();
    m_expiry.stop();
    m_lock.reset();
}

bool JobExecution::stop()
{
    m_isStopping = true;
    if (m_ceremony) {
        m_ceremony->stop(
            {ErrorCode::Cancelled, tr("The console was locked or closed before the ceremony began."), {}});
    }
    return m_ceremony != nullptr;
}

void JobExecution::cancel()
{
    if (m_ceremony) {
        m_ceremony->cancel({ErrorCode::Cancelled, tr("Cancelled by the operator."), {}});
    }
}

}  // namespace countersign
