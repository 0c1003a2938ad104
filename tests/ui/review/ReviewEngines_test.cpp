#include "core/vault/Settings.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/ui/ReviewScene.h"
#include "ui/review/ReviewDialog.h"
#include "ui/theme/Theme.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

class ReviewEnginesTest : public QObject, private ReviewScene
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        initialiseSodium();
        Theme::instance().apply(Theme::Mode::Light);
    }

    void anotherEngineIsForThisJobAlone()
    {
        Desk desk;
        QVERIFY(Settings(desk.profile.database()).set("engine", "enclave").has_value());
        desk.review({});
        ready(desk);
        EngineChoice& engines = *desk.dialog->engines();
        QVERIFY(desk.dialog->footer().contains(QStringLiteral("leaves this machine")));
        QVERIFY(!engines.isOpen());
        QVERIFY(desk.choice(EngineKind::Enclave)->isChecked());
        QVERIFY(desk.choice(EngineKind::Sdk)->isEnabled());
        desk.choice(EngineKind::Sdk)->click();
        QVERIFY(desk.dialog->footer().contains(QStringLiteral("never leaves")));
        QVERIFY(desk.dialog->footer().contains(QStringLiteral("for this job alone")));
        QVERIFY(desk.dialog->footer().contains(QStringLiteral("simulated")));
        // The more private one needs no second step.
        desk.dialog->approveButton()->click();
        QCOMPARE(desk.control.approvals.size(), std::size_t(1));
        QCOMPARE(*desk.control.approvals[0].engine, EngineKind::Sdk);
        QCOMPARE(Settings(desk.profile.database()).get("engine")->value(), std::string("enclave"));
        QVERIFY(!engines.changeButton()->isVisible());
        QVERIFY(!engines.isOpen());
    }

    void theLessPrivateEngineIsToldAgain()
    {
        Desk desk;
        desk.review({});
        ready(desk);
        desk.choice(EngineKind::Enclave)->click();
        QVERIFY(desk.dialog->footer().contains(QStringLiteral("leaves this machine")));
        QVERIFY(desk.dialog->confirmation().isEmpty());
        desk.dialog->approveButton()->click();
        QVERIFY(desk.control.approvals.empty());
        QVERIFY(desk.dialog->confirmation().contains(QStringLiteral("leaves this machine")));
        QVERIFY(!desk.dialog->approveButton()->isVisible());
        QVERIFY(!desk.dialog->rejectButton()->isVisible());
        QVERIFY(!desk.dialog->confirmApproveButton()->hasFocus());
        QVERIFY(!desk.dialog->confirmApproveButton()->autoDefault());
        // Back to the profile's engine: nothing to confirm any more.
        desk.choice(EngineKind::Sdk)->click();
        QVERIFY(desk.dialog->confirmation().isEmpty());
        QVERIFY(desk.dialog->approveButton()->isVisible());
        desk.choice(EngineKind::Enclave)->click();
        desk.dialog->approveButton()->click();
        desk.dialog->confirmApproveButton()->click();
        desk.dialog->confirmApproveButton()->click();
        QCOMPARE(desk.control.approvals.size(), std::size_t(1));
        QCOMPARE(*desk.control.approvals[0].engine, EngineKind::Enclave);
        QCOMPARE(desk.control.approvals[0].digest, desk.jobs.job(desk.jobId.toStdString()).digest);
    }

    void theProfilesEngineNeedsNoSecondStep()
    {
        Desk desk;
        QVERIFY(Settings(desk.profile.database()).set("engine", "enclave").has_value());
        desk.review({});
        ready(desk);
        desk.dialog->approveButton()->click();
        QCOMPARE(desk.control.approvals.size(), std::size_t(1));
        QCOMPARE(*desk.control.approvals[0].engine, EngineKind::Enclave);
    }

    void newValuesTakeAConfirmationBack()
    {
        Desk desk;
        desk.review(transfer());
        ready(desk);
        desk.choice(EngineKind::Enclave)->click();
        desk.dialog->approveButton()->click();
        QVERIFY(!desk.dialog->confirmation().isEmpty());
        desk.clock.advance(std::chrono::seconds(61));
        desk.dialog->tick();
        QVERIFY(!desk.dialog->confirmApproveButton()->isEnabled());
        desk.control.prepared(desk.refilled("9"));
        QVERIFY(desk.dialog->confirmation().isEmpty());
        desk.dialog->confirmApproveButton()->click();
        QVERIFY(desk.control.approvals.empty());
    }

    void enginesThatCannotBeUsedSayWhy()
    {
        Desk desk;
        desk.control.enclaveObstacle = QStringLiteral("The enclave's root certificate is not that of AWS.");
        desk.control.sdkObstacle = QStringLiteral("The library is not installed.");
        desk.review({});
        ready(desk);
        // Of the profile's engine it is said before anything is approved.
        QTRY_COMPARE_WITH_TIMEOUT(desk.dialog->engines()->warning(), desk.control.sdkObstacle, patienceMs);
        desk.control.sdkObstacle.clear();
        QVERIFY(!desk.choice(EngineKind::Enclave)->isEnabled());
        QVERIFY(desk.choice(EngineKind::Sdk)->isEnabled());
        QCOMPARE(desk.dialog->engines()->obstacle(EngineKind::Enclave), desk.control.enclaveObstacle);
        QCOMPARE(desk.choice(EngineKind::Enclave)->accessibleDescription(), desk.control.enclaveObstacle);
        desk.choice(EngineKind::Enclave)->click();
        QCOMPARE(desk.dialog->engines()->engine(), EngineKind::Sdk);
        // A locked profile chooses nothing.
        desk.control.setReady(false);
        QVERIFY(!desk.dialog->engines()->isOpen());
        QVERIFY(!desk.dialog->engines()->changeButton()->isVisible());
    }

    void aJobThatRunsShowsTheEngineThatItWasApprovedWith()
    {
        Desk desk;
        desk.jobId = QString::fromStdString(desk.jobs.add({.state = JobState::Signing}));
        desk.profile.database().handle().exec("UPDATE job SET engine = 'enclave'");
        desk.dialog = std::make_unique<ReviewDialog>(desk.reader, desk.control, desk.clock, false);
        desk.dialog->review(desk.jobId);
        desk.dialog->show();
        QTRY_COMPARE_WITH_TIMEOUT(desk.dialog->phase(), Phase::Running, patienceMs);
        QVERIFY(desk.dialog->footer().contains(QStringLiteral("leaves this machine")));
        QVERIFY(!desk.dialog->engines()->changeButton()->isVisible());
    }
};

COUNTERSIGN_GUI_TEST(ReviewEnginesTest)
#include "ReviewEngines_test.moc"
