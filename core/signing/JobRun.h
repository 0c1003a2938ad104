#pragma once

#include "core/signing/JobBroadcast.h"
#include "core/signing/JobCeremony.h"
#include "core/signing/JobLock.h"

#include <QTimer>

#include <functional>
#include <memory>

namespace countersign {

/// Why this class exists: one job on its way from approval to the end, and everything that lives as long as
/// that: the lock against other programs, the claim at the relay and its renewal, the ceremony, the
/// broadcast.
class JobRun : public QObject
{
    Q_OBJECT

public:
    /// All must outlive it; lock is the job's.
    JobRun(std::unique_ptr<JobLock> lock, const JobParts& parts, JobStore& store, AuditLog& audit,
           QObject* parent = nullptr);
    ~JobRun() override;

    /// Claims a relay's job for this desk (a job of another origin is claimed at once). Busy when another
    /// desk has it.
    void claim(const Job& job, Answered<void> done);
    /// job: approved.
    void sign(JobCeremony::Order order, int confirmations);
    /// job: signed and to be broadcast, or broadcast.
    void broadcast(const Job& job, int confirmations);
    void cancel();
    bool isSigning() const { return m_ceremony != nullptr; }
    /// Others may work on the job from now on; the rest goes with the object.
    void letGo();

Q_SIGNALS:
    void changed(const countersign::Job& job);
    void progressed(countersign::CeremonyStage stage);
    /// What was signed was sent once; ended() follows when the chain has decided.
    void settled(const countersign::Result<countersign::Job>& job);
    /// Nothing more will happen.
    void ended(const countersign::Result<countersign::Job>& job);

private:
    void renew();
    void afterCeremony(const Result<Job>& job, int confirmations);

    std::unique_ptr<JobLock> m_lock;
    const JobParts& m_parts;
    JobStore& m_store;
    AuditLog& m_audit;
    std::string m_claimedJob;  ///< empty: not of a relay
    std::unique_ptr<JobRelay> m_relay;
    PendingCallPtr m_claim;
    QTimer m_renewal;
    std::unique_ptr<JobCeremony> m_ceremony;
    std::unique_ptr<JobBroadcast> m_broadcast;
};

}  // namespace countersign
