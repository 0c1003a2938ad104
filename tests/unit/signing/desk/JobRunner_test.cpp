#include "core/signing/desk/JobRunner.h"

#include "core/signing/reporting/JobReports.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/signing/approval/ApprovalScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

struct RunnerScene : ApprovalScene
{
    JobReports reports{services, store, audit};
    JobRecovery recovery{services, store};
    RunningJobs running;
    JobRunner runner{services, {store, audit, preparer, reports, recovery, running}};
    std::vector<JobState> changes;

    RunnerScene()
    {
        QObject::connect(&runner, &JobRunner::changed,
                         [this](const Job& job) { changes.push_back(job.state); });
    }

    Result<Job> approve(ApprovalRequest request)
    {
        return waitFor<Result<Job>>([&](auto done) { runner.approve(std::move(request), done); });
    }
};

}  // namespace

class JobRunnerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bringsAJobToItsSignature()
    {
        RunnerScene scene;
        const Job job = scene.message();
        QCOMPARE(scene.approve({.jobId = job.jobId})->state, JobState::Signed);
        QCOMPARE(scene.steps(job.jobId), std::string("pending,approved,signing,signed"));
        QCOMPARE(scene.changes.front(), JobState::Approved);
        QCOMPARE(scene.changes.back(), JobState::Signed);
        QVERIFY(scene.running.isEmpty());
    }

    void aRefusalLeavesNothingBehind()
    {
        RunnerScene scene;
        const Job job = scene.message();
        QCOMPARE(scene.approve({.jobId = "nothing"}).error().code, ErrorCode::NotFound);
        QCOMPARE(scene.approve({.jobId = job.jobId, .digest = Bytes(32, 1)}).error().code,
                 ErrorCode::InvalidInput);
        QVERIFY(scene.running.isEmpty() && scene.changes.empty());
        QVERIFY(JobLock::take(scene.profile.paths.root, job.jobId).has_value());
        QCOMPARE(scene.recorded(job.jobId), std::string("job.received"));
    }

    void aClosedDeskRefuses()
    {
        RunnerScene scene;
        const Job job = scene.message();
        scene.running.close();
        QCOMPARE(scene.approve({.jobId = job.jobId}).error().code, ErrorCode::Cancelled);
        QCOMPARE(scene.stateOf(job.jobId), JobState::Pending);
    }

    void takesUpWhatWasApproved()
    {
        RunnerScene scene;
        const Job job = scene.approved(scene.message());
        scene.runner.takeUp(job.jobId);
        scene.runner.takeUp(job.jobId);  // it is being done
        QTRY_COMPARE_WITH_TIMEOUT(scene.stateOf(job.jobId), JobState::Signed, patienceMs);
        QCOMPARE(scene.engine.ceremonies.size(), std::size_t{1});
    }

    /// Taking up approves nothing.
    void takesUpNothingElse()
    {
        RunnerScene scene;
        const Job pending = scene.message("pending");
        const Job stale = scene.approved(scene.message("stale"));
        scene.profile.clock.set(scene.profile.clock.now() + 6 * 60'000);
        scene.runner.takeUp(pending.jobId);
        scene.runner.takeUp(stale.jobId);
        QTest::qWait(20);
        QVERIFY(scene.running.isEmpty());
        QCOMPARE(scene.stateOf(pending.jobId), JobState::Pending);
        QCOMPARE(scene.stateOf(stale.jobId), JobState::Pending);
        QVERIFY(scene.api.rooms.empty());
    }

    void whatANodeRefusesIsLeftUnsent()
    {
        RunnerScene scene;
        scene.evm.send.always = failure(error(ErrorCode::InvalidInput, "insufficient funds"));
        scene.evm.known.always = false;
        const Job job = scene.transaction(wholeTransaction(), true);
        QCOMPARE(scene.approve({.jobId = job.jobId, .wait = true})->state, JobState::Signed);
        QVERIFY(scene.recovery.broadcastsToTakeUp().empty());
        QVERIFY(scene.running.isEmpty());
        // An operator who asks again sends it again.
        scene.evm.send.always = std::string();
        scene.evm.receipt.always = std::optional<EvmReceipt>(EvmReceipt{"0x", "0xblock", 1, true});
        QCOMPARE(scene.approve({.jobId = job.jobId, .wait = true})->state, JobState::Confirmed);
        QCOMPARE(scene.engine.ceremonies.size(), std::size_t{1});
    }

    void anApprovalThatIsNoneFailsTheJob()
    {
        RunnerScene scene;
        const Job job = scene.approved(scene.message());
        scene.run("UPDATE job SET approval_mac = zeroblob(32)");
        QCOMPARE(scene.approve({.jobId = job.jobId}).error().code, ErrorCode::Corrupt);
        QCOMPARE(scene.stateOf(job.jobId), JobState::Failed);
        QCOMPARE(scene.changes, std::vector<JobState>{JobState::Failed});
        QVERIFY(scene.api.rooms.empty() && scene.running.isEmpty());
    }
};

COUNTERSIGN_GUILESS_TEST(JobRunnerTest)
#include "JobRunner_test.moc"
