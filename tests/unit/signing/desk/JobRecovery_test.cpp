#include "core/signing/desk/JobRecovery.h"

#include "core/signing/store/JobLock.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/signing/approval/ApprovalScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

constexpr UnixMillis tooOld = 5LL * 60 * 1000 + 1;

struct RecoveryScene : ApprovalScene
{
    JobRecovery recovery{services, store};
    std::vector<std::string> mended;

    RecoveryScene()
    {
        QObject::connect(&recovery, &JobRecovery::mended,
                         [this](const Job& job) { mended.push_back(job.jobId); });
    }

    Job signing(const std::string& text)
    {
        JobChange begins;
        begins.beginsCeremony = true;
        return put(approved(message(text)).jobId, JobState::Signing, begins);
    }
    void wait(UnixMillis time) { profile.clock.set(profile.clock.now() + time); }
};

using Ids = std::vector<std::string>;

}  // namespace

class JobRecoveryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingIsMendedWhereNothingIsWrong()
    {
        RecoveryScene scene;
        const Job pending = scene.message("pending");
        const Job approved = scene.approved(scene.message("approved"));
        QVERIFY(scene.recovery.recover().has_value());
        QVERIFY(scene.mended.empty());
        QCOMPARE(scene.stateOf(pending.jobId), JobState::Pending);
        QCOMPARE(scene.stateOf(approved.jobId), JobState::Approved);
    }

    void aCeremonyThatNobodyRunsIsMendedByItsRoom()
    {
        RecoveryScene scene;
        const Job withoutRoom = scene.signing("without");
        const Job withRoom = scene.signing("with");
        QVERIFY(scene.store.noteRoom(withRoom.jobId, "room").has_value());
        QVERIFY(scene.recovery.recover().has_value());
        QCOMPARE(scene.stateOf(withoutRoom.jobId), JobState::Pending);
        QCOMPARE(scene.stateOf(withRoom.jobId), JobState::Interrupted);
        QCOMPARE(scene.store.load(withRoom.jobId)->errorDetail, std::string("room room"));
        QCOMPARE(scene.mended, (Ids{withoutRoom.jobId, withRoom.jobId}));
    }

    void whatSomebodyWorksOnStays()
    {
        RecoveryScene scene;
        const Job held = scene.signing("held");
        const Job overdue = scene.message("overdue");
        const auto one = JobLock::take(scene.profile.paths.root, held.jobId);
        const auto two = JobLock::take(scene.profile.paths.root, overdue.jobId);
        scene.profile.clock.set(overdue.expiresAt);
        QVERIFY(scene.recovery.recover().has_value());
        QCOMPARE(scene.stateOf(held.jobId), JobState::Signing);
        QCOMPARE(scene.stateOf(overdue.jobId), JobState::Pending);
        QVERIFY(scene.mended.empty());
    }

    void whatIsOverdueExpires()
    {
        RecoveryScene scene;
        const Job pending = scene.message("pending");
        const Job approved = scene.approved(scene.message("approved"));
        scene.profile.clock.set(approved.expiresAt);
        QVERIFY(scene.recovery.recover().has_value());
        QCOMPARE(scene.stateOf(pending.jobId), JobState::Expired);
        QCOMPARE(scene.stateOf(approved.jobId), JobState::Expired);
    }

    /// Neither its time nor a fresh approval makes known what a ceremony gave.
    void anUnknownOutcomeStaysUnknown()
    {
        for (const bool expires : {true, false}) {
            RecoveryScene scene;
            const Job seen = scene.prepared(scene.message());
            (void)scene.put(seen.jobId, JobState::Interrupted);
            const Job again = *scene.approve(seen, {.jobId = seen.jobId, .again = true});
            if (expires) {
                scene.profile.clock.set(again.expiresAt);
            } else {
                JobChange begins;
                begins.beginsCeremony = true;
                (void)scene.put(again.jobId, JobState::Signing, begins);  // and no room was opened
            }
            QVERIFY(scene.recovery.recover().has_value());
            QCOMPARE(scene.stateOf(again.jobId), JobState::Interrupted);
        }
    }

    void anApprovalIsFreshForFiveMinutes()
    {
        RecoveryScene scene;
        const Job job = scene.approved(scene.message());
        scene.wait(tooOld - 1);
        QCOMPARE(scene.recovery.disapproveIfStale(job)->state, JobState::Approved);
        scene.wait(1);
        QCOMPARE(scene.recovery.disapproveIfStale(job)->state, JobState::Pending);
        QCOMPARE(scene.steps(job.jobId), std::string("pending,approved,pending"));
        // Only approvals can be stale.
        const Job other = scene.message("other");
        scene.wait(tooOld);
        QCOMPARE(scene.recovery.disapproveIfStale(other)->state, JobState::Pending);
    }

    /// The time of approval is what the code covers, not the row's time, which anybody may write.
    void aHostileTimeMakesNoApprovalFresh()
    {
        RecoveryScene scene;
        const Job job = scene.approved(scene.message());
        scene.wait(tooOld);
        scene.run("UPDATE job SET state_at = " + std::to_string(scene.profile.clock.now()));
        QCOMPARE(scene.recovery.approvalsToTakeUp(), Ids{job.jobId});
        QCOMPARE(scene.recovery.disapproveIfStale(*scene.store.load(job.jobId))->state, JobState::Pending);
    }

    void takesUpFreshApprovalsOnly()
    {
        RecoveryScene scene;
        const Job stale = scene.approved(scene.message("stale"));
        const Job held = scene.approved(scene.message("held"));
        const auto lock = JobLock::take(scene.profile.paths.root, held.jobId);
        scene.wait(tooOld);
        const Job fresh = scene.approved(scene.message("fresh"));
        QCOMPARE(scene.recovery.approvalsToTakeUp(), Ids{fresh.jobId});
        QCOMPARE(scene.stateOf(stale.jobId), JobState::Pending);
        QCOMPARE(scene.stateOf(held.jobId), JobState::Approved);  // another program's
        QCOMPARE(scene.mended, Ids{stale.jobId});
    }

    void takesUpBroadcastsUntilANodeRefuses()
    {
        RecoveryScene scene;
        const Job toSend = scene.transaction(wholeTransaction(7), true);
        const Job sent = scene.transaction(wholeTransaction(8), true);
        const Job onlySigned = scene.transaction(wholeTransaction(9), false);
        (void)scene.put(toSend.jobId, JobState::Signed);
        (void)scene.put(onlySigned.jobId, JobState::Signed);
        (void)scene.put(sent.jobId, JobState::Broadcast);
        QCOMPARE(scene.recovery.broadcastsToTakeUp(), (Ids{toSend.jobId, sent.jobId}));
        scene.recovery.leaveUnsent(toSend.jobId);
        QCOMPARE(scene.recovery.broadcastsToTakeUp(), Ids{sent.jobId});
        scene.recovery.sendAgain(toSend.jobId);
        QCOMPARE(scene.recovery.broadcastsToTakeUp().size(), std::size_t{2});
        scene.recovery.leaveUnsent(toSend.jobId);
        scene.recovery.sendAllAgain();
        QCOMPARE(scene.recovery.broadcastsToTakeUp().size(), std::size_t{2});
    }

    /// An approval must not go on over rows that could not be made true.
    void aDatabaseThatRefusesIsSaid()
    {
        RecoveryScene scene;
        const Job job = scene.message();
        scene.profile.clock.set(job.expiresAt);
        scene.run("CREATE TEMP TRIGGER full BEFORE UPDATE ON job BEGIN SELECT RAISE(ABORT, 'full'); END");
        QVERIFY(!scene.recovery.recover().has_value());
        QVERIFY(scene.mended.empty());
        scene.run("DROP TRIGGER full");
        QVERIFY(scene.recovery.recover().has_value());
        QCOMPARE(scene.stateOf(job.jobId), JobState::Expired);
    }
};

COUNTERSIGN_GUILESS_TEST(JobRecoveryTest)
#include "JobRecovery_test.moc"
