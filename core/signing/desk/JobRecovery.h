#pragma once

#include "core/signing/SigningServices.h"
#include "core/signing/store/JobStore.h"

#include <QObject>

#include <set>
#include <string>
#include <vector>

namespace countersign {

/// The recovery of jobs after a crash, or from what another program on the same profile left behind: makes
/// the rows true again, and says what is to be taken up. Changes nothing that anybody is working on
/// (JobLock).
class JobRecovery : public QObject
{
    Q_OBJECT

public:
    /// Both must outlive it.
    JobRecovery(const SigningServices& parts, JobStore& store, QObject* parent = nullptr);

    /// Jobs whose time is over expire; ceremonies that nobody runs any more are interrupted (their room was
    /// open) or wait again (nothing was begun).
    Status recover();
    /// An approval that a crash left behind counts only as long as its operator can be thought to wait for
    /// it. The job as it is then; needs its lock.
    Result<Job> disapproveIfStale(const Job& job);

    /// Approved, and still waited for; approvals of too long ago are taken back.
    std::vector<std::string> approvalsToTakeUp();
    /// Signed or sent, and not decided by the chain.
    std::vector<std::string> broadcastsToTakeUp() const;
    /// A node did not take what was signed: it is not sent again by itself.
    void leaveUnsent(const std::string& jobId) { m_unsent.insert(jobId); }
    void sendAgain(const std::string& jobId) { m_unsent.erase(jobId); }
    void sendAllAgain() { m_unsent.clear(); }

Q_SIGNALS:
    /// A row is different.
    void mended(const countersign::Job& job);

private:
    using Mend = Result<Job> (JobRecovery::*)(const std::string& jobId);
    Status mendUnlessLocked(const std::string& jobId, Mend mend);
    Result<Job> expire(const std::string& jobId);
    Result<Job> interrupt(const std::string& jobId);
    Result<Job> disapprove(const std::string& jobId);
    bool isFresh(UnixMillis approvedAt) const;

    const SigningServices& m_parts;
    JobStore& m_store;
    std::set<std::string> m_unsent;
};

}  // namespace countersign
