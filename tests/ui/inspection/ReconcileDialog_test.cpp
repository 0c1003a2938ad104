#include "ui/inspection/ReconcileDialog.h"

#include "tests/support/TestProgram.h"
#include "tests/ui/FakeInspectionControl.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

constexpr UnixMillis dialogNow = 1'760'000'000'000;

InspectionRun comparedRun(int missing, int arrived = 0)
{
    ReconciliationReport report;
    report.messages = 10;
    report.since = 12'345;
    for (int i = 0; i < missing; ++i) {
        MissingMessage message;
        message.messageId = "m" + std::to_string(i);
        message.hasArrived = i < arrived;
        report.missing.push_back(message);
    }
    InspectionRun run;
    run.kind = InspectionRun::Kind::Messages;
    run.isRunning = false;
    run.report = std::make_shared<const ReconciliationReport>(report);
    return run;
}

}  // namespace

class ReconcileDialogTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comparesTheTimeThatWasChosen()
    {
        FakeInspectionControl control;
        const ManualClock clock(dialogNow);
        ReconcileDialog dialog(control, clock);
        QVERIFY(!dialog.allButton()->isEnabled() && !dialog.selectedButton()->isEnabled());
        dialog.span()->setCurrentIndex(0);
        dialog.compareButton()->click();
        dialog.span()->setCurrentIndex(3);
        dialog.compareButton()->click();
        QCOMPARE(control.reconciled.size(), std::size_t{2});
        QCOMPARE(control.reconciled.at(0).since, dialogNow - 24LL * 3600 * 1000);
        QCOMPARE(control.reconciled.at(1).since, 0);
        QVERIFY(!control.reconciled.at(0).redeliver);
    }

    void sendsAgainWhatWasChosenOrAll()
    {
        FakeInspectionControl control;
        const ManualClock clock(dialogNow);
        control.show(comparedRun(3, 1));  // before the dialog was opened
        ReconcileDialog dialog(control, clock);
        QCOMPARE(dialog.model()->rowCount(), 3);
        dialog.table()->selectAll();
        QVERIFY(dialog.selectedButton()->text().contains(u'2'));
        dialog.table()->selectRow(2);
        dialog.selectedButton()->click();
        dialog.allButton()->click();
        QCOMPARE(control.reconciled.size(), std::size_t{2});
        QVERIFY(*control.reconciled.at(0).only == std::set<std::string>{"m2"});
        QVERIFY((*control.reconciled.at(1).only == std::set<std::string>{"m1", "m2"}));
        QVERIFY(control.reconciled.at(1).redeliver);
        QVERIFY(control.reconciled.at(1).wait == ReconcileDialog::arrivalPatience);
    }

    /// Else what was chosen would not be found again, and nothing be sent.
    void sendsAgainOfTheTimeThatIsShown()
    {
        FakeInspectionControl control;
        const ManualClock clock(dialogNow);
        control.show(comparedRun(2));
        ReconcileDialog dialog(control, clock);
        dialog.span()->setCurrentIndex(0);
        dialog.compareButton()->click();  // which is cancelled
        InspectionRun run;
        run.kind = InspectionRun::Kind::Messages;
        run.isRunning = false;
        run.problem = Error{ErrorCode::Cancelled, QStringLiteral("Ended."), {}};
        control.show(run);
        QCOMPARE(dialog.model()->rowCount(), 2);
        dialog.allButton()->click();
        QCOMPARE(control.reconciled.back().since, 12'345);
    }

    void watchesARunAndCancelsIt()
    {
        FakeInspectionControl control;
        const ManualClock clock(dialogNow);
        control.show(comparedRun(2));
        ReconcileDialog dialog(control, clock);
        InspectionRun run;
        run.kind = InspectionRun::Kind::Messages;
        run.messages.step = MessageProgress::Step::Arriving;
        run.messages.done = 1;
        run.messages.total = 2;
        control.show(run);
        QVERIFY(dialog.sentence().contains(QStringLiteral("1 of 2")));
        QVERIFY(!dialog.compareButton()->isEnabled() && !dialog.allButton()->isEnabled());
        QCOMPARE(dialog.model()->rowCount(), 2);  // what was found stays in sight
        dialog.cancelButton()->click();
        QCOMPARE(control.asked, QStringList(QStringLiteral("cancel")));
        control.show(comparedRun(2, 2));
        QVERIFY(dialog.cancelButton()->isHidden() && !dialog.allButton()->isEnabled());
        QVERIFY(dialog.compareButton()->isEnabled());
        control.setReady(false);
        QVERIFY(!dialog.compareButton()->isEnabled());
    }
};

COUNTERSIGN_GUI_TEST(ReconcileDialogTest)
#include "ReconcileDialog_test.moc"
