#pragma once

#include "core/signing/approval/ApprovalRequest.h"
#include "core/signing/job/Job.h"

#include <utility>

namespace countersign {

/// An approval under way, until its callback was called.
struct PendingApproval
{
    ApprovalRequest request;
    Callback<Job> done;
    bool resumes = false;  ///< takes up what was approved; approves nothing
    bool answered = false;

    void answer(const Result<Job>& job)
    {
        if (!std::exchange(answered, true)) {
            done(job);
        }
    }
};

}  // namespace countersign
