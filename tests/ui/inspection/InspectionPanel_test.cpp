#include "ui/inspection/InspectionPanel.h"

#include "tests/support/TestProgram.h"
#include "tests/ui/FakeInspectionControl.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace std::chrono_literals;

class InspectionPanelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asksWhatIsPressed()
    {
        FakeInspectionControl control;
        InspectionPanel panel(control);
        QVERIFY(panel.cancelButton()->isHidden() && panel.bar()->isHidden());
        panel.verifyButton()->click();
        panel.checkButton()->click();
        QCOMPARE(control.asked, QStringList({QStringLiteral("all"), QStringLiteral("environment")}));
        control.setReady(false);
        QVERIFY(!panel.verifyButton()->isEnabled() && !panel.checkButton()->isEnabled());
    }

    void showsTheRunUntilItEnds()
    {
        FakeInspectionControl control;
        InspectionRun run;
        run.progress = {.done = 1, .total = 4, .left = 3s, .paused = {}};
        control.show(run);
        InspectionPanel panel(control);  // the page was closed meanwhile
        QVERIFY(!panel.cancelButton()->isHidden() && !panel.bar()->isHidden());
        QVERIFY(!panel.verifyButton()->isEnabled());
        QCOMPARE(panel.bar()->value() * 4, panel.bar()->maximum());
        QVERIFY(panel.sentence().contains(QStringLiteral("1 of 4")));
        panel.cancelButton()->click();
        QCOMPARE(control.asked, QStringList(QStringLiteral("cancel")));
        run.isRunning = false;
        run.problem = Error{ErrorCode::Network, QStringLiteral("Not reached."), {}};
        control.show(run);
        QVERIFY(panel.cancelButton()->isHidden() && panel.verifyButton()->isEnabled());
        QCOMPARE(panel.sentence(), QStringLiteral("Not reached."));
        control.show(std::nullopt);
        QCOMPARE(panel.sentence(), QString());
    }
};

COUNTERSIGN_GUI_TEST(InspectionPanelTest)
#include "InspectionPanel_test.moc"
