#include "core/signing/desk/JobDeskCore.h"

// Why: what a crash, or another program on the same profile, leaves behind is mended here, apart from what an
// operator asks for.

namespace countersign {

Status JobDesk::recover()
{
    const auto overdue = m_core->store.overdue();
    const auto signing = m_core->store.inState(JobState::Signing);
    if (!overdue || !signing) {
        return failure(overdue ? signing.error() : overdue.error());
    }
    for (const std::string& jobId : *overdue) {
        if (auto done = recoverOne(jobId, &JobDesk::expire); !done) {
            return done;
        }
    }
    for (const std::string& jobId : *signing) {
        if (auto done = recoverOne(jobId, &JobDesk::interrupt); !done) {
            return done;
        }
    }
    return {};
}

Status JobDesk::recoverOne(const std::string& jobId, Result<Job> (JobDesk::*mend)(const std::string&))
{
    const auto lock = JobLock::take(m_core->parts.vault->paths().root, jobId);
    if (!lock) {
        // Somebody works on it: nothing to mend.
        return lock.error().code == ErrorCode::Busy ? Status() : failure(lock.error());
    }
    const auto job = (this->*mend)(jobId);
    if (!job) {
        // Denied: it moved on meanwhile.
        return job.error().code == ErrorCode::Denied ? Status() : failure(job.error());
    }
    note(*job);
    return {};
}

Result<Job> JobDesk::expire(const std::string& jobId)
{
    const auto job = m_core->store.load(jobId);
    if (job && job->state == JobState::Approved && job->approvedFrom == JobState::Interrupted) {
        return disapprove(jobId);  // an unknown outcome does not expire
    }
    return m_core->store.move(jobId, std::array{JobState::Pending, JobState::Approved}, JobState::Expired,
                              {});
}

Result<Job> JobDesk::interrupt(const std::string& jobId)
{
    const auto job = m_core->store.load(jobId);
    if (!job) {
        return job;
    }
    JobChange change;
    if (job->roomId.empty()) {
        change.note = tr("The program ended before anything was signed.").toStdString();
        return m_core->store.move(jobId, std::array{JobState::Signing}, job->approvedFrom, change);
    }
    change.error =
        Error{ErrorCode::Internal,
              tr("The program ended while the ceremony ran: whether a signature was made is not known. "
                 "Approving again may make a second one."),
              QStringLiteral("room %1").arg(QString::fromStdString(job->roomId))};
    return m_core->store.move(jobId, std::array{JobState::Signing}, JobState::Interrupted, change);
}

void JobDesk::resume()
{
    m_core->refused.clear();
    (void)recover();  // what could not be mended now is tried again before the next approval
    resumeApprovals();
    resumeBroadcasts();
    report([](const Status&) {});
    m_heartbeat.start();
}

void JobDesk::resumeBroadcasts()
{
    for (const JobState state : {JobState::Signed, JobState::Broadcast}) {
        const auto jobIds = m_core->store.inState(state);
        for (const std::string& jobId : jobIds ? *jobIds : std::vector<std::string>()) {
            const auto job = m_core->store.load(jobId);
            if (job && job->broadcast && !m_core->refused.contains(jobId)) {
                continueWith(*job);
            }
        }
    }
}

void JobDesk::resumeApprovals()
{
    const auto jobIds = m_core->store.inState(JobState::Approved);
    for (const std::string& jobId : jobIds ? *jobIds : std::vector<std::string>()) {
        const auto job = m_core->store.load(jobId);
        if (job && m_core->isFresh(job->stateAt)) {
            continueWith(*job);
        } else if (job) {
            (void)recoverOne(jobId, &JobDesk::disapprove);  // tried again with the next start
        }
    }
}

Result<Job> JobDesk::disapprove(const std::string& jobId)
{
    const auto job = m_core->store.load(jobId);
    if (!job) {
        return job;
    }
    JobChange change;
    change.note =
        tr("The program ended before the ceremony began; the approval was too long ago.").toStdString();
    return m_core->store.move(jobId, std::array{JobState::Approved}, job->approvedFrom, change);
}

Result<Job> JobDesk::disapproveIfStale(const Job& job)
{
    if (job.state != JobState::Approved) {
        return job;
    }
    const auto approval = m_core->store.approval(job.jobId);
    if (!approval) {
        return failure(approval.error());
    }
    return m_core->isFresh(approval->at) ? Result<Job>(job) : disapprove(job.jobId);
}

void JobDesk::continueWith(const Job& job)
{
    if (m_core->runs.count(job.jobId) != 0) {
        return;
    }
    auto pending = std::make_shared<PendingApproval>();
    pending->approval.jobId = job.jobId;
    pending->resumes = true;
    pending->done = [](const Result<Job>&) {};
    begin(pending);
}

}  // namespace countersign
