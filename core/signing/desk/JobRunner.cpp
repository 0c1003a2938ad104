#include "core/signing/desk/JobRunner.h"

#include <QPointer>

namespace countersign {

JobRunner::JobRunner(const SigningServices& parts, const Desk& desk, QObject* parent)
    : QObject(parent),
      m_parts(parts),
      m_desk(desk),
      m_approval(parts, desk.store),
      m_settings(*parts.database, *parts.vault)
{}

JobRunner::~JobRunner() = default;

void JobRunner::approve(ApprovalRequest request, Callback<Job> done)
{
    begin(std::make_shared<PendingApproval>(PendingApproval{std::move(request), std::move(done)}));
}

void JobRunner::takeUp(const std::string& jobId)
{
    if (m_desk.running.contains(jobId)) {
        return;
    }
    auto pending = std::make_shared<PendingApproval>();
    pending->request.jobId = jobId;
    pending->resumes = true;
    pending->done = [](const Result<Job>&) {};
    begin(pending);
}

void JobRunner::begin(const Pending& pending)
{
    if (m_desk.running.isClosed()) {
        return refuse(pending, RunningJobs::closedError());
    }
    const std::string jobId = pending->request.jobId;
    if (auto recovered = m_desk.recovery.recover(); !recovered) {
        return refuse(pending, recovered.error());
    }
    auto lock = JobLock::take(m_parts.vault->paths().root, jobId);
    auto job = m_desk.store.load(jobId);
    if (!job || !lock) {
        return refuse(pending, job ? lock.error() : job.error());
    }
    job = m_desk.recovery.disapproveIfStale(*job);
    if (!job) {
        return refuse(pending, job.error());
    }
    if (auto trusted = m_settings.check(pending->request.engine); !trusted) {
        return refuse(pending, trusted.error());
    }
    if (isRunning(job->state, job->broadcast)) {
        return goOn(pending, *job, makeSteps(pending, *std::move(lock)));
    }
    if (pending->resumes) {
        return refuse(pending, {ErrorCode::Denied, tr("There is nothing to take up again."), {}});
    }
    if (auto allowed = m_approval.checkApprovable(*job, pending->request); !allowed) {
        return refuse(pending, allowed.error());
    }
    const QPointer<JobExecution> steps = &makeSteps(pending, *std::move(lock));
    // Whoever did not look at filled values gets fresh ones; whoever did has approved these.
    m_desk.preparer.prepare(jobId, pending->request.digest.empty(),
                            [this, pending, steps](const Result<VerifiedJob>& prepared) {
                                if (!steps) {
                                    return;  // stopped, and answered, meanwhile
                                }
                                if (!prepared) {
                                    return giveUp(pending, prepared.error());
                                }
                                sayAndApprove(pending, *prepared, *steps);
                            });
}

/// Who approves is an operator, where this desk has one: their word goes to every desk, and stays although
/// others are still asked.
void JobRunner::sayAndApprove(const Pending& pending, const VerifiedJob& job, JobExecution& steps)
{
    if (auto checked = m_approval.checkPrepared(job, pending->request); !checked) {
        return giveUp(pending, checked.error());
    }
    const auto said = m_approval.sayOwn(job, pending->request);
    if (!said) {
        return giveUp(pending, said.error());
    }
    if (!said->has_value()) {
        return claimAndApprove(pending, job, steps);
    }
    steps.tell(job.job(), **said, [this, pending, job, &steps](const Status& told) {
        if (!told) {
            Q_EMIT statementNotPosted(job.job().jobId, told.error());
        }
        claimAndApprove(pending, job, steps);
    });
}

void JobRunner::claimAndApprove(const Pending& pending, const VerifiedJob& job, JobExecution& steps)
{
    // Before the relay is asked for what would come to nothing.
    if (auto counted = m_approval.checkCount(job); !counted) {
        return giveUp(pending, counted.error());
    }
    steps.claim(job.job(), [this, pending, job, &steps](const Status& claimed) {
        if (!claimed) {
            return giveUp(pending, claimed.error());
        }
        const auto approved = m_approval.approve(job, pending->request);
        if (!approved) {
            return giveUp(pending, approved.error());
        }
        Q_EMIT changed(*approved);
        proceed(pending, *approved, steps);
    });
}

/// What was approved, or signed, and then left by a crash.
void JobRunner::goOn(const Pending& pending, const Job& job, JobExecution& steps)
{
    if (job.state == JobState::Signing) {
        return giveUp(pending, {ErrorCode::Busy, tr("The job is being signed right now."), {}});
    }
    if (job.state != JobState::Approved) {
        return proceed(pending, job, steps);
    }
    steps.claim(job, [this, pending, job, &steps](const Status& claimed) {
        if (!claimed) {
            return giveUp(pending, claimed.error());
        }
        proceed(pending, job, steps);
    });
}

JobExecution& JobRunner::makeSteps(const Pending& pending, std::unique_ptr<JobLock> lock)
{
    const std::string& jobId = pending->request.jobId;
    auto steps =
        std::make_unique<JobExecution>(std::move(lock), m_parts, m_desk.store, m_desk.audit, m_desk.reports);
    connect(steps.get(), &JobExecution::changed, this, &JobRunner::changed);
    connect(steps.get(), &JobExecution::progressed, this,
            [this, jobId](CeremonyStage stage) { Q_EMIT ceremonyProgressed(jobId, stage); });
    connect(
        steps.get(), &JobExecution::broadcastProgressed, this,
        [this, jobId](const BroadcastProgress& progress) { Q_EMIT broadcastProgressed(jobId, progress); });
    return m_desk.running.add(std::move(steps), pending);
}

void JobRunner::proceed(const Pending& pending, const Job& job, JobExecution& steps)
{
    connect(&steps, &JobExecution::settled, this, [pending](const Result<Job>& settled) {
        if (!pending->request.wait) {
            pending->answer(settled);
        }
    });
    connect(&steps, &JobExecution::ended, this,
            [this, pending](const Result<Job>& ended) { finish(pending, ended); });
    m_desk.recovery.sendAgain(job.jobId);
    const auto confirmations = m_settings.confirmations();
    if (!confirmations) {
        return giveUp(pending, confirmations.error());
    }
    if (job.state != JobState::Approved) {
        return steps.broadcast(job, *confirmations);
    }
    auto order = m_approval.orderFor(job);
    if (!order) {
        const auto failed = m_desk.store.failApproved(job.jobId, order.error());
        if (failed) {
            Q_EMIT changed(*failed);
        }
        return giveUp(pending, order.error());
    }
    steps.sign(*std::move(order), *confirmations);
}

void JobRunner::finish(const Pending& pending, const Result<Job>& ended)
{
    const std::string& jobId = pending->request.jobId;
    if (ended) {
        Q_EMIT changed(*ended);
        if (ended->state == JobState::Signed && ended->broadcast) {
            m_desk.recovery.leaveUnsent(jobId);
        }
    }
    m_desk.running.drop(jobId);
    pending->answer(ended);
}

void JobRunner::giveUp(const Pending& pending, const Error& error)
{
    m_desk.running.drop(pending->request.jobId);
    refuse(pending, error);
}

void JobRunner::refuse(const Pending& pending, const Error& error)
{
    QMetaObject::invokeMethod(
        this, [pending, error] { pending->answer(failure(error)); }, Qt::QueuedConnection);
}

}  // namespace countersign
