#pragma once

#include "core/signing/desk/JobExecution.h"
#include "core/signing/desk/PendingApproval.h"

#include <QObject>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace countersign {

/// The jobs that a desk works on: of each its execution, and the approval whose callback waits for it.
class RunningJobs : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RunningJobs)

public:
    explicit RunningJobs(QObject* parent = nullptr);
    ~RunningJobs() override;

    bool isEmpty() const { return m_jobs.empty(); }
    bool contains(const std::string& jobId) const { return m_jobs.contains(jobId); }
    std::vector<std::string> jobIds() const;
    /// nullptr: not worked on.
    JobExecution* find(const std::string& jobId) const;
    std::shared_ptr<PendingApproval> approvalOf(const std::string& jobId) const;

    /// The approval's job.
    JobExecution& add(std::unique_ptr<JobExecution> steps, std::shared_ptr<PendingApproval> pending);
    /// It is over: its lock is free at once, and it goes when whatever of it is on the stack has returned.
    void drop(const std::string& jobId);
    /// What is done with the job ends here, at once: no answer that is on its way finds it any more.
    void abandon(const std::string& jobId);

    /// Nothing new begins any more.
    void close() { m_isClosed = true; }
    bool isClosed() const { return m_isClosed; }
    /// For whoever waits then.
    static Error closedError();

Q_SIGNALS:
    /// The last one is gone.
    void emptied();

private:
    struct RunningJob
    {
        std::unique_ptr<JobExecution> steps;
        std::shared_ptr<PendingApproval> pending;
    };
    std::map<std::string, RunningJob> m_jobs;
    bool m_isClosed = false;
};

}  // namespace countersign
