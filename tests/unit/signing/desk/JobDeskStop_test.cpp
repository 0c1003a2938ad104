#include "core/signing/desk/JobDesk.h"
#include "core/signing/store/JobLock.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/signing/desk/DeskScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

using Scene = DeskScene;

namespace {

/// A desk that is stopped while the engine keeps it waiting.
struct Stopping : Scene
{
    std::string jobId = message().jobId;
    bool stopped = false;

    Stopping() { engine.isSilent = true; }

    Job job() { return *store.load(jobId); }
    void run(const char* sql) { profile.database->handle().exec(sql); }
    void stop(std::chrono::milliseconds patience = JobDesk::stopPatience)
    {
        desk.stop([this] { stopped = true; }, patience);
    }
    void stopInTheRoom(std::chrono::milliseconds patience = JobDesk::stopPatience)
    {
        begin(jobId);
        QTRY_COMPARE_WITH_TIMEOUT(engine.ceremonies.size(), std::size_t{1}, patienceMs);
        stop(patience);
    }
    void keepFromSigned()
    {
        run("CREATE TEMP TRIGGER full BEFORE UPDATE ON job WHEN NEW.state = 'signed' "
            "BEGIN SELECT RAISE(ABORT, 'full'); END");
    }
    void stopWhileItIsWritten(std::chrono::milliseconds patience = JobDesk::stopPatience)
    {
        begin(jobId);
        QTRY_COMPARE_WITH_TIMEOUT(engine.ceremonies.size(), std::size_t{1}, patienceMs);
        engine.answer(evmKey.sign(job().digest));
        QTest::qWait(50);  // checked, and refused by the database
        QCOMPARE(job().state, JobState::Signing);
        stop(patience);
    }
};

}  // namespace

