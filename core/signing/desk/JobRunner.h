#pragma once

#include "core/signing/approval/JobApproval.h"
#include "core/signing/desk/JobRecovery.h"
#include "core/signing/desk/RunningJobs.h"
#include "core/signing/prepare/JobPreparer.h"

#include <QObject>

namespace countersign {

/// The way of a job from its approval to its end: prepared, claimed, approved, signed and sent, each step
/// only when the one before it went well. What a crash left on this way is taken up where it is.
class JobRunner : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(JobRunner)

public:
    /// What it works with besides the services; all must outlive it.
    struct Desk
    {
        JobStore& store;
        AuditLog& audit;
        JobPreparer& preparer;
        const JobReports& reports;
        JobRecovery& recovery;
        RunningJobs& running;
    };
    JobRunner(const SigningServices& parts, const Desk& desk, QObject* parent = nullptr);
    ~JobRunner() override;

    /// done: as JobDesk::approve.
    void approve(ApprovalRequest request, Callback<Job> done);
    /// Goes on with what was approved, signed or sent before, unless this is being done.
    void takeUp(const std::string& jobId);

Q_SIGNALS:
    void changed(const countersign::Job& job);
    void ceremonyProgressed(const std::string& jobId, countersign::CeremonyStage stage);
    /// What this desk's operator said by approving is kept here and did not reach the relay.
    void statementNotPosted(const std::string& jobId, const countersign::Error& error);
    void broadcastProgressed(const std::string& jobId, const countersign::BroadcastProgress& progress);

private:
    using Pending = std::shared_ptr<PendingApproval>;
    void begin(const Pending& pending);
    void sayAndApprove(const Pending& pending, const VerifiedJob& job, JobExecution& steps);
    void claimAndApprove(const Pending& pending, const VerifiedJob& job, JobExecution& steps);
    void goOn(const Pending& pending, const Job& job, JobExecution& steps);
    void proceed(const Pending& pending, const Job& job, JobExecution& steps);
    void finish(const Pending& pending, const Result<Job>& ended);
    void giveUp(const Pending& pending, const Error& error);
    void refuse(const Pending& pending, const Error& error);
    JobExecution& makeSteps(const Pending& pending, std::unique_ptr<JobLock> lock);

    const SigningServices& m_parts;
    Desk m_desk;
    JobApproval m_approval;
    SigningSettings m_settings;
};

}  // namespace countersign
