#pragma once

#include "core/signing/SigningServices.h"
#include "core/signing/store/JobStore.h"

#include <QObject>

#include <deque>
#include <functional>
#include <memory>

namespace countersign {

/// Status reports to the submitters of a relay's jobs, signed with the desk's key. What became of a job goes
/// back also when the relay cannot be reached at the moment or this program is killed: which state was told
/// last is in the job's row, and telling is repeated until the relay took it. What another window or command
/// is working on at the moment it tells itself; whatever that leaves behind is told here afterwards.
class JobReports : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(JobReports)

public:
    /// All must outlive it.
    JobReports(const SigningServices& parts, JobStore& store, AuditLog& audit, QObject* parent = nullptr);
    ~JobReports() override;

    /// Which jobs this program is working on; without it, none.
    void setWorkingOn(std::function<bool(const std::string& jobId)> isMine) { m_isMine = std::move(isMine); }

    /// Tells everything that was not told. done: nothing is left, or the first error; several calls at a time
    /// are answered together.
    void tell(Callback<void> done);

    /// The DSSE envelope that tells of the job as it is, as JSON.
    Result<std::string> envelopeOf(const Job& job) const;

private:
    void next();
    void nextLater();
    bool isAnothers(const Job& job) const;
    void take(const Job& job, const Status& told);
    void finish(Status status);

    const SigningServices& m_parts;
    JobStore& m_store;
    AuditLog& m_audit;
    std::function<bool(const std::string& jobId)> m_isMine;
    std::unique_ptr<JobRelay> m_relay;
    std::deque<Job> m_left;
    std::int64_t m_lastId = 0;  ///< of m_left; what was tried stands below it
    Status m_firstError;
    std::vector<Callback<void>> m_waiting;
    bool m_again = false;
    PendingCallPtr m_call;
};

}  // namespace countersign
