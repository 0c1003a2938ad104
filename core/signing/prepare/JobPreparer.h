#pragma once

#include "core/signing/SigningServices.h"
#include "core/signing/job/VerifiedJob.h"
#include "core/signing/store/JobStore.h"

#include <QObject>

#include <map>

namespace countersign {

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
    void prepare(const std::string& jobId, bool refill, Callback<VerifiedJob> done);

private:
    Result<PendingCallPtr> fill(const VerifiedJob& job, Callback<std::vector<ResolvedField>> resolved);
    Result<VerifiedJob> store(const VerifiedJob& job, const std::vector<ResolvedField>& resolved);
    void answerLater(Result<VerifiedJob> job, Callback<VerifiedJob> done);

    const SigningServices& m_parts;
    JobStore& m_store;
    std::map<std::uint64_t, PendingCallPtr> m_calls;
    std::uint64_t m_lastCall = 0;
};

}  // namespace countersign
