#include "core/signing/desk/RunningJobs.h"

namespace countersign {

RunningJobs::RunningJobs(QObject* parent) : QObject(parent) {}

RunningJobs::~RunningJobs() = default;

std::vector<std::string> RunningJobs::jobIds() const
{
    std::vector<std::string> jobIds;
    jobIds.reserve(m_jobs.size());
    for (const auto& [jobId, job] : m_jobs) {
        jobIds.push_back(jobId);
    }
    return jobIds;
}

JobExecution* RunningJobs::find(const std::string& jobId) const
{
    const auto entry = m_jobs.find(jobId);
    return entry == m_jobs.end() ? nullptr : entry->second.steps.get();
}

std::shared_ptr<PendingApproval> RunningJobs::approvalOf(const std::string& jobId) const
{
    const auto entry = m_jobs.find(jobId);
    return entry == m_jobs.end() ? nullptr : entry->second.pending;
}

JobExecution& RunningJobs::add(std::unique_ptr<JobExecution> steps, std::shared_ptr<PendingApproval> pending)
{
    JobExecution& added = *steps;
    const std::string jobId = pending->request.jobId;
    m_jobs[jobId] = {std::move(steps), std::move(pending)};
    return added;
}

void RunningJobs::drop(const std::string& jobId)
{
    const auto entry = m_jobs.find(jobId);
    if (entry == m_jobs.end()) {
        return;
    }
    entry->second.steps->letGo();
    entry->second.steps.release()->deleteLater();  // one of its signals or callbacks may be on the stack
    m_jobs.erase(entry);
    if (m_jobs.empty()) {
        Q_EMIT emptied();
    }
}

void RunningJobs::abandon(const std::string& jobId)
{
    if (m_jobs.erase(jobId) != 0 && m_jobs.empty()) {
        Q_EMIT emptied();
    }
}

Error RunningJobs::closedError()
{
    return {ErrorCode::Cancelled, tr("Stopped before the job was settled."), {}};
}

}  // namespace countersign
