#include "ui/pages/wallets/RevocationsPage.h"

#include "tests/support/TestProgram.h"
#include "tests/ui/RevokeDialogScene.h"
#include "ui/revocation/WaitingRevocations.h"
#include "ui/theme/Theme.h"

#include <QSignalSpy>
#include <QTemporaryDir>

using namespace countersign;
using namespace countersign::testing;

namespace {

struct RevocationsScene
{
    QTemporaryDir folder;
    FakeRevocationControl control;
    ManualClock clock{fixtureNow};
    WindowState state{std::filesystem::path(folder.path().toStdString())};
};

Revocation numbered(int number, std::vector<RevocationItem> items)
{
    Revocation revocation = revocationOf(std::move(items));
    revocation.id = "revocation-" + std::to_string(number);
    revocation.reason = "reason " + std::to_string(number);
    return revocation;
}

RevocationItem waitingItem(int number)
{
    RevocationItem item = revocationItem(number);
    item.sentence = "Dynamic is out of order.";
    item.tryAfter = fixtureNow + 600'000;
    return item;
}

RevocationItem heldItem(int number)
{
    RevocationItem item = revocationItem(number);
    item.isHeld = true;
    return item;
}

QString textOf(const QWidget& widget)
{
    QStringList texts;
    for (const auto* label : widget.findChildren<QLabel*>()) {
        texts << label->text();
    }
    return texts.join(u'\n');
}

}  // namespace

