#include "core/signing/desk/JobRecovery.h"

#include "core/signing/job/JobNotes.h"
#include "core/signing/store/JobLock.h"

namespace countersign {

namespace {

constexpr UnixMillis freshApproval = 5LL * 60 * 1000;

}  // namespace

JobRecovery::JobRecovery(const SigningServices& parts, JobStore& store, QObject* parent)
    : QObject(parent), m_parts(parts), m_store(store)
{}

Status JobRecovery::recover()
{
    ASSIGN_OR_RETURN(const auto overdue, m_store.overdue());
    ASSIGN_OR_RETURN(const auto signing, m_store.inState(JobState::Signing));
    for (const std::string& jobId : overdue) {
        RETURN_IF_ERROR(mendUnlessLocked(jobId, &JobRecovery::expire));
    }
    for (const std::string& jobId : signing) {
        RETURN_IF_ERROR(mendUnlessLocked(jobId, &JobRecovery::interrupt));
    }
    return {};
}

Status JobRecovery::mendUnlessLocked(const std::string& jobId, Mend mend)
{
    const auto lock = JobLock::take(m_parts.vault->paths().root, jobId);
    if (!lock) {
        // Somebody works on it: nothing to mend.
        return lock.error().code == ErrorCode::Busy ? Status() : failure(lock.error());
    }
    const auto job = (this->*mend)(jobId);
    if (!job) {
        // Denied: it moved on meanwhile.
        return job.error().code == ErrorCode::Denied ? Status() : failure(job.error());
    }
    Q_EMIT mended(*job);
    return {};
}

Result<Job> JobRecovery::expire(const std::string& jobId)
{
    const auto job = m_store.load(jobId);
    if (job && job->state == JobState::Approved && job->approvedFrom == JobState::Interrupted) {
        return disapprove(jobId);  // an unknown outcome does not expire
    }
    return m_store.expire(jobId);
}

Result<Job> JobRecovery::interrupt(const std::string& jobId)
{
    ASSIGN_OR_RETURN(const auto job, m_store.load(jobId));
    if (job.roomId.empty()) {
        return m_store.abandonCeremony(jobId, stored(JobNote::EndedBeforeSigning));
    }
    return m_store.interrupt(
        jobId, {ErrorCode::Internal,
                tr("The program ended while the ceremony ran: whether a signature was made is not known. "
                   "Approving again may make a second one."),
                QStringLiteral("room %1").arg(QString::fromStdString(job.roomId))});
}

Result<Job> JobRecovery::disapprove(const std::string& jobId)
{
    return m_store.disapprove(jobId, stored(JobNote::ApprovalTooOld));
}

Result<Job> JobRecovery::disapproveIfStale(const Job& job)
{
    if (job.state != JobState::Approved) {
        return job;
    }
    ASSIGN_OR_RETURN(const auto approval, m_store.approval(job.jobId));
    return isFresh(approval.at) ? Result<Job>(job) : disapprove(job.jobId);
}

bool JobRecovery::isFresh(UnixMillis approvedAt) const
{
    return m_parts.clock->now() - approvedAt <= freshApproval;
}

std::vector<std::string> JobRecovery::approvalsToTakeUp()
{
    std::vector<std::string> fresh;
    const auto jobIds = m_store.inState(JobState::Approved);
    for (const std::string& jobId : jobIds ? *jobIds : std::vector<std::string>()) {
        const auto job = m_store.load(jobId);
        if (job && isFresh(job->stateAt)) {
            fresh.push_back(jobId);
        } else if (job) {
            (void)mendUnlessLocked(jobId, &JobRecovery::disapprove);  // tried again with the next start
        }
    }
    return fresh;
}

std::vector<std::string> JobRecovery::broadcastsToTakeUp() const
{
    std::vector<std::string> undecided;
    for (const JobState state : {JobState::Signed, JobState::Broadcast}) {
        const auto jobIds = m_store.inState(state);
        for (const std::string& jobId : jobIds ? *jobIds : std::vector<std::string>()) {
            const auto job = m_store.load(jobId);
            if (job && job->broadcast && !m_unsent.contains(jobId)) {
                undecided.push_back(jobId);
            }
        }
    }
    return undecided;
}

}  // namespace countersign
