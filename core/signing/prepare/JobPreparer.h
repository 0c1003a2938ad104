#pragma once

#include "core/signing/SigningServices.h"
#include "core/signing/job/SigningPayload.h"
#include "core/signing/store/JobStore.h"

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
Result<SigningPayload> planOfStored(const Job& job, const ReadJob& read);

/// Fills in a job's open values and computes its digest. Both have to be done before anybody can approve it;
/// both are stored with the job, marked, because they are part of what is approved.
class JobPreparer : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(JobPreparer)

public:
    JobPreparer(const SigningServices& parts, JobStore& store, QObject* parent = nullptr);
    ~JobPreparer() override;

    /// Errors: Denied (the job does not wait any more), InvalidInput, Corrupt, and what the node said.
    void prepare(const std::string& jobId, bool refill, Callback<Job> done);

private:
    Result<PendingCallPtr> fill(const Job& job, const ReadJob& read,
                                Callback<std::vector<ResolvedField>> resolved);
    Result<Job> store(const Job& job, const ReadJob& read, const std::vector<ResolvedField>& resolved);
    void answerLater(Result<Job> job, Callback<Job> done);

    const SigningServices& m_parts;
    JobStore& m_store;
    std::map<std::uint64_t, PendingCallPtr> m_calls;
    std::uint64_t m_lastCall = 0;
};

}  // namespace countersign
