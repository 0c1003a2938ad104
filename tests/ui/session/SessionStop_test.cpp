#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/ui/SilentSession.h"
#include "ui/session/ProfileSession.h"

#include <QSignalSpy>
#include <QTest>

#include <atomic>
#include <thread>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// One whose engine answers when the test says so.
struct SessionStopScene : SilentSession
{
    void answer() { engine.answer(evmKey.sign(stored().digest)); }
};

}  // namespace

/// A signature that is on its way when the profile is locked, or the window closed.
class SessionStopTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lockingWaitsForASignature()
    {
        SessionStopScene scene;
        SessionWorker worker(scene.sessionParts());
        QSignalSpy unlocked(&worker, &SessionWorker::unlocked);
        worker.open();
        worker.unlock({});
        QTRY_COMPARE_WITH_TIMEOUT(unlocked.count(), 1, patienceMs);
        worker.desk()->approve({.jobId = scene.job.jobId}, [](const Result<Job>&) {});
        QTRY_VERIFY_WITH_TIMEOUT(scene.isInRoom, patienceMs);
        worker.lock();
        QVERIFY(worker.desk() == nullptr);  // nothing new
        QTest::qWait(50);
        QCOMPARE(scene.stored().state, JobState::Signing);
        scene.answer();
        QTRY_COMPARE_WITH_TIMEOUT(scene.stored().state, JobState::Signed, patienceMs);
        const auto record = [&] {
            return worker.record("test", {}, {}, [](SessionWorker::Rows&) { return Status(); });
        };
        QTRY_VERIFY_WITH_TIMEOUT(!record(), patienceMs);
        QCOMPARE(record().error().code, ErrorCode::Locked);
        QVERIFY(scene.audit.verify()->intact);
    }

    void unlockingMeanwhileComesAfterwards()
    {
        SessionStopScene scene;
        SessionWorker worker(scene.sessionParts());
        QSignalSpy unlocked(&worker, &SessionWorker::unlocked);
        worker.open();
        worker.unlock({});
        QTRY_COMPARE_WITH_TIMEOUT(unlocked.count(), 1, patienceMs);
        worker.desk()->approve({.jobId = scene.job.jobId}, [](const Result<Job>&) {});
        QTRY_VERIFY_WITH_TIMEOUT(scene.isInRoom, patienceMs);
        worker.lock();
        worker.unlock({});
        QTest::qWait(50);
        QCOMPARE(unlocked.count(), 1);
        QVERIFY(worker.desk() == nullptr);
        scene.answer();
        QTRY_COMPARE_WITH_TIMEOUT(unlocked.count(), 2, patienceMs);
        QVERIFY(worker.desk() != nullptr);
        QCOMPARE(scene.stored().state, JobState::Signed);
    }

    void closingWaitsForASignature()
    {
        SessionStopScene scene;
        auto session = std::make_unique<ProfileSession>(scene.sessionParts());
        session->start();
        QTRY_COMPARE_WITH_TIMEOUT(session->state(), ProfileSession::State::Open, patienceMs);
        session->jobs().approve(this, {.jobId = scene.job.jobId}, [](const Result<Job>&) {});
        QTRY_VERIFY_WITH_TIMEOUT(scene.isInRoom, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(scene.stored().state, JobState::Signing, patienceMs);
        const Bytes signature = scene.evmKey.sign(scene.stored().digest);
        std::thread cosigner([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(200));
            passThreadLock();
            scene.engine.answer(signature);
        });
        session.reset();
        cosigner.join();
        QCOMPARE(scene.stored().state, JobState::Signed);
        QCOMPARE(scene.stored().signature, signature);
    }

    void closingWithoutWorkDoesNotWait()
    {
        SessionStopScene scene;
        auto session = std::make_unique<ProfileSession>(scene.sessionParts());
        session->start();
        QTRY_COMPARE_WITH_TIMEOUT(session->state(), ProfileSession::State::Open, patienceMs);
        session.reset();
        auto unopened = std::make_unique<ProfileSession>(scene.sessionParts());
        unopened.reset();
        QCOMPARE(scene.stored().state, JobState::Pending);
    }
};

COUNTERSIGN_GUILESS_TEST(SessionStopTest)
#include "SessionStop_test.moc"
