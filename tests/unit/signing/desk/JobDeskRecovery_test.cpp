#include "core/signing/desk/JobDesk.h"
#include "core/signing/store/JobLock.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/signing/desk/DeskScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

using Scene = DeskScene;

/// What a crash, or another program, left is mended or taken up again.
class JobDeskRecoveryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void mendsWhatACrashLeft()
    {
        Scene scene;
        const Job withoutRoom = scene.message("a");
        const Job withRoom = scene.message("b");
        const Job held = scene.message("c");
        JobChange begin;
        begin.beginsCeremony = true;
        for (const Job& job : {withoutRoom, withRoom, held}) {
            (void)*scene.put(job.jobId, JobState::Signing, begin);
        }
        QVERIFY(scene.store.noteRoom(withRoom.jobId, "room").has_value());
        QVERIFY(scene.store.noteRoom(held.jobId, "room").has_value());
        auto lock = JobLock::take(scene.profile.paths.root, held.jobId);
        QVERIFY(scene.desk.recover().has_value());
        QCOMPARE(scene.stateOf(withoutRoom.jobId), JobState::Pending);
        QCOMPARE(scene.stateOf(withRoom.jobId), JobState::Interrupted);
        QCOMPARE(scene.store.load(withRoom.jobId)->errorDetail, std::string("room room"));
        QCOMPARE(scene.stateOf(held.jobId), JobState::Signing);
        QCOMPARE(scene.approve(held.jobId).error().code, ErrorCode::Busy);
        lock->reset();
        QVERIFY(scene.desk.recover().has_value());
        QCOMPARE(scene.stateOf(held.jobId), JobState::Interrupted);
        QCOMPARE(scene.approve(withRoom.jobId).error().code, ErrorCode::Denied);
        QCOMPARE(scene.approve(withoutRoom.jobId)->state, JobState::Signed);
    }

    void expiresWhatNobodyWorksOn()
    {
        Scene scene;
        const Job pending = scene.message("a");
        const Job approved = scene.message("b");
        const Job held = scene.message("c");
        (void)*scene.put(approved.jobId, JobState::Approved);
        const auto lock = JobLock::take(scene.profile.paths.root, held.jobId);
        scene.profile.clock.set(pending.expiresAt);
        QVERIFY(scene.desk.recover().has_value());
        QCOMPARE(scene.stateOf(pending.jobId), JobState::Expired);
        QCOMPARE(scene.stateOf(approved.jobId), JobState::Expired);
        QCOMPARE(scene.stateOf(held.jobId), JobState::Pending);
    }

    void takesUpWhatACrashLeft()
    {
        Scene scene;
        const Job fresh = scene.message("a");
        const Job old = scene.message("b");
        for (const Job& job : {old, fresh}) {
            scene.crashApproved(job.jobId);
            if (job.jobId == old.jobId) {
                scene.profile.clock.advance(std::chrono::minutes(6));
            }
        }
        const Job sending = scene.transaction(wholeTransaction(), true);
        scene.evm.send.always = failure(error(ErrorCode::Network));
        QCOMPARE(scene.approve(sending.jobId)->state, JobState::Signed);
        scene.desk.stop();
        QVERIFY(!scene.desk.isBusy());
        scene.evm.send.always = std::string();
        scene.evm.receipt.always = scene.mined();
        const std::size_t ceremonies = scene.engine.ceremonies.size();

        JobDesk next(scene.parts());
        next.resume();
        QTRY_COMPARE_WITH_TIMEOUT(scene.stateOf(fresh.jobId), JobState::Signed, patienceMs);
        QCOMPARE(scene.stateOf(old.jobId), JobState::Pending);
        QTRY_COMPARE_WITH_TIMEOUT(scene.stateOf(sending.jobId), JobState::Confirmed, 20000);
        QCOMPARE(scene.engine.ceremonies.size(), ceremonies + 1);
        QCOMPARE(scene.evm.sent.front(), scene.evm.sent.back());
    }

    /// What was unknown before the operator asked for more is unknown still when that did not begin.
    void anUnknownOutcomeIsNotForgotten()
    {
        Scene scene;
        scene.api.wallet.always = failure(error(ErrorCode::Network));
        const Job job = scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", "a"}}));
        (void)*scene.put(job.jobId, JobState::Interrupted);
        const JobDesk::Approval again{.jobId = job.jobId, .again = true};
        QCOMPARE(scene.approve(again)->state, JobState::Interrupted);
        QCOMPARE(scene.steps(job.jobId), std::string("pending,interrupted,approved,interrupted"));
        // The relay must not hear meanwhile what would free the job for another desk.
        QVERIFY(scene.report().has_value());
        QVERIFY(!scene.told(job.jobId).empty());
        for (const Json& event : scene.told(job.jobId)) {
            QCOMPARE(textOf(event, "state"), std::string("interrupted"));
        }
        QCOMPARE(scene.approve(job.jobId).error().code, ErrorCode::Denied);

        // Killed before its room.
        scene.api.wallet.always =
            WaasWallet{evmWalletId, toText(scene.evmKey.address), "EVM", {}, "TWO_OF_TWO"};
        scene.api.roomIsSilent = true;
        scene.crash(again, [&] { return !scene.api.rooms.empty(); });
        QCOMPARE(scene.stateOf(job.jobId), JobState::Signing);
        QVERIFY(scene.desk.recover().has_value());
        QCOMPARE(scene.stateOf(job.jobId), JobState::Interrupted);

        // Killed before that, and its time ran out, or the approval is too old.
        for (const bool expired : {true, false}) {
            Scene other;
            const Job left = other.message();
            (void)*other.put(left.jobId, JobState::Interrupted);
            other.api.wallet.isSilent = true;
            other.crash({.jobId = left.jobId, .again = true}, [&] { return other.api.wallet.held == 1; });
            QCOMPARE(other.stateOf(left.jobId), JobState::Approved);
            other.profile.clock.set(expired ? left.expiresAt : other.profile.clock.now() + 6 * 60'000);
            other.desk.resume();
            QCOMPARE(other.stateOf(left.jobId), JobState::Interrupted);
        }
    }
};

COUNTERSIGN_GUILESS_TEST(JobDeskRecoveryTest)
#include "JobDeskRecovery_test.moc"
