#include "ui/revocation/RevocationWatch.h"

#include "tests/support/TestProgram.h"
#include "tests/ui/RevokeDialogScene.h"

#include <QSignalSpy>

using namespace countersign;
using namespace countersign::testing;

namespace {

Revocation watched(const char* id, RevocationOutcome outcome)
{
    Revocation revocation = revocationOf({revocationItem(0, outcome)});
    revocation.id = id;
    return revocation;
}

}  // namespace

class RevocationWatchTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theLastOneEndsIt()
    {
        FakeRevocationControl control;
        RevocationWatch watch(control, nullptr);
        QVERIFY(watch.isOver());
        control.put(watched("a", RevocationOutcome::Pending));
        control.put(watched("b", RevocationOutcome::Pending));
        const QSignalSpy over(&watch, &RevocationWatch::over);
        const QSignalSpy moved(&watch, &RevocationWatch::moved);
        watch.watch({QStringLiteral("a"), QStringLiteral("b")});
        QVERIFY(!watch.isOver());
        control.put(watched("b", RevocationOutcome::Revoked));
        control.put(watched("stranger", RevocationOutcome::Revoked));
        QCOMPARE(moved.size(), 1);
        QTest::qWait(20);
        QVERIFY(!watch.isOver() && over.isEmpty());
        control.put(watched("a", RevocationOutcome::Refused));
        QTRY_COMPARE_WITH_TIMEOUT(over.size(), 1, patienceMs);
        QVERIFY(watch.isOver());
    }

    /// It goes on where it was when the profile is unlocked.
    void aLockIsNoEnd()
    {
        FakeRevocationControl control;
        RevocationWatch watch(control, nullptr);
        control.ready = false;
        control.put(watched("a", RevocationOutcome::Revoked));
        watch.watch({QStringLiteral("a")});
        QCOMPARE(control.loads, 0);
        QVERIFY(!watch.isOver());
        control.setReady(true);
        QTRY_VERIFY_WITH_TIMEOUT(watch.isOver(), patienceMs);
    }

    void changesInARowAreReadOnce()
    {
        FakeRevocationControl control;
        RevocationWatch watch(control, nullptr);
        control.put(watched("a", RevocationOutcome::Pending));
        watch.watch({QStringLiteral("a")});
        for (int i = 0; i < 100; ++i) {
            control.put(watched("a", RevocationOutcome::Pending));
        }
        QTRY_COMPARE_WITH_TIMEOUT(control.loads, 2, patienceMs);
        QTest::qWait(20);
        QCOMPARE(control.loads, 2);
    }
};

COUNTERSIGN_GUI_TEST(RevocationWatchTest)
#include "RevocationWatch_test.moc"
