#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/inbox/WebhookFactory.h"
#include "tests/support/fixtures/profile/TrustedChanges.h"
#include "tests/ui/SilentSession.h"
#include "ui/session/worker/SessionWorker.h"

#include <QSignalSpy>
#include <QTest>

#include <atomic>
#include <random>

using namespace countersign;
using namespace countersign::testing;

namespace {

constexpr const char* slicesUrl = "https://relay.example";
constexpr const char* slicesInbox = "main";

/// A session over the scene's profile with hundreds of deliveries in quarantine, and a job whose engine waits
/// to be answered.
struct SessionSlicesScene : SilentSession
{
    int waiting = 0;

    /// Of random size and kind, none of which can be accepted.
    void fillQuarantine(unsigned seed, int number)
    {
        std::mt19937 random(seed);
        static const RsaPrivateKey key = *RsaPrivateKey::generate(2048);
        if (!storeSecret(profile, webhookSecretKind, "one", "secret")) {
            qFatal("no secret");
        }
        const WebhookFactory genuine(key.publicKey(), "secret");
        const WebhookFactory forger(key.publicKey(), "another");
        Ingestor ingestor(profile.vault, *profile.database, profile.clock);
        std::vector<FeedEntry> entries;
        for (int i = 1; i <= number; ++i) {
            const std::size_t size = random() % 20 == 0 ? 200'000 : random() % 3000;
            entries.push_back(random() % 6 == 0
                                  ? genuine.entry(i, genuine.created({}))
                                  : forger.entry(i, "{\"a\":\"" + std::string(size, 'x') + "\"}"));
        }
        (void)ingestor.cursor(slicesUrl, slicesInbox);
        if (!ingestor.ingest(slicesUrl, slicesInbox, 0, pageOf(std::move(entries)))) {
            qFatal("not ingested");
        }
        waiting = number;
    }
};

void openSession(SessionWorker& worker)
{
    QSignalSpy unlocked(&worker, &SessionWorker::unlocked);
    worker.open();
    worker.unlock({});
    QTRY_COMPARE_WITH_TIMEOUT(unlocked.count(), 1, patienceMs);
}

}  // namespace

/// Everything of a session happens on one thread: no bulk work may keep a ceremony's next step waiting for
/// more than a slice.
class SessionSlicesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { initialiseSodium(); }

    void aCeremonyGoesOnBesideRetryAll_data()
    {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 3; ++seed) {
            QTest::addRow("seed %u", seed) << seed;
        }
    }

    void aCeremonyGoesOnBesideRetryAll()
    {
        QFETCH(const unsigned, seed);
        SessionSlicesScene scene;
        scene.fillQuarantine(seed, 400);
        SessionWorker worker(scene.sessionParts());
        openSession(worker);
        worker.desk()->approve({.jobId = scene.job.jobId}, [](const Result<Job>&) {});
        QTRY_VERIFY_WITH_TIMEOUT(scene.isInRoom, patienceMs);
        QSignalSpy finished(&worker, &SessionWorker::retryFinished);
        qint64 done = 0;
        qint64 answeredAt = -1;
        qint64 signedAt = -1;
        // No turn takes more than a slice.
        connect(&worker, &SessionWorker::retryProgress, this, [&](qint64 now, qint64 total) {
            QVERIFY(now - done <= retrySliceDeliveries);
            QCOMPARE(total, qint64(scene.waiting));
            done = now;
            if (answeredAt < 0 && done >= 40) {
                answeredAt = done;
                scene.engine.answer(scene.evmKey.sign(scene.stored().digest));
            }
        });
        connect(&worker, &SessionWorker::jobChanged, this, [&](const QString&, bool) {
            if (scene.stored().state == JobState::Signed && signedAt < 0) {
                signedAt = done;
            }
        });
        worker.retryAll();
        QCOMPARE(done, 0);  // not before it has returned
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, patienceMs);
        QCOMPARE(done, qint64(scene.waiting));
        QVERIFY(answeredAt > 0);
        // Signed, recorded and told long before the last delivery was tried.
        QVERIFY2(signedAt >= answeredAt && signedAt <= answeredAt + 4 * retrySliceDeliveries,
                 qPrintable(QStringLiteral("answered at %1, signed at %2").arg(answeredAt).arg(signedAt)));
        QVERIFY(scene.audit.verify()->intact);
    }

    void stopsWhenItIsCancelledOrLocked_data()
    {
        QTest::addColumn<bool>("byLocking");
        QTest::newRow("cancelled") << false;
        QTest::newRow("locked") << true;
    }

    void stopsWhenItIsCancelledOrLocked()
    {
        QFETCH(const bool, byLocking);
        SessionSlicesScene scene;
        scene.fillQuarantine(9, 200);
        SessionWorker worker(scene.sessionParts());
        openSession(worker);
        QSignalSpy finished(&worker, &SessionWorker::retryFinished);
        QSignalSpy failed(&worker, &SessionWorker::retryFailed);
        qint64 last = 0;
        connect(&worker, &SessionWorker::retryProgress, this, [&](qint64 now, qint64) {
            last = now;
            if (byLocking) {
                QMetaObject::invokeMethod(
                    &worker, [&] { worker.lock(); }, Qt::QueuedConnection);
            } else {
                worker.setRetryCancelled(true);
            }
        });
        worker.setRetryCancelled(false);
        worker.retryAll();
        worker.retryAll();  // the same run
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, patienceMs);
        QCOMPARE(failed.first().first().value<Error>().code, ErrorCode::Cancelled);
        QVERIFY(last > 0 && last <= 3 * retrySliceDeliveries);
        QTest::qWait(20);
        QCOMPARE(failed.count() + finished.count(), 1);
        QCOMPARE(scene.number("SELECT count(*) FROM quarantine WHERE retries > 0"), int(last));
    }

    void whatIsDroppedLeavesInSlices()
    {
        SessionSlicesScene scene;
        scene.fillQuarantine(5, 300);
        SessionWorker worker(scene.sessionParts());
        openSession(worker);
        QSignalSpy dropped(&worker, &SessionWorker::dropFinished);
        const int genuine =
            scene.number("SELECT count(*) FROM quarantine WHERE reason_code = 'undecryptable'");
        worker.drop({.filter = {.reason = "signature"}});
        QCOMPARE(dropped.count(), 1);
        QVERIFY(scene.number("SELECT count(*) FROM quarantine") > 200);
        QTRY_COMPARE_WITH_TIMEOUT(scene.number("SELECT count(*) FROM quarantine"), genuine, patienceMs);
        QCOMPARE(scene.number("SELECT count(*) FROM unverified"), 0);
        QVERIFY(scene.audit.verify()->intact);
    }
};

COUNTERSIGN_GUILESS_TEST(SessionSlicesTest)
#include "SessionSlices_test.moc"
