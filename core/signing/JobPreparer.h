#pragma once

#include "core/signing/JobParts.h"
#include "core/signing/JobStore.h"
#include "core/signing/SigningPlan.h"

#include <QObject>

#include <map>

namespace countersign {

/// A stored job, read once more from its document.
struct ReadJob
{
    JobContent content;  ///< as submitted: open values are open
    Bytes addressBytes;
};

/// Corrupt when the stored document is not the one that the job's id names.
Result<ReadJob> readStoredJob(const Job& job);

/// The plan with the values that were filled in. Everything that is signed comes from here, so that it
/// follows from the document and the filled values alone.
Result<SigningPlan> planOfStored(const Job& job, const ReadJob& read);

/// Why this class exists: what a job leaves open has to be filled in, and its digest computed, before anybody
/// can approve it; both are stored with the job, marked, because they are part of what is approved.
class JobPreparer : public QObject
{
    Q_OBJECT

public:
    JobPreparer(const JobParts& parts, JobStore& store, QObject* parent = nullptr);
    ~JobPreparer() override;

    /// Errors: Denied (the job does not wait any more), InvalidInput, Corrupt, and what the node said.
    void prepare(const std::string& jobId, bool refill, Answered<Job> done);

private:
    Result<PendingCallPtr> fill(const Job& job, const ReadJob& read,
                                Answered<std::vector<FilledField>> filled);
    Result<Job> store(const Job& job, const ReadJob& read, const std::vector<FilledField>& filled);
    void answerLater(Result<Job> job, Answered<Job> done);

    const JobParts& m_parts;
    JobStore& m_store;
    std::map<std::uint64_t, PendingCallPtr> m_calls;
    std::uint64_t m_lastCall = 0;
};

}  // namespace countersign
