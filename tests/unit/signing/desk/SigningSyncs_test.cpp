#include "core/audit/AuditHead.h"
#include "core/signing/desk/JobDesk.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/inbox/SyncWatch.h"
#include "tests/unit/signing/desk/DeskScene.h"

#include <QTest>

#include <array>

using namespace countersign;
using namespace countersign::testing;

/// What a signature asks of the disk (docs/architecture.md, "What is synced"), counted, and each of it
/// refused once: nothing is done whose record did not get there, and a signature that exists is kept.
class SigningSyncsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asksForNoMoreThanItNeeds()
    {
        DeskScene scene;
        const Job first = scene.message("first");
        QCOMPARE(scene.approve(first.jobId)->state,
                 JobState::Signed);  // the wallet's path is kept from now on
        const Job job = scene.message("second");
        const int before = syncsSoFar();
        QCOMPARE(scene.approve(job.jobId)->state, JobState::Signed);
        QCOMPARE(syncsSoFar() - before, syncsOfASignature);
        QVERIFY(scene.audit.verify()->intact);
        QCOMPARE(AuditHeadFile(*scene.profile.vault).read().value()->seq,
                 scene.number("SELECT max(seq) FROM audit"));
    }

    void aSyncThatFailsStopsWhatItStandsFor_data()
    {
        QTest::addColumn<int>("sync");
        QTest::addColumn<int>("rooms");
        QTest::addColumn<int>("ceremonies");
        QTest::addColumn<bool>("isSigned");
        QTest::newRow("approved") << 1 << 0 << 0 << false;
        QTest::newRow("signing") << 2 << 0 << 0 << false;
        QTest::newRow("material opened") << 3 << 0 << 0 << false;
        QTest::newRow("material opened, sealed") << 4 << 0 << 0 << false;
        QTest::newRow("room") << 5 << 1 << 0 << false;
        QTest::newRow("signed") << 6 << 1 << 1 << true;
        QTest::newRow("signed, sealed") << 7 << 1 << 1 << true;
    }

    void aSyncThatFailsStopsWhatItStandsFor()
    {
        QFETCH(const int, sync);
        QFETCH(const int, rooms);
        QFETCH(const int, ceremonies);
        QFETCH(const bool, isSigned);
        DeskScene scene;
        const Job first = scene.message("first");
        QCOMPARE(scene.approve(first.jobId)->state, JobState::Signed);
        const Job job = scene.message("second");
        scene.api.rooms.clear();
        scene.engine.ceremonies.clear();
        failSync(sync);
        const auto answer = scene.approve(job.jobId);
        failSync(0);
        QCOMPARE(answer && answer->state == JobState::Signed, isSigned);
        QCOMPARE(scene.api.rooms.size(), static_cast<std::size_t>(rooms));
        QCOMPARE(scene.engine.ceremonies.size(), static_cast<std::size_t>(ceremonies));
        QCOMPARE(scene.stateOf(job.jobId), isSigned ? JobState::Signed : JobState::Pending);
        // Nothing was broken by it: the same job, or the next one, is signed.
        const auto next = scene.approve(isSigned ? scene.message("third").jobId : job.jobId);
        QVERIFY2(next.has_value(), next ? "" : qPrintable(next.error().detail));
        QCOMPARE(next->state, JobState::Signed);
        const auto report = scene.audit.verify();
        QVERIFY2(report->intact, qPrintable(report->finding));
    }

private:
    /// Approved, signing, material opened and its seal, the room, signed and its seal.
    static constexpr int syncsOfASignature = 7;
};

COUNTERSIGN_GUILESS_TEST(SigningSyncsTest)
#include "SigningSyncs_test.moc"
