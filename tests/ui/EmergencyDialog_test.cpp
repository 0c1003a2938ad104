#include "ui/revocation/EmergencyDialog.h"

#include "tests/support/TestProgram.h"
#include "tests/ui/RevokeDialogScene.h"
#include "ui/theme/Theme.h"

#include <QFile>
#include <QTemporaryDir>

using namespace countersign;
using namespace countersign::testing;

namespace {

class FakeFreeze : public FreezeControl
{
public:
    bool isAvailable() const override { return available; }
    QString obstacle() const override { return available ? QString() : QStringLiteral("Not here."); }
    void freeze(QObject*, const std::string& reason, const Reauthentication::Grant&,
                Callback<void> done) override
    {
        reasons.push_back(reason);
        done(outcome);
    }

    bool available = true;
    Status outcome;
    std::vector<std::string> reasons;
};

struct EmergencyScene
{
    FakeFreeze freeze;
    FakeRevocationControl control;
    FakeReauthentication reauthentication;
    ManualClock clock{fixtureNow};
    QTemporaryDir folder;
    std::unique_ptr<EmergencyDialog> dialog;

    void open()
    {
        reauthentication.at = fixtureNow;
        dialog = std::make_unique<EmergencyDialog>(
            EmergencyDialog::Parts{freeze, control, reauthentication, clock});
        dialog->fileField()->setText(file());
        dialog->show();
    }
    QString file() const { return folder.filePath(QStringLiteral("proof.json")); }
    void fillIn() const
    {
        dialog->reasonField()->setText(QStringLiteral("stolen laptop"));
        QTest::keyClicks(dialog->panel()->field(), QStringLiteral("open sesame"));
    }
};

}  // namespace

class EmergencyDialogTest : public QObject
{
    Q_OBJECT

    using Phase = EmergencyDialog::Phase;
    using Scope = EmergencyDialog::Scope;

private Q_SLOTS:
    void initTestCase()
    {
        initialiseSodium();
        Theme::instance().apply(Theme::Mode::Light);
    }

    void freezesAloneWhereThatIsWanted()
    {
        EmergencyScene scene;
        scene.open();
        QCOMPARE(scene.dialog->scope(), Scope::FreezeOnly);
        QCOMPARE(scene.dialog->stopButton()->text(), QStringLiteral("Freeze signing"));
        QVERIFY(!scene.dialog->stopButton()->isEnabled() && !scene.dialog->stopButton()->autoDefault());
        scene.fillIn();
        scene.dialog->stopButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(scene.dialog->phase(), Phase::Done, patienceMs);
        QCOMPARE(scene.freeze.reasons, std::vector<std::string>{"stolen laptop"});
        QVERIFY(scene.control.orders.empty());
    }

    void freezesThenRevokesThenProves()
    {
        EmergencyScene scene;
        scene.open();
        scene.dialog->setScope(Scope::Everything);
        scene.control.planned(previewOf(2));
        QCOMPARE(scene.dialog->stopButton()->text(), QStringLiteral("Freeze, and revoke 2 delegations"));
        scene.fillIn();
        scene.dialog->stopButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(scene.control.orders.size(), std::size_t{1}, patienceMs);
        QCOMPARE(scene.freeze.reasons.size(), std::size_t{1});
        const Revocation revocation = revocationOf(
            {revocationItem(0, RevocationOutcome::Revoked), revocationItem(1, RevocationOutcome::Revoked)});
        scene.control.begun(RevocationBegun{QString::fromStdString(revocation.id), {}});
        scene.control.put(revocation);
        QTRY_COMPARE_WITH_TIMEOUT(scene.dialog->phase(), Phase::Done, patienceMs);
        QFile proof(scene.file());
        QVERIFY(proof.open(QIODevice::ReadOnly));
        QVERIFY(proof.readAll().startsWith("proof of "));
        QCOMPARE(scene.dialog->steps().size(), 3);
    }

    /// Whoever is in a hurry does not wait for the count.
    void canBeginBeforeItIsKnownHowMany()
    {
        EmergencyScene scene;
        scene.open();
        scene.dialog->setScope(Scope::Everything);
        QCOMPARE(scene.dialog->stopButton()->text(), QStringLiteral("Freeze, and revoke everything"));
        scene.fillIn();
        QVERIFY(scene.dialog->stopButton()->isEnabled());
        scene.dialog->stopButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(scene.dialog->phase(), Phase::Planning, patienceMs);
        QCOMPARE(scene.freeze.reasons.size(), std::size_t{1});
        scene.control.planned(previewOf(1));
        QCOMPARE(scene.control.orders.size(), std::size_t{1});
    }

    void revokesAlsoWhereFreezingFailed()
    {
        EmergencyScene scene;
        scene.freeze.outcome = failure(ErrorCode::Storage, QStringLiteral("The disk is full."));
        scene.open();
        scene.dialog->setChosen({1, 2});
        scene.dialog->setScope(Scope::Chosen);
        QCOMPARE(std::get<std::vector<std::int64_t>>(scene.control.selections.back()).size(), std::size_t{2});
        scene.control.planned(previewOf(2));
        scene.fillIn();
        scene.dialog->stopButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(scene.control.orders.size(), std::size_t{1}, patienceMs);
        QVERIFY(scene.dialog->steps().constFirst().contains(QStringLiteral("The disk is full.")));
    }

    void saysWhereFreezingIsNotThere()
    {
        EmergencyScene scene;
        scene.freeze.available = false;
        scene.open();
        QCOMPARE(scene.dialog->scope(), Scope::Everything);
        QVERIFY(!scene.dialog->choice(Scope::FreezeOnly)->isEnabled());
        scene.control.planned(previewOf(0, 0, 1));
        scene.fillIn();
        scene.dialog->stopButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(scene.dialog->phase(), Phase::Done, patienceMs);
        QVERIFY(scene.freeze.reasons.empty());
        QVERIFY(scene.dialog->steps().constFirst().contains(QStringLiteral("Not here.")));
        QVERIFY(scene.control.orders.empty());  // nothing was left
    }

    void aWrongPassphraseStopsNothing()
    {
        EmergencyScene scene;
        scene.open();
        scene.dialog->reasonField()->setText(QStringLiteral("r"));
        QTest::keyClicks(scene.dialog->panel()->field(), QStringLiteral("wrong"));
        scene.dialog->stopButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(!scene.dialog->panel()->message().isEmpty(), patienceMs);
        QCOMPARE(scene.dialog->phase(), Phase::Asking);
        QVERIFY(scene.freeze.reasons.empty());
    }
};

COUNTERSIGN_GUI_TEST(EmergencyDialogTest)
#include "EmergencyDialog_test.moc"
