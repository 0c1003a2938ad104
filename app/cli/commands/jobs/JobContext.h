#pragma once

#include "app/cli/ProfileSession.h"
#include "core/base/process/TerminationSignals.h"
#include "core/signing/desk/JobDesk.h"

#include <functional>
#include <memory>
#include <string>

namespace countersign::cli {

/// The profile and its desk, for the commands about jobs; lives until the command has ended.
struct JobContext
{
    std::shared_ptr<ProfileSession> session;
    std::unique_ptr<JobDesk> desk;
    std::unique_ptr<TerminationSignals> terminationSignals;  ///< while an approval is under way
    bool wasAskedToEnd = false;
    std::function<void()> endNow;  ///< what is left to do may be left out

    /// Opens the profile, and makes its rows true after a crash before anything is shown or done.
    static void open(Invocation& invocation,
                     const std::function<void(const std::shared_ptr<JobContext>&)>& work);

    /// Ends the command with a job that was just taken in, prepared, so that its digest is printed. A node
    /// that does not answer is no reason to refuse the job.
    static void prepareAndFinish(Invocation& invocation, const std::shared_ptr<JobContext>& context,
                                 const Job& job);

    /// The job that the command's first word means (JobCatalog::find).
    Result<Job> jobMeant(const Invocation& invocation) const;
};

/// Of a rejection, and of what an operator says; UTF-16 units.
inline constexpr qsizetype maxJobReasonCharacters = 2000;

}  // namespace countersign::cli
