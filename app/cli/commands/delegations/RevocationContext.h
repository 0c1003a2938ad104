#pragma once

#include "app/cli/ProfileSession.h"
#include "core/base/process/TerminationSignals.h"
#include "core/revocation/DeskWalletJobs.h"
#include "core/revocation/RevocationRunner.h"

#include <QTimer>

#include <functional>
#include <memory>

namespace countersign::cli {

/// What a command that ends delegations works with: the unlocked profile, its desk and the runner of
/// revocations. Lives until the command has ended.
struct RevocationContext
{
    std::shared_ptr<ProfileSession> session;
    std::unique_ptr<JobDesk> desk;
    std::unique_ptr<DeskWalletJobs> jobs;
    std::unique_ptr<RevocationRunner> runner;
    std::shared_ptr<TerminationSignals> terminationSignals;
    QTimer patience;
};
using RevocationContextPtr = std::shared_ptr<RevocationContext>;

/// Calls work with an unlocked profile, or ends the invocation.
void openRevocationContext(Invocation& invocation,
                           const std::function<void(const RevocationContextPtr&)>& work);

/// Once, before delegations are ended: ceremonies that a crash left behind are not waited for.
void recoverJobs(Invocation& invocation, const RevocationContextPtr& context);

/// Lets submitters hear of jobs that were stopped, for a second at most: if they cannot now, the next command
/// or the window tells them.
void tellSubmitters(const RevocationContextPtr& context, std::function<void()> done);

}  // namespace countersign::cli
