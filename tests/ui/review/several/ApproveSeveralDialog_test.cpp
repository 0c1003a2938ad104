#include "ui/review/several/ApproveSeveralDialog.h"

#include "tests/support/TestProgram.h"
#include "tests/ui/FakeApprovalControl.h"
#include "tests/ui/FakeRevocationControl.h"
#include "tests/ui/ReviewScene.h"
#include "ui/text/AmountVisibility.h"
#include "ui/theme/Theme.h"

#include <QPointer>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// Transfers that wait, and the dialog over them.
struct SeveralDesk
{
    ProfileFixture profile{{.wallets = 6, .healthy = true, .passphrase = false}};
    JobFixture jobs{profile};
    ManualClock clock{fixtureNow};
    ProfileReader reader{profile.databaseFile()};
    FakeJobControl control;
    FakeApprovalControl approvals;
    FakeReauthentication again;
    std::vector<std::int64_t> rows;
    std::vector<Job> waiting;
    QPointer<ApproveSeveralDialog> dialog;

    SeveralDesk() { approvals.usual = standingOf(1); }
    ~SeveralDesk() { delete dialog; }

    /// Half an ether to somebody who may be real.
    static JobFixture::Shape half()
    {
        JobFixture::Shape shape = ReviewScene::transfer();
        shape.payload = R"({"transaction":{"chainId":"1","to":"0x70997970C51812dc3A010C7d01b50e0d17dc79C8",)"
                        R"("value":"500000000000000000"}})";
        return shape;
    }
    void add(const JobFixture::Shape& shape = half())
    {
        waiting.push_back(jobs.job(jobs.add(shape)));
        rows.push_back(waiting.back().id);
    }
    void open(int frictionMs = 0)
    {
        dialog = new ApproveSeveralDialog(rows, {reader, control, approvals, again, clock});
        dialog->setFriction(frictionMs);
        dialog->show();
        const bool done = QTest::qWaitFor(
            [this] { return !dialog->sentence().contains(QStringLiteral("Reading")); }, patienceMs);
        if (!done) {
            qFatal("not read");
        }
    }
    QString outcome(int row) { return dialog->list()->topLevelItem(row)->text(3); }
    void sign(std::size_t at, JobState state = JobState::Signed)
    {
        Job job = waiting[at];
        job.state = state;
        const auto answer = std::exchange(control.answer, {});
        answer(job);
    }
};

}  // namespace

class ApproveSeveralDialogTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(Theme::Mode::Light); }

    void approvesOneAfterTheOther()
    {
        SeveralDesk desk;
        desk.add();
        desk.add();
        desk.add();
        desk.open();
        QVERIFY2(desk.dialog->sentence().contains(QStringLiteral("3 jobs, together 1.5 ETH")),
                 qPrintable(desk.dialog->sentence()));
        QCOMPARE(desk.dialog->approveButton()->text(), QStringLiteral("Approve 3 jobs"));
        // To whom, in full.
        QCOMPARE(desk.dialog->list()->topLevelItem(2)->text(1),
                 QStringLiteral("0x70997970C51812dc3A010C7d01b50e0d17dc79C8"));
        QTRY_VERIFY_WITH_TIMEOUT(desk.dialog->approveButton()->isEnabled(), patienceMs);
        QVERIFY(!desk.dialog->approveButton()->isDefault());
        desk.dialog->approveButton()->click();
        QCOMPARE(desk.control.approvals.size(), std::size_t(1));
        QCOMPARE(desk.control.approvals[0].digest, desk.waiting[0].digest);
        QVERIFY(!desk.dialog->approveButton()->isEnabled());
        QVERIFY(desk.dialog->closeButton()->text().contains(QStringLiteral("Stop")));
        desk.sign(0);
        QCOMPARE(desk.control.approvals.size(), std::size_t(2));
        QCOMPARE(desk.control.approvals[1].jobId, desk.waiting[1].jobId);
        const auto refuse = std::exchange(desk.control.answer, {});
        refuse(failure(ErrorCode::Denied, QStringLiteral("The job has expired.")));
        QCOMPARE(desk.outcome(1), QStringLiteral("The job has expired."));
        desk.sign(2, JobState::Failed);
        QVERIFY(desk.dialog->sentence().startsWith(QStringLiteral("1 of 3 jobs")));
        QVERIFY(!desk.dialog->isRunning());
        QVERIFY(!desk.dialog->approveButton()->isEnabled());
    }

    void closingStopsAfterTheOneUnderWay()
    {
        SeveralDesk desk;
        desk.add();
        desk.add();
        desk.open();
        QTRY_VERIFY_WITH_TIMEOUT(desk.dialog->approveButton()->isEnabled(), patienceMs);
        desk.dialog->approveButton()->click();
        const auto answer = std::exchange(desk.control.answer, {});
        desk.dialog->closeButton()->click();
        answer(desk.waiting[0]);  // on its way already
        QTRY_VERIFY_WITH_TIMEOUT(!desk.dialog, patienceMs);
        QCOMPARE(desk.control.approvals.size(), std::size_t(1));
    }

    void whatIsNotOfOneKindIsRefusedWithTheReason()
    {
        SeveralDesk desk;
        desk.add();
        desk.add({});  // a message
        desk.open();
        QVERIFY2(desk.dialog->sentence().contains(QString::fromStdString(desk.waiting[1].jobId.substr(0, 8))),
                 qPrintable(desk.dialog->sentence()));
        QVERIFY(!desk.dialog->approveButton()->isEnabled());
        desk.dialog->approveButton()->click();
        QVERIFY(desk.control.approvals.empty());
    }

    /// An approval would be said to others, and nothing signed here.
    void whatNeedsOthersIsRefused()
    {
        SeveralDesk desk;
        desk.approvals.usual = standingOf(2);
        desk.add();
        desk.add();
        desk.open();
        QTRY_VERIFY_WITH_TIMEOUT(desk.dialog->sentence().contains(QStringLiteral("others are missing")),
                                 patienceMs);
        desk.dialog->approveButton()->click();
        QVERIFY(desk.control.approvals.empty());
    }

    void whatIsOldIsFilledInAnew()
    {
        SeveralDesk desk;
        desk.add();
        JobFixture::Shape old = SeveralDesk::half();
        old.filledAgo = 2 * ReviewDialog::freshFor;
        desk.add(old);
        desk.dialog = new ApproveSeveralDialog(
            desk.rows, {desk.reader, desk.control, desk.approvals, desk.again, desk.clock});
        desk.dialog->setFriction(0);
        QTRY_COMPARE_WITH_TIMEOUT(desk.control.prepares, QList<bool>{true}, patienceMs);
        // The node does not answer.
        desk.control.prepared(failure(ErrorCode::Network, QStringLiteral("No node.")));
        QCOMPARE(desk.dialog->sentence(), QStringLiteral("No node."));
    }

    /// Each in its turn: the minutes go by while others are signed.
    void whatGrowsOldMeanwhileIsLeftOut()
    {
        SeveralDesk desk;
        desk.add();
        desk.add();
        desk.open();
        QTRY_VERIFY_WITH_TIMEOUT(desk.dialog->approveButton()->isEnabled(), patienceMs);
        desk.dialog->approveButton()->click();
        desk.clock.advance(std::chrono::milliseconds(2 * ReviewDialog::freshFor));
        desk.sign(0);
        QCOMPARE(desk.control.approvals.size(), std::size_t(1));
        QVERIFY(desk.outcome(1).contains(QStringLiteral("older than a minute")));
        QVERIFY(desk.dialog->sentence().startsWith(QStringLiteral("1 of 2 jobs")));
    }

    void isLookedAtFirst()
    {
        SeveralDesk desk;
        desk.add();
        desk.add();
        desk.open(100'000);
        QVERIFY(desk.dialog->sentence().contains(QStringLiteral("together")));
        QVERIFY(!desk.dialog->approveButton()->isEnabled());
    }

    void askedForReauthenticationOnceForAll()
    {
        SeveralDesk desk;
        JobStanding standing = standingOf(1);
        standing.judged.decision.approvals.reauthenticate = true;
        desk.approvals.usual = standing;
        desk.again.asks = false;
        desk.again.at = fixtureNow;
        desk.add();
        desk.add();
        desk.open();
        QTRY_VERIFY_WITH_TIMEOUT(desk.dialog->reauthentication()->isVisible(), patienceMs);
        QVERIFY(!desk.dialog->approveButton()->isEnabled());
        desk.dialog->reauthentication()->confirmButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(desk.dialog->approveButton()->isEnabled(), patienceMs);
        desk.dialog->approveButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(desk.control.approvals.size(), std::size_t(1), patienceMs);
        QVERIFY(desk.control.approvals[0].reauthenticated);
    }

    void hiddenAmountsAreNotApproved()
    {
        SeveralDesk desk;
        desk.add();
        desk.add();
        desk.open();
        QTRY_VERIFY_WITH_TIMEOUT(desk.dialog->approveButton()->isEnabled(), patienceMs);
        AmountVisibility::instance().setHidden(true);
        QVERIFY(!desk.dialog->sentence().contains(QStringLiteral("1.5")));
        desk.dialog->approveButton()->click();
        AmountVisibility::instance().setHidden(false);
        QVERIFY(desk.control.approvals.empty());
    }

    void lockingClosesIt()
    {
        SeveralDesk desk;
        desk.add();
        desk.add();
        desk.open();
        desk.control.setReady(false);
        QTRY_VERIFY_WITH_TIMEOUT(!desk.dialog, patienceMs);
    }
};

COUNTERSIGN_GUI_TEST(ApproveSeveralDialogTest)
#include "ApproveSeveralDialog_test.moc"
