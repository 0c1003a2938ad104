#include "ui/revocation/emergency/DrillDialog.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/ProfileFixture.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace std::chrono_literals;

namespace {

class FakeDrill : public DrillControl
{
public:
    bool isReady() const override { return ready; }
    void run(QObject*, const DrillWish& wish, Callback<DrillReport> done) override
    {
        wishes.push_back(wish);
        answer = std::move(done);
        Q_EMIT reached(DrillStage::Copying);
    }
    void cancel() override { ++cancelled; }
    void lock()
    {
        ready = false;
        Q_EMIT readyChanged();
    }

    bool ready = true;
    int cancelled = 0;
    std::vector<DrillWish> wishes;
    Callback<DrillReport> answer;
};

struct DrillScene
{
    FakeDrill control;
    ManualClock clock{fixtureNow};
    DrillDialog dialog{control, clock};

    DrillScene() { dialog.show(); }
    static DrillReport wellDone()
    {
        DrillReport report;
        report.copying = 120ms;
        report.whole = 1500ms;
        report.stop.items.resize(2);
        for (RevocationItem& item : report.stop.items) {
            item.outcome = RevocationOutcome::Revoked;
            item.destroyedAt = 1;
        }
        report.stop.durations = {{EmergencyReport::Part::Freeze, 10ms},
                                 {EmergencyReport::Part::Revoke, 1250ms},
                                 {EmergencyReport::Part::Proof, 20ms}};
        return report;
    }
};

}  // namespace

class DrillDialogTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysHowLongEachStepTook()
    {
        DrillScene scene;
        QVERIFY(scene.dialog.choice(DrillDialog::Scope::Everything)->isChecked());
        QCOMPARE(scene.dialog.runButton()->text(), QStringLiteral("Run the drill"));
        scene.dialog.runButton()->click();
        QVERIFY(scene.dialog.isRunning() && !scene.dialog.runButton()->isEnabled());
        QCOMPARE(scene.dialog.closeButton()->text(), QStringLiteral("Cancel"));
        QVERIFY(scene.control.wishes.at(0).scope == DrillDialog::Scope::Everything);
        QVERIFY(!scene.control.wishes.at(0).reason.empty());
        scene.control.answer(DrillScene::wellDone());
        QCOMPARE(scene.dialog.steps(),
                 (QStringList{QStringLiteral("Copy: 0.12 s"), QStringLiteral("Freeze: 0.01 s"),
                              QStringLiteral("Revoke: 1.25 s (2 of 2 delegations)"),
                              QStringLiteral("Proof: 0.02 s")}));
        QVERIFY(scene.dialog.outcome().contains(QStringLiteral("1.50 s")));
        QCOMPARE(scene.dialog.runButton()->text(), QStringLiteral("Run it again"));
        QVERIFY(scene.dialog.runButton()->isEnabled());
    }

    void whatIsSelectedCanBeChosen()
    {
        DrillScene scene;
        QVERIFY(!scene.dialog.choice(DrillDialog::Scope::Chosen)->isEnabled());
        scene.dialog.setChosen({3, 4});
        scene.dialog.choice(DrillDialog::Scope::Chosen)->setChecked(true);
        scene.dialog.runButton()->click();
        QVERIFY(scene.control.wishes.at(0).scope == DrillDialog::Scope::Chosen);
        const auto* rows = std::get_if<std::vector<std::int64_t>>(&scene.control.wishes.at(0).selection);
        QVERIFY(rows != nullptr && *rows == (std::vector<std::int64_t>{3, 4}));
    }

    void problemsAreTold()
    {
        DrillScene scene;
        scene.dialog.runButton()->click();
        DrillReport report = DrillScene::wellDone();
        report.stop.problem = Error{ErrorCode::Corrupt, QStringLiteral("The record contradicts itself."), {}};
        report.left = Error{ErrorCode::Storage, QStringLiteral("The copy stays."), {}};
        scene.control.answer(report);
        QVERIFY(scene.dialog.steps().contains(QStringLiteral("Problem: The record contradicts itself.")));
        QVERIFY(scene.dialog.steps().contains(QStringLiteral("Problem: The copy stays.")));
        QVERIFY(scene.dialog.outcome().contains(QStringLiteral("did not go through")));
        scene.dialog.runButton()->click();
        QVERIFY(scene.dialog.steps().isEmpty());
        scene.control.answer(failure(ErrorCode::Busy, QStringLiteral("Another drill runs.")));
        QCOMPARE(scene.dialog.outcome(), QStringLiteral("Another drill runs."));
        QVERIFY(!scene.dialog.isRunning());
    }

    void closingCancelsIt()
    {
        DrillScene scene;
        scene.dialog.close();
        QCOMPARE(scene.control.cancelled, 0);
        scene.dialog.show();
        scene.dialog.runButton()->click();
        scene.dialog.close();
        QCOMPARE(scene.control.cancelled, 1);
    }

    void lockedItCannotBegin()
    {
        DrillScene scene;
        scene.control.lock();
        QVERIFY(!scene.dialog.runButton()->isEnabled());
        QVERIFY(!scene.dialog.runButton()->toolTip().isEmpty());
    }
};

COUNTERSIGN_GUI_TEST(DrillDialogTest)
#include "DrillDialog_test.moc"
