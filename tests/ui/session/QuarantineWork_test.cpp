#include "ui/session/worker/QuarantineWork.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/inbox/InboxScene.h"

#include <QSignalSpy>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// Deliveries in quarantine, and the work on them, whose every word is kept.
struct QuarantineScene : InboxScene
{
    /// Which become good as soon as this secret is known.
    static constexpr const char* lateSecret = "a secret that comes later";

    QuarantineWork work{nullptr};
    QSignalSpy progress{&work, &QuarantineWork::retryProgress};
    QSignalSpy finished{&work, &QuarantineWork::retryFinished};
    QSignalSpy failed{&work, &QuarantineWork::retryFailed};
    QSignalSpy dropped{&work, &QuarantineWork::dropFinished};
    QSignalSpy notDropped{&work, &QuarantineWork::dropFailed};

    void fill(int number)
    {
        const WebhookFactory late(key().publicKey(), lateSecret);
        std::vector<FeedEntry> entries;
        for (int i = 0; i < number; ++i) {
            entries.push_back(late.entry(0, WebhookFactory::revoked(randomUuid(), 1'750'000'000'000)));
        }
        if (take(std::move(entries)).quarantined != number) {
            qFatal("not in quarantine");
        }
    }

    std::int64_t waiting() { return number("SELECT count(*) FROM quarantine WHERE dropped_at IS NULL"); }
    std::int64_t rows() { return number("SELECT count(*) FROM quarantine"); }
    std::int64_t tried() { return number("SELECT count(*) FROM quarantine WHERE retries > 0"); }
    std::int64_t firstId() { return number("SELECT min(id) FROM quarantine WHERE dropped_at IS NULL"); }
    IngestReport report() const { return finished.last().first().value<IngestReport>(); }
    ErrorCode failure() const { return failed.last().first().value<Error>().code; }
    qsizetype retriesEnded() const { return finished.size() + failed.size(); }
};

}  // namespace

class QuarantineWorkTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { initialiseSodium(); }

    void withoutKeysNothingIsDone_data()
    {
        QTest::addColumn<bool>("wasStarted");
        QTest::newRow("never unlocked") << false;
        QTest::newRow("locked again") << true;
    }

    void withoutKeysNothingIsDone()
    {
        QFETCH(const bool, wasStarted);
        QuarantineScene scene;
        scene.fill(2);
        if (wasStarted) {
            scene.work.start(scene.ingestor);
            scene.work.stop();
            QCOMPARE(scene.retriesEnded(), 0);  // none was under way
        }
        scene.work.retry(scene.firstId());
        scene.work.retryAll();
        QCOMPARE(scene.failed.size(), 2);
        for (const auto& failure : scene.failed) {
            QCOMPARE(failure.first().value<Error>().code, ErrorCode::Locked);
        }
        scene.work.drop({.ids = {scene.firstId()}});
        QCOMPARE(scene.notDropped.size(), 1);
        QCOMPARE(scene.notDropped.first().first().value<Error>().code, ErrorCode::Locked);
        QTest::qWait(20);
        QCOMPARE(scene.waiting(), 2);
        QCOMPARE(scene.tried(), 0);
        QCOMPARE(scene.finished.size() + scene.dropped.size(), 0);
    }

    void retriesOne()
    {
        QuarantineScene scene;
        scene.fill(2);
        scene.work.start(scene.ingestor);
        const std::int64_t id = scene.firstId();
        scene.work.retry(id);
        QCOMPARE(scene.finished.size(), 1);
        QCOMPARE(scene.report().quarantined, 1);
        scene.addSecret("late", QuarantineScene::lateSecret);
        scene.work.retry(id);
        QCOMPARE(scene.finished.size(), 2);
        QCOMPARE(scene.report().quarantined, 0);
        QCOMPARE(scene.waiting(), 1);
        scene.work.retry(id);
        QCOMPARE(scene.failed.size(), 1);
        QCOMPARE(scene.failure(), ErrorCode::NotFound);
    }

    void retriesAllInSlices()
    {
        QuarantineScene scene;
        constexpr int number = 3 * retrySliceDeliveries + 1;
        scene.fill(number);
        scene.addSecret("late", QuarantineScene::lateSecret);
        scene.work.start(scene.ingestor);
        scene.work.retryAll();
        QCOMPARE(scene.retriesEnded(), 0);  // not before it has returned
        QCOMPARE(scene.waiting(), number);
        scene.work.retryAll();  // the same run: one answer comes for both
        QTRY_COMPARE_WITH_TIMEOUT(scene.finished.size(), 1, patienceMs);
        QCOMPARE(scene.waiting(), 0);
        QCOMPARE(scene.report().quarantined, 0);
        QCOMPARE(scene.report().applied + scene.report().duplicates, number);
        qint64 before = 0;
        for (const auto& slice : scene.progress) {
            QVERIFY(slice.at(0).toLongLong() > before);
            QVERIFY(slice.at(0).toLongLong() - before <= retrySliceDeliveries);
            QCOMPARE(slice.at(1).toLongLong(), number);
            before = slice.at(0).toLongLong();
        }
        QVERIFY(scene.progress.size() >= 3);
        QTest::qWait(20);
        QCOMPARE(scene.retriesEnded(), 1);

        scene.work.retryAll();  // nothing waits any more
        QTRY_COMPARE_WITH_TIMEOUT(scene.finished.size(), 2, patienceMs);
        QVERIFY(scene.report() == IngestReport());
    }

    void endsWithTheSliceThatIsCancelled()
    {
        QuarantineScene scene;
        scene.fill(3 * retrySliceDeliveries);
        scene.work.start(scene.ingestor);
        connect(&scene.work, &QuarantineWork::retryProgress, this,
                [&](qint64, qint64) { scene.work.setRetryCancelled(true); });
        scene.work.retryAll();
        QTRY_COMPARE_WITH_TIMEOUT(scene.failed.size(), 1, patienceMs);
        QCOMPARE(scene.failure(), ErrorCode::Cancelled);
        QCOMPARE(scene.progress.size(), 1);
        QCOMPARE(scene.tried(), scene.progress.first().first().toLongLong());
        QTest::qWait(20);
        QCOMPARE(scene.retriesEnded(), 1);

        // As long as it is set nothing is tried; afterwards a new run begins from the start.
        const std::int64_t tried = scene.tried();
        scene.work.retryAll();
        QTRY_COMPARE_WITH_TIMEOUT(scene.failed.size(), 2, patienceMs);
        QCOMPARE(scene.tried(), tried);
        scene.work.disconnect(this);
        scene.work.setRetryCancelled(false);
        scene.work.retryAll();
        QTRY_COMPARE_WITH_TIMEOUT(scene.finished.size(), 1, patienceMs);
        QCOMPARE(scene.report().quarantined, 3 * retrySliceDeliveries);
    }

    void stopsBetweenTwoSlices_data()
    {
        QTest::addColumn<bool>("fromInside");
        QTest::newRow("from outside") << false;
        QTest::newRow("by whoever hears of progress") << true;
    }

    /// The ingestor may go right afterwards.
    void stopsBetweenTwoSlices()
    {
        QFETCH(const bool, fromInside);
        QuarantineScene scene;
        scene.fill(3 * retrySliceDeliveries);
        scene.work.start(scene.ingestor);
        if (fromInside) {
            connect(&scene.work, &QuarantineWork::retryProgress, this,
                    [&](qint64, qint64) { scene.work.stop(); });
        }
        scene.work.retryAll();
        QTRY_VERIFY_WITH_TIMEOUT(!scene.progress.isEmpty(), patienceMs);
        scene.work.stop();
        const std::int64_t tried = scene.tried();
        QVERIFY(tried > 0);
        QCOMPARE(scene.failed.size(), 1);
        QCOMPARE(scene.failure(), ErrorCode::Cancelled);
        QTest::qWait(20);
        QCOMPARE(scene.retriesEnded(), 1);
        QCOMPARE(scene.tried(), tried);
    }

    void anErrorEndsTheRunOnce()
    {
        QuarantineScene scene;
        scene.fill(2 * retrySliceDeliveries);
        scene.work.start(scene.ingestor);
        scene.work.retryAll();
        scene.profile.vault->lock();  // behind its back
        QTRY_COMPARE_WITH_TIMEOUT(scene.failed.size(), 1, patienceMs);
        QCOMPARE(scene.failure(), ErrorCode::Locked);
        QTest::qWait(20);
        QCOMPARE(scene.retriesEnded(), 1);
        QCOMPARE(scene.tried(), 0);
    }

    void dropsAndTidiesUpBehind()
    {
        QuarantineScene scene;
        scene.fill(5);
        scene.work.start(scene.ingestor);
        scene.work.drop({.ids = {scene.firstId()}});
        QCOMPARE(scene.dropped.size(), 1);
        QCOMPARE(scene.dropped.first().first().value<DropReport>().dropped, 1);
        QCOMPARE(scene.waiting(), 4);
        QCOMPARE(scene.rows(), 5);  // leaves the file afterwards
        QTRY_COMPARE_WITH_TIMEOUT(scene.rows(), 4, patienceMs);

        // One that is not there: nothing of the others goes either.
        scene.work.drop({.ids = {scene.firstId(), 4711}});
        QCOMPARE(scene.notDropped.size(), 1);
        QCOMPARE(scene.notDropped.first().first().value<Error>().code, ErrorCode::NotFound);
        QCOMPARE(scene.dropped.size(), 1);
        QCOMPARE(scene.waiting(), 4);
    }

    /// A profile that was closed before the rows had left the file.
    void tidiesUpFromTheStart()
    {
        QuarantineScene scene;
        scene.fill(3);
        QVERIFY(scene.ingestor.drop({.filter = {.reason = "signature"}}).has_value());
        QCOMPARE(scene.rows(), 3);
        scene.work.start(scene.ingestor);
        QCOMPARE(scene.rows(), 3);
        QTRY_COMPARE_WITH_TIMEOUT(scene.rows(), 0, patienceMs);
    }

    void whatIsDroppedMeanwhileIsNotRetried()
    {
        QuarantineScene scene;
        scene.fill(3 * retrySliceDeliveries);
        scene.addSecret("late", QuarantineScene::lateSecret);
        scene.work.start(scene.ingestor);
        std::int64_t left = 0;
        connect(
            &scene.work, &QuarantineWork::retryProgress, this,
            [&](qint64, qint64) {
                left = scene.waiting();
                scene.work.drop({.filter = {.reason = "signature"}});
            },
            Qt::SingleShotConnection);
        scene.work.retryAll();
        QTRY_COMPARE_WITH_TIMEOUT(scene.finished.size(), 1, patienceMs);
        QVERIFY(left > 0);
        QCOMPARE(scene.dropped.first().first().value<DropReport>().dropped, left);
        QCOMPARE(scene.report().applied + scene.report().duplicates, 3 * retrySliceDeliveries - left);
        QTRY_COMPARE_WITH_TIMEOUT(scene.rows(), 0, patienceMs);
    }
};

COUNTERSIGN_GUILESS_TEST(QuarantineWorkTest)
#include "QuarantineWork_test.moc"
