#pragma once

#include "app/cli/ProfileSession.h"
#include "core/base/process/TerminationSignals.h"
#include "core/revocation/DeskWalletJobs.h"
#include "core/revocation/RevocationRunner.h"

#include <QTimer>

#include <functional>
#include <memory>

namespace countersign::cli {

/// A profile with its desk and what ends delegations; lives until the command has ended.
struct RevocationBench
{
    std::shared_ptr<ProfileSession> session;
    std::unique_ptr<JobDesk> desk;
    std::unique_ptr<DeskWalletJobs> jobs;
    std::unique_ptr<RevocationRunner> runner;
    std::shared_ptr<TerminationSignals> terminationSignals;
    QTimer patience;
};
using RevocationBenchPtr = std::shared_ptr<RevocationBench>;

/// Calls work with an unlocked profile, or ends the invocation.
void openRevocationBench(Invocation& invocation, const std::function<void(const RevocationBenchPtr&)>& work);

/// Once, before delegations are ended: ceremonies that a crash left behind are not waited for.
void recoverJobs(Invocation& invocation, const RevocationBenchPtr& bench);

/// Lets submitters hear of jobs that were stopped, for a second at most: if they cannot now, the next command
/// or the window tells them.
void tellSubmitters(const RevocationBenchPtr& bench, std::function<void()> done);

}  // namespace countersign::cli
