#pragma once

#include "core/signing/JobParts.h"
#include "core/signing/JobStore.h"

#include <QObject>

#include <deque>
#include <memory>

namespace countersign {

/// Why this class exists: what became of a relay's job goes back to its submitter, signed with the desk's
/// key, also when the relay cannot be reached at the moment or this program is killed: which state was told
/// last is in the job's row, and telling is repeated until the relay took it.
class JobReports : public QObject
{
    Q_OBJECT

public:
    /// All must outlive it.
    JobReports(const JobParts& parts, JobStore& store, AuditLog& audit, QObject* parent = nullptr);
    ~JobReports() override;

    /// Tells everything that was not told. done: nothing is left, or the first error; several calls at a time
    /// are answered together.
    void tell(Answered<void> done);

    /// The DSSE envelope that tells of the job as it is, as JSON.
    Result<std::string> envelopeOf(const Job& job) const;

private:
    void next();
    void take(const Job& job, const Status& told);
    void finish(Status status);

    const JobParts& m_parts;
    JobStore& m_store;
    AuditLog& m_audit;
    std::unique_ptr<JobRelay> m_relay;
    std::deque<Job> m_left;
    std::int64_t m_lastId = 0;  ///< of m_left; what was tried stands below it
    Status m_firstError;
    std::vector<Answered<void>> m_waiting;
    bool m_again = false;
    PendingCallPtr m_call;
};

}  // namespace countersign
