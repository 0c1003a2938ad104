#pragma once

#include "core/policy/approvals/ApprovalStatement.h"
#include "core/signing/broadcast/JobBroadcast.h"
#include "core/signing/ceremony/JobCeremony.h"
#include "core/signing/reporting/JobReports.h"
#include "core/signing/store/JobLock.h"

#include <QTimer>

#include <memory>

namespace countersign {

/// One job on its way from approval to the end, with everything that lives as long as that: the lock against
/// other programs, the claim at the relay and its renewal, the ceremony, the broadcast.
///
/// A claim is a lease: this desk works on as long as it knows that the lease runs, by its own clock and with
/// a margin, and stops when it does not. Before the first signature can exist the relay has been told that
/// this desk is signing, so that from then on no other desk gets the job, lease or not.
class JobExecution : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(JobExecution)

public:
    /// All must outlive it; lock is the job's.
    JobExecution(std::unique_ptr<JobLock> lock, const SigningServices& parts, JobStore& store,
                 AuditLog& audit, const JobReports& reports, QObject* parent = nullptr);
    ~JobExecution() override;

    /// Claims a relay's job for this desk (a job of another origin is claimed at once). Busy when another
    /// desk has it, or while this desk has not read the feed up to the newest withdrawal that the relay knows
    /// of: the relay cannot tell a genuine one from a forged one, whoever reads them can.
    void claim(const Job& job, Callback<void> done);
    /// Tells every desk of the relay what this one's operator said about a relay's job (a job of another
    /// origin is nobody's elsewhere: done at once).
    void tell(const Job& job, const SignedApproval& approval, Callback<void> done);
    /// job: approved.
    void sign(JobCeremony::Order order, int confirmations);
    /// job: signed and to be broadcast, or broadcast.
    void broadcast(const Job& job, int confirmations);
    void cancel();
    /// The desk ends: no broadcast begins any more, and a ceremony ends as soon as it can
    /// (JobCeremony::stop); ended() follows. False when there is no ceremony, so that nothing has to be
    /// waited for.
    bool stop();
    /// Nothing is done any more: the claim is not renewed and the lock is free.
    void letGo();

Q_SIGNALS:
    void changed(const countersign::Job& job);
    void progressed(countersign::CeremonyStage stage);
    void broadcastProgressed(const countersign::BroadcastProgress& progress);
    /// What was signed was sent once, whatever came of it.
    void settled(const countersign::Result<countersign::Job>& job);
    /// Nothing more will happen.
    void ended(const countersign::Result<countersign::Job>& job);

private:
    void requestClaim(Callback<JobClaim> answered);
    void handleClaim(const Result<JobClaim>& claim, const Callback<void>& done);
    Status hasReadWithdrawals(const JobClaim& claim) const;
    void keepLease(const JobClaim& claim);
    void renew();
    void loseClaim();
    Status stillMine() const;
    void announce(const Job& job, Callback<void> done);
    void afterCeremony(const Result<Job>& job, int confirmations);

    std::unique_ptr<JobLock> m_lock;
    const SigningServices& m_parts;
    JobStore& m_store;
    AuditLog& m_audit;
    const JobReports& m_reports;
    std::string m_claimedJob;  ///< empty: not of a relay
    std::unique_ptr<JobRelay> m_relay;
    std::unique_ptr<JobRelay> m_statementRelay;
    PendingCallPtr m_statement;
    PendingCallPtr m_claim;
    PendingCallPtr m_announcement;
    UnixMillis m_claimSentAt = 0;
    UnixMillis m_leaseEnd = 0;  ///< by our clock, with a margin
    Status m_withdrawals;       ///< whether all that the relay told of last was read
    QTimer m_renewal;
    QTimer m_expiry;
    std::unique_ptr<JobCeremony> m_ceremony;
    std::unique_ptr<JobBroadcast> m_broadcast;
    bool m_isStopping = false;
};

}  // namespace countersign
