#include "ui/search/FindDialog.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/JobFixture.h"
#include "tests/ui/FakeJobControl.h"

#include <QSignalSpy>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

struct FindScene
{
    FindScene() { jobs.add({.reason = "Payout 4711"}); }

    void find(const QString& text)
    {
        dialog.setText(text);
        QTRY_VERIFY_WITH_TIMEOUT(dialog.isSettled(), patienceMs);
    }
    QString tab(int index) { return dialog.tabs()->tabText(index); }
    DataTable* shown() { return qobject_cast<DataTable*>(dialog.tabs()->currentWidget()); }

    ProfileFixture profile{{.wallets = 60, .deliveriesPerWallet = 2}};
    JobFixture jobs{profile};
    FakeJobControl control;
    ManualClock clock{fixtureNow};
    WindowState state{profile.folder()};
    ProfileReader reader{profile.databaseFile()};
    FindDialog dialog{reader, control, clock, state};
};

}  // namespace

class FindDialogTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsInEveryList()
    {
        FindScene scene;
        scene.find(QStringLiteral("status:active chain:evm"));
        QVERIFY(scene.tab(0).startsWith(QStringLiteral("Wallets ")));
        QCOMPARE(scene.tab(1), QStringLiteral("Jobs"));
        scene.find(QStringLiteral("4711 kind:job"));
        QCOMPARE(scene.tab(0), QStringLiteral("Wallets"));
        QCOMPARE(scene.tab(1), QStringLiteral("Jobs 1"));
        QCOMPARE(scene.dialog.tabs()->currentIndex(), 1);  // the first with something
        scene.find(QStringLiteral("event:wallet.activity"));
        QCOMPARE(scene.tab(2), QStringLiteral("Events 60"));
        scene.find({});
        QCOMPARE(scene.tab(2), QStringLiteral("Events"));
    }

    void entriesOfTheRecordAreOpened()
    {
        FindScene scene;
        scene.profile.database().handle().exec(
            "INSERT INTO audit (seq, at, kind, subject, detail, hash) SELECT coalesce(max(seq), 0) + 1, 1, "
            "'setting.changed', 'needle.in.the.record', '{}', x'00' FROM audit");
        QSignalSpy found(&scene.dialog, &FindDialog::recordFound);
        scene.find(QStringLiteral("needle.in.the.record"));
        QCOMPARE(scene.tab(4), QStringLiteral("Record 1"));
        QCOMPARE(scene.dialog.tabs()->currentIndex(), 4);
        scene.dialog.openSelected();
        QCOMPARE(found.count(), 1);
        QVERIFY(found.front().front().toLongLong() > 0);
    }

    void saysWhatIsWrongWithTheWords()
    {
        FindScene scene;
        scene.find(QStringLiteral("colour:red"));
        QVERIFY(scene.dialog.notice().contains(QStringLiteral("colour:")));
        QCOMPARE(scene.tab(0), QStringLiteral("Wallets"));
        scene.find(QStringLiteral("nowhere-at-all"));
        QVERIFY(scene.dialog.notice().startsWith(QStringLiteral("Nothing was found.")));
        scene.find(QStringLiteral("status:active"));
        QVERIFY(!scene.dialog.notice().contains(QStringLiteral("Nothing")));
    }

    /// Every event can be found, also behind the 10,000 that a list holds.
    void olderOnesFollow()
    {
        FindScene scene;
        scene.profile.database().handle().exec(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2050) "
            "INSERT INTO delivery (source_id, seq, kind, received_at, stored_at, headers, body, body_sha256, "
            "verdict, event_id, event_name) SELECT 1, 90000000 + i, 'webhook', 1770200000000 + i, 1, '', "
            "x'00', zeroblob(32), 'unknown', 'bulk-' || i, 'bulk' FROM n");
        scene.dialog.show();
        scene.find(QStringLiteral("event:bulk-"));
        QCOMPARE(scene.tab(2), QStringLiteral("Events 2,000 or more"));
        QVERIFY(scene.dialog.moreButton()->isVisible());
        scene.dialog.moreButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(scene.tab(2), QStringLiteral("Events 50"), patienceMs);
        QVERIFY(!scene.dialog.moreButton()->isVisible());
        scene.find(QStringLiteral("4711 kind:job"));
        QVERIFY(!scene.dialog.moreButton()->isVisible());
    }

    void keysChooseAndOpen()
    {
        FindScene scene;
        const QSignalSpy wallet(&scene.dialog, &FindDialog::walletFound);
        scene.dialog.begin();
        scene.find(QStringLiteral("status:active kind:wallet"));
        QCOMPARE(scene.shown()->currentIndex().row(), 0);
        QTest::keyClick(scene.dialog.field(), Qt::Key_Down);
        QCOMPARE(scene.shown()->currentIndex().row(), 1);
        QTest::keyClick(scene.dialog.field(), Qt::Key_Up);
        QTest::keyClick(scene.dialog.field(), Qt::Key_Return);
        QCOMPARE(wallet.size(), 1);
        QVERIFY(wallet.at(0).at(0).toLongLong() > 0);
        QVERIFY(!scene.dialog.isVisible());
    }

    void eachListOpensItsOwn()
    {
        FindScene scene;
        const QSignalSpy job(&scene.dialog, &FindDialog::jobFound);
        const QSignalSpy event(&scene.dialog, &FindDialog::eventFound);
        scene.find(QStringLiteral("4711 kind:job"));
        scene.dialog.openSelected();
        scene.find(QStringLiteral("event:wallet.activity"));
        scene.dialog.openSelected();
        QCOMPARE(job.size(), 1);
        QCOMPARE(event.size(), 1);
        scene.find(QStringLiteral("nowhere-at-all"));
        scene.dialog.openSelected();
        QCOMPARE(job.size() + event.size(), 2);
    }

    void searchesAreKeptPerProfile()
    {
        FindScene scene;
        scene.find(QStringLiteral("  status:active chain:sol "));
        scene.dialog.saveCurrent();
        scene.dialog.saveCurrent();
        QCOMPARE(scene.dialog.saved(), QStringList{QStringLiteral("status:active chain:sol")});
        scene.find(QStringLiteral("colour:red"));
        scene.dialog.saveCurrent();  // no search
        scene.find({});
        scene.dialog.saveCurrent();
        QCOMPARE(scene.dialog.saved().size(), 1);
        for (int i = 0; i < 40; ++i) {
            scene.find(QStringLiteral("word%1").arg(i));
            scene.dialog.saveCurrent();
        }
        QCOMPARE(scene.dialog.saved().size(), 30);
        QCOMPARE(scene.dialog.saved().first(), QStringLiteral("word39"));
        FindDialog other(scene.reader, scene.control, scene.clock, scene.state);
        QCOMPARE(other.saved(), scene.dialog.saved());
        other.forget(QStringLiteral("word39"));
        QCOMPARE(scene.dialog.saved().first(), QStringLiteral("word38"));
    }
};

COUNTERSIGN_GUI_TEST(FindDialogTest)
#include "FindDialog_test.moc"