/// The page of revocations, and the overview's section of those that wait.
class RevocationsPageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        initialiseSodium();
        Theme::instance().apply(Theme::Mode::Light);
    }

    void listsThemWithWhatBecameOfEachWallet()
    {
        RevocationsScene scene;
        scene.control.put(numbered(1, {revocationItem(0, RevocationOutcome::Revoked)}));
        scene.control.put(numbered(2, {waitingItem(1), revocationItem(2, RevocationOutcome::Absent)}));
        RevocationsPage page(scene.control, scene.clock, scene.state);
        page.show();
        page.start();
        QTRY_COMPARE_WITH_TIMEOUT(page.model()->rowCount(), 2, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(page.progress()->revocation() != nullptr, patienceMs);
        page.selectRevocation(QStringLiteral("revocation-2"));
        QTRY_COMPARE_WITH_TIMEOUT(page.progress()->table()->model()->rowCount(), 2, patienceMs);
        QVERIFY(textOf(*page.progress()).contains(QStringLiteral("Dynamic asked to wait until")));
        // What changes keeps the selection.
        scene.control.put(numbered(2, {revocationItem(1, RevocationOutcome::Revoked),
                                       revocationItem(2, RevocationOutcome::Absent)}));
        page.refresh();
        QTRY_VERIFY_WITH_TIMEOUT(page.isSettled(), patienceMs);
        QCOMPARE(page.model()->idAt(page.table()->currentIndex().row()), QStringLiteral("revocation-2"));
        page.setFilterText(QStringLiteral("REASON 1"));
        QCOMPARE(page.model()->rowCount(), 1);
        page.setFilterText(QStringLiteral("nothing like it"));
        QVERIFY(!page.table()->isVisible());
    }

    void aLockedProfileShowsNone()
    {
        RevocationsScene scene;
        scene.control.put(numbered(1, {revocationItem(0, RevocationOutcome::Revoked)}));
        scene.control.ready = false;
        RevocationsPage page(scene.control, scene.clock, scene.state);
        page.show();
        page.start();
        QVERIFY(textOf(page).contains(QStringLiteral("Unlock to see")));
        scene.control.setReady(true);
        QTRY_COMPARE_WITH_TIMEOUT(page.model()->rowCount(), 1, patienceMs);
        scene.control.setReady(false);
        QCOMPARE(page.model()->rowCount(), 0);
        QVERIFY(page.progress()->revocation() == nullptr);
    }

    void anEmptyOneLeadsToTheWallets()
    {
        RevocationsScene scene;
        RevocationsPage page(scene.control, scene.clock, scene.state);
        page.show();
        page.start();
        QTRY_VERIFY_WITH_TIMEOUT(textOf(page).contains(QStringLiteral("Nothing was revoked")), patienceMs);
        QSignalSpy wanted(&page, &RevocationsPage::walletsWanted);
        page.findChild<EmptyState*>()->findChild<QPushButton*>()->click();
        QCOMPARE(wanted.count(), 1);
    }

    void theOverviewSaysWhatWaitsAndWhy()
    {
        RevocationsScene scene;
        WaitingRevocations waiting(scene.control, scene.clock);
        waiting.refresh();
        QTRY_VERIFY_WITH_TIMEOUT(waiting.isSettled(), patienceMs);
        QVERIFY(!waiting.isVisibleTo(nullptr));  // nothing waits
        scene.control.put(numbered(1, {waitingItem(0), revocationItem(2, RevocationOutcome::Revoked)}));
        QTRY_VERIFY_WITH_TIMEOUT(waiting.isVisible(), patienceMs);
        const QString text = textOf(waiting);
        QVERIFY(text.contains(QStringLiteral("1 of 2 waiting")));
        QVERIFY(text.contains(QStringLiteral("Dynamic is out of order.")));
        QVERIFY(text.contains(QStringLiteral("Dynamic asked to wait until")));
        waiting.retryButton()->click();
        QCOMPARE(scene.control.resumes, 1);
        scene.control.setReady(false);
        QVERIFY(!waiting.isVisible());
    }

    /// Nothing waits for Dynamic, and something is left to do here.
    void theOverviewSaysWhatIsNotFinishedHere()
    {
        RevocationsScene scene;
        WaitingRevocations waiting(scene.control, scene.clock);
        RevocationItem answered = revocationItem(0, RevocationOutcome::Revoked);
        answered.destroyedAt = 0;
        scene.control.put(numbered(1, {answered}));
        QTRY_VERIFY_WITH_TIMEOUT(waiting.isVisible(), patienceMs);
        const QString text = textOf(waiting);
        QVERIFY(text.contains(QStringLiteral("not finished here: 1 wallet")));
        QVERIFY(!text.contains(QStringLiteral("waiting")) && !text.contains(QStringLiteral("every minute")));
        QVERIFY(waiting.retryButton()->isVisible());
    }

    /// A pause is the environment's: it is over when the longest one is.
    void theLongestPauseCounts()
    {
        RevocationItem sooner = waitingItem(1);
        sooner.tryAfter -= 60'000;
        const RevocationItem unasked = revocationItem(2);
        const auto summary = RevocationSummary::of(numbered(1, {unasked, waitingItem(0), sooner}));
        QCOMPARE(summary.tryAfter, waitingItem(0).tryAfter);
        QCOMPARE(summary.waiting(), std::int64_t{3});
    }

    void theOverviewAsksAboutWhatWasDelegatedAgain()
    {
        RevocationsScene scene;
        WaitingRevocations waiting(scene.control, scene.clock);
        scene.control.put(numbered(1, {heldItem(0)}));
        QTRY_VERIFY_WITH_TIMEOUT(waiting.isVisible(), patienceMs);
        QVERIFY(textOf(waiting).contains(QStringLiteral("Delegated again")));
        QVERIFY(!waiting.retryButton()->isVisible());  // trying again does not help
        QSignalSpy chosen(&waiting, &WaitingRevocations::revocationChosen);
        for (auto* button : waiting.findChildren<QPushButton*>()) {
            if (button->text().startsWith(QStringLiteral("Decide"))) {
                button->click();
            }
        }
        QCOMPARE(chosen.count(), 1);
    }

    void manyThatWaitDoNotFloodTheOverview()
    {
        RevocationsScene scene;
        for (int i = 0; i < 20; ++i) {
            scene.control.put(numbered(i, {waitingItem(i)}));
        }
        WaitingRevocations waiting(scene.control, scene.clock);
        waiting.refresh();
        QTRY_VERIFY_WITH_TIMEOUT(waiting.isVisible(), patienceMs);
        QVERIFY(textOf(waiting).contains(QStringLiteral("17 more")));
    }
};

COUNTERSIGN_GUI_TEST(RevocationsPageTest)
#include "RevocationsPage_test.moc"
