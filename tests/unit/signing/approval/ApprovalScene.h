#pragma once

#include "core/signing/approval/JobApproval.h"
#include "core/signing/prepare/JobPreparer.h"
#include "tests/support/fixtures/signing/SigningScene.h"

namespace countersign::testing {

/// Test fixture of approvals, over the scene of signing.
struct ApprovalScene : SigningScene
{
    SigningServices services = parts();
    JobPreparer preparer{services, store};
    JobApproval approval{services, store};

    Job prepared(const Job& job)
    {
        return waitFor<Result<VerifiedJob>>([&](auto done) { preparer.prepare(job.jobId, true, done); })
            ->job();
    }
    Result<Job> approve(const Job& seen, const ApprovalRequest& request)
    {
        return approval.approve(*VerifiedJob::of(seen), request);
    }
    Status checkPrepared(const Job& job, const ApprovalRequest& request)
    {
        return approval.checkPrepared(*VerifiedJob::of(job), request);
    }

    /// As the operator's yes leaves it.
    Job approved(const Job& job) { return *approve(prepared(job), {.jobId = job.jobId}); }

    Job transaction(const Json& json = openTransaction(), bool broadcast = false,
                    const std::string& reason = {})
    {
        return submit(documentOf(evmWalletId, "evm.transaction", {{"transaction", json}},
                                 {{"broadcast", broadcast}, {"reason", reason}}));
    }

    Job put(const std::string& jobId, JobState state, const JobChange& change = {})
    {
        return *store.move(jobId, std::array{stateOf(jobId)}, state, change);
    }

    void run(const std::string& sql) { profile.database->handle().exec(sql); }
};

}  // namespace countersign::testing