/// Cancelling one job, and stopping the whole desk.
class JobDeskStopTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cancels()
    {
        Scene scene;
        scene.engine.isSilent = true;
        const Job job = scene.message();
        scene.desk.cancel(job.jobId);
        scene.begin(job.jobId);
        QTRY_COMPARE_WITH_TIMEOUT(scene.engine.ceremonies.size(), std::size_t{1}, patienceMs);
        scene.desk.cancel(job.jobId);
        QTRY_COMPARE_WITH_TIMEOUT(scene.answers.size(), std::size_t{1}, patienceMs);
        QCOMPARE(scene.answers.front()->state, JobState::Failed);
        QVERIFY(!scene.desk.isBusy());
    }

    void stopsInEveryStep()
    {
        Scene node;  // while a node is asked
        node.evm.fees.isSilent = true;
        const Job filling = node.transaction();
        node.begin(filling.jobId);
        QTRY_COMPARE_WITH_TIMEOUT(node.evm.fees.asked, 1, patienceMs);
        node.desk.stop();
        QTRY_COMPARE_WITH_TIMEOUT(node.answers.size(), std::size_t{1}, patienceMs);
        QCOMPARE(node.answers.front().error().code, ErrorCode::Cancelled);
        QCOMPARE(node.stateOf(filling.jobId), JobState::Pending);

        Scene prepared;  // the preparation's answer is on its way
        const Job ready = prepared.message();
        prepared.begin(ready.jobId);
        prepared.desk.stop();
        QTRY_COMPARE_WITH_TIMEOUT(prepared.answers.size(), std::size_t{1}, patienceMs);
        QTest::qWait(20);
        QCOMPARE(prepared.answers.size(), std::size_t{1});
        QCOMPARE(prepared.stateOf(ready.jobId), JobState::Pending);
        QVERIFY(prepared.api.rooms.empty());

        Scene opening;  // the room is being opened
        opening.api.roomIsSilent = true;
        const Job begun = opening.message();
        opening.begin(begun.jobId);
        QTRY_COMPARE_WITH_TIMEOUT(opening.api.held, 1, patienceMs);
        bool stopped = false;
        opening.desk.stop([&] { stopped = true; });
        QTRY_VERIFY_WITH_TIMEOUT(stopped, patienceMs);
        QCOMPARE(opening.answers.size(), std::size_t{1});
        QCOMPARE(opening.answers.front()->state, JobState::Pending);
        QVERIFY(!opening.desk.isBusy());
        // Nothing is held any more.
        QVERIFY(JobLock::take(opening.profile.paths.root, begun.jobId).has_value());
    }

    void stopsAtOnceWithoutWork()
    {
        Scene scene;
        bool stopped = false;
        scene.desk.stop([&] { stopped = true; });
        QVERIFY(!stopped);  // through the event loop
        QTRY_VERIFY_WITH_TIMEOUT(stopped, patienceMs);
        const Job job = scene.message();
        const auto refused = scene.approve(job.jobId);
        QCOMPARE(refused.error().code, ErrorCode::Cancelled);
        QCOMPARE(scene.stateOf(job.jobId), JobState::Pending);
    }

    /// The signature is on its way when the console is closed.
    void aCeremonyInItsRoomIsWaitedFor()
    {
        Stopping scene;
        scene.stopInTheRoom();
        QTest::qWait(50);
        QVERIFY(!scene.stopped && scene.answers.empty());
        QCOMPARE(scene.engine.cancelled, 0);
        scene.engine.answer(scene.evmKey.sign(scene.job().digest));
        QTRY_VERIFY_WITH_TIMEOUT(scene.stopped, patienceMs);
        QCOMPARE(scene.answers.size(), std::size_t{1});
        QCOMPARE(scene.answers.front()->state, JobState::Signed);
        QCOMPARE(scene.job().signature, scene.evmKey.sign(scene.job().digest));
        QVERIFY(scene.audit.verify()->intact);
        QVERIFY(JobLock::take(scene.profile.paths.root, scene.jobId).has_value());
    }

    /// It has come, and nobody has looked at it yet.
    void aSignatureOfThisMomentIsRecorded()
    {
        Stopping scene;
        scene.begin(scene.jobId);
        QTRY_COMPARE_WITH_TIMEOUT(scene.engine.ceremonies.size(), std::size_t{1}, patienceMs);
        scene.engine.answer(scene.evmKey.sign(scene.job().digest));
        scene.stop();
        QTRY_VERIFY_WITH_TIMEOUT(scene.stopped, patienceMs);
        QCOMPARE(scene.job().state, JobState::Signed);
    }

    /// What does not belong to the wallet is no signature, also now.
    void aForeignSignatureIsNotRecorded()
    {
        Stopping scene;
        scene.stopInTheRoom();
        scene.engine.answer(EvmKey().sign(scene.job().digest));
        QTRY_VERIFY_WITH_TIMEOUT(scene.stopped, patienceMs);
        QCOMPARE(scene.job().state, JobState::Failed);
        QVERIFY(scene.job().signature.empty());
    }

    /// It was checked, and the disk does not take it at this moment: the moment that once lost it.
    void aSignatureThatWaitsToBeWrittenIsRecorded()
    {
        Stopping scene;
        scene.keepFromSigned();
        scene.stopWhileItIsWritten();
        QTest::qWait(50);
        QVERIFY(!scene.stopped);
        QCOMPARE(scene.job().state, JobState::Signing);
        scene.run("DROP TRIGGER full");
        QTRY_VERIFY_WITH_TIMEOUT(scene.stopped, patienceMs);
        QCOMPARE(scene.answers.front()->state, JobState::Signed);
        QCOMPARE(scene.job().signature, scene.evmKey.sign(scene.job().digest));
    }

    /// Waiting is bounded; what is not known then is said to be unknown.
    void aDiskThatNeverTakesItEndsTheWaiting()
    {
        Stopping scene;
        scene.keepFromSigned();
        scene.stopWhileItIsWritten(std::chrono::milliseconds(100));
        QTRY_VERIFY_WITH_TIMEOUT(scene.stopped, patienceMs);
        QCOMPARE(scene.answers.front().error().code, ErrorCode::Cancelled);
        QVERIFY(!scene.desk.isBusy());
        scene.run("DROP TRIGGER full");
        QVERIFY(JobDesk(scene.parts()).recover().has_value());
        QCOMPARE(scene.job().state, JobState::Interrupted);
    }

    /// Nobody knows what Dynamic makes of it: not a failure that would free the job for another desk.
    void aCeremonyThatNeverEndsIsUnknown()
    {
        Stopping scene;
        scene.stopInTheRoom(std::chrono::milliseconds(100));
        QTRY_VERIFY_WITH_TIMEOUT(scene.stopped, patienceMs);
        QCOMPARE(scene.answers.front().error().code, ErrorCode::Cancelled);
        QVERIFY(!scene.desk.isBusy());
        QCOMPARE(scene.job().state, JobState::Signing);
        QVERIFY(JobDesk(scene.parts()).recover().has_value());
        QCOMPARE(scene.job().state, JobState::Interrupted);
    }

    /// What was signed meanwhile is sent by the next program.
    void nothingIsSentAnyMore()
    {
        Stopping scene;
        scene.jobId = scene.transaction(wholeTransaction(), true).jobId;
        scene.stopInTheRoom();
        scene.engine.answer(scene.evmKey.sign(scene.job().digest));
        QTRY_VERIFY_WITH_TIMEOUT(scene.stopped, patienceMs);
        QCOMPARE(scene.answers.front()->state, JobState::Signed);
        QVERIFY(scene.evm.sent.empty());
        scene.evm.receipt.always = scene.mined();
        JobDesk next(scene.parts());
        next.resume();
        QTRY_COMPARE_WITH_TIMEOUT(scene.job().state, JobState::Confirmed, 30000);
        QCOMPARE(scene.evm.sent.size(), std::size_t{1});
        QCOMPARE(scene.engine.ceremonies.size(), std::size_t{1});
    }

    /// A broadcast that is followed is no reason to wait; the answer is the job.
    void aBroadcastIsLeftForTheNext()
    {
        Stopping scene;
        scene.engine.isSilent = false;
        scene.jobId = scene.transaction(wholeTransaction(), true).jobId;
        scene.begin(JobDesk::Approval{.jobId = scene.jobId, .wait = true});
        QTRY_COMPARE_WITH_TIMEOUT(scene.job().state, JobState::Broadcast, patienceMs);
        QVERIFY(scene.answers.empty());
        scene.stop();
        QTRY_VERIFY_WITH_TIMEOUT(scene.stopped, patienceMs);
        QCOMPARE(scene.answers.size(), std::size_t{1});
        QCOMPARE(scene.answers.front()->state, JobState::Broadcast);
    }
};

COUNTERSIGN_GUILESS_TEST(JobDeskStopTest)
#include "JobDeskStop_test.moc"
