#include "tests/support/Patience.h"
#include "tests/support/SigningScene.h"
#include "tests/support/TestProgram.h"
#include "ui/session/ProfileSession.h"

#include <QSignalSpy>
#include <QTest>

#include <atomic>
#include <thread>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// A session over the scene's profile, whose engine is silent: a ceremony stays in its room.
struct Scene : SigningScene
{
    std::atomic<bool> isInRoom = false;
    Job job = message();

    Scene()
    {
        engine.isSilent = true;
        engine.whenAsked = [this] { isInRoom = true; };
    }

    SessionParts sessionParts()
    {
        SessionParts session{profile.paths, &profile.clock};
        // One of the session's thread: it answers on the thread that made it.
        session.rootKeys = [this] {
            auto keys = std::make_shared<MemoryRootKeyStore>();
            for (const auto& [profileId, key] : profile.rootKeys->keys) {
                keys->keys.emplace(profileId, key.clone());
            }
            return keys;
        };
        session.relaySource = [](const std::string&, const std::string&,
                                 SecretBytes) -> Result<std::unique_ptr<RelaySource>> {
            return failure(ErrorCode::Unsupported, QStringLiteral("Not in this test."));
        };
        session.jobParts = [this](std::shared_ptr<Vault> vault, Database& database, const Clock& clock) {
            JobParts made = parts();
            made.vault = std::move(vault);
            made.database = &database;
            made.clock = &clock;
            return made;
        };
        return session;
    }

    Job stored() { return *store.load(job.jobId); }
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
        Scene scene;
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
        Scene scene;
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
        Scene scene;
        auto session = std::make_unique<ProfileSession>(scene.sessionParts());
        session->start();
        QTRY_COMPARE_WITH_TIMEOUT(session->state(), ProfileSession::State::Open, patienceMs);
        session->jobs().approve(this, {.jobId = scene.job.jobId}, [](const Result<Job>&) {});
        QTRY_VERIFY_WITH_TIMEOUT(scene.isInRoom, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(scene.stored().state, JobState::Signing, patienceMs);
        const Bytes signature = scene.evmKey.sign(scene.stored().digest);
        std::thread cosigner([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(200));
            scene.engine.answer(signature);
        });
        session.reset();
        cosigner.join();
        QCOMPARE(scene.stored().state, JobState::Signed);
        QCOMPARE(scene.stored().signature, signature);
    }

    void closingWithoutWorkDoesNotWait()
    {
        Scene scene;
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
