#include "ui/revocation/emergency/EmergencyDialog.h"

#include "tests/support/TestProgram.h"
#include "tests/ui/RevokeDialogScene.h"
#include "ui/theme/Theme.h"

#include <QFile>
#include <QPointer>
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

    void freezeInbox(QObject*, const std::string& reason, const Reauthentication::Grant&,
                     Callback<InboxTold> done) override
    {
        words.push_back(reason);
        answer = std::move(done);
    }

    bool available = true;
    Status outcome;
    Callback<InboxTold> answer;
    std::vector<std::string> reasons;
    std::vector<std::string> words;  ///< to every desk
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
    void fillIn() const { fillIn(*dialog); }
    static void fillIn(const EmergencyDialog& one)
    {
        one.reasonField()->setText(QStringLiteral("stolen laptop"));
        QTest::keyClicks(one.panel()->field(), QStringLiteral("open sesame"));
    }
    /// Filled in, pressed and frozen; what is to end is being found out.
    void stop() const
    {
        fillIn();
        dialog->stopButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(dialog->phase(), EmergencyDialog::Phase::Planning, patienceMs);
    }
    bool isProofThere() const { return QFile::exists(file()); }
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

    /// Nothing waits for a relay, and nothing is over before it has answered.
    void everyDeskIsToldBesideTheRest()
    {
        EmergencyScene scene;
        scene.open();
        QVERIFY(!scene.dialog->everywhereBox()->isChecked());
        scene.dialog->everywhereBox()->click();
        scene.fillIn();
        scene.dialog->stopButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(scene.freeze.words, std::vector<std::string>{"stolen laptop"}, patienceMs);
        QCOMPARE(scene.freeze.reasons, std::vector<std::string>{"stolen laptop"});
        QVERIFY(scene.dialog->isUnderWay());
        scene.freeze.answer(InboxTold{QStringLiteral("demo"), {}});
        QCOMPARE(scene.dialog->phase(), Phase::Done);
        QVERIFY(scene.dialog->steps().constLast().contains(QStringLiteral("every desk of the inbox demo")));
    }

    void whoCouldNotBeToldIsSaid_data()
    {
        QTest::addColumn<bool>("isSigned");
        QTest::newRow("no operator here") << false;
        QTest::newRow("no relay") << true;
    }
    void whoCouldNotBeToldIsSaid()
    {
        QFETCH(const bool, isSigned);
        EmergencyScene scene;
        scene.open();
        scene.dialog->setScope(Scope::Everything);
        scene.dialog->everywhereBox()->click();
        scene.stop();
        QVERIFY(scene.control.planned != nullptr);
        const QString why = QStringLiteral("It cannot be.");
        scene.freeze.answer(isSigned ? Result<InboxTold>(InboxTold{QStringLiteral("demo"), why})
                                     : Result<InboxTold>(failure(ErrorCode::NotFound, why)));
        QVERIFY(scene.dialog->steps().constLast().contains(why));
        QCOMPARE(scene.freeze.reasons.size(), std::size_t{1});
        QCOMPARE(scene.dialog->phase(), Phase::Planning);
    }

    void freezesThenRevokesThenProves()
    {
        EmergencyScene scene;
        scene.open();
        scene.dialog->setScope(Scope::Everything);
        scene.control.planned(previewOf(2));
        QCOMPARE(scene.dialog->stopButton()->text(), QStringLiteral("Freeze, and revoke 2 delegations"));
        scene.stop();
        QCOMPARE(scene.freeze.reasons.size(), std::size_t{1});
        QVERIFY(scene.control.orders.empty());
        // As the wallets are behind the freeze.
        scene.control.planned(previewOf(3));
        QCOMPARE(scene.control.orders.size(), std::size_t{1});
        QCOMPARE(scene.control.previews.front()->plan.toEnd.size(), std::size_t{3});
        const Revocation revocation = revocationOf(
            {revocationItem(0, RevocationOutcome::Revoked), revocationItem(1, RevocationOutcome::Revoked)});
        scene.control.begun(RevocationBegun{QString::fromStdString(revocation.id), {}});
        scene.control.put(revocation);
        QTRY_COMPARE_WITH_TIMEOUT(scene.dialog->phase(), Phase::Done, patienceMs);
        QFile proof(scene.file());
        QVERIFY(proof.open(QIODevice::ReadOnly));
        QVERIFY(proof.readAll().startsWith("proof 1 of "));
        QCOMPARE(scene.dialog->steps().size(), 3);
    }

    /// Whoever is in a hurry does not wait for the count.
    void canBeginBeforeItIsKnownHowMany()
    {
        EmergencyScene scene;
        scene.open();
        scene.dialog->setScope(Scope::Everything);
        QCOMPARE(scene.dialog->stopButton()->text(), QStringLiteral("Freeze, and revoke everything"));
        scene.stop();
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
        scene.stop();
        scene.control.planned(previewOf(2));
        QCOMPARE(scene.control.orders.size(), std::size_t{1});
        QVERIFY(scene.dialog->steps().constFirst().contains(QStringLiteral("The disk is full.")));
    }

    /// While it is checked who asks, nothing that was ordered becomes something else.
    void whatStoodThereIsCarriedOut()
    {
        EmergencyScene scene;
        scene.open();
        scene.dialog->setChosen({1, 2});
        scene.dialog->setScope(Scope::Chosen);
        scene.fillIn();
        scene.dialog->stopButton()->click();
        QVERIFY(!scene.dialog->reasonField()->isEnabled() && !scene.dialog->fileField()->isEnabled());
        QVERIFY(!scene.dialog->choice(Scope::Everything)->isEnabled());
        scene.dialog->reasonField()->setText(QStringLiteral("another"));
        scene.dialog->fileField()->setText(scene.folder.filePath(QStringLiteral("other.json")));
        scene.dialog->setChosen({7});
        scene.dialog->setScope(Scope::Everything);
        QTRY_COMPARE_WITH_TIMEOUT(scene.dialog->phase(), Phase::Planning, patienceMs);
        QCOMPARE(scene.freeze.reasons, std::vector<std::string>{"stolen laptop"});
        QVERIFY(std::get<std::vector<std::int64_t>>(scene.control.selections.back()) ==
                (std::vector<std::int64_t>{1, 2}));
        scene.control.planned(previewOf(2));
        QCOMPARE(scene.control.orders.front().reason, std::string("stolen laptop"));
        begun(scene, revocationOf({revocationItem(0, RevocationOutcome::Revoked)}));
        QTRY_VERIFY_WITH_TIMEOUT(scene.isProofThere(), patienceMs);
    }

    /// Another program began with one of the wallets between plan and beginning.
    void whatWasBegunElsewhereIsPlannedAnew()
    {
        EmergencyScene scene;
        scene.open();
        scene.dialog->setScope(Scope::Everything);
        scene.stop();
        for (int plans = 1; plans < EmergencyStop::mostPlans; ++plans) {
            scene.control.planned(previewOf(2));
            scene.control.begun(failure(ErrorCode::Busy, QStringLiteral("Begun elsewhere.")));
            QCOMPARE(scene.dialog->phase(), Phase::Planning);
        }
        scene.control.planned(previewOf(1, 1));
        scene.control.begun(failure(ErrorCode::Busy, QStringLiteral("Begun elsewhere.")));
        QCOMPARE(scene.dialog->phase(), Phase::Done);
        QVERIFY(scene.dialog->steps().constLast().contains(QStringLiteral("Begun elsewhere.")));
    }

    /// Its end is the end of the earlier revocations, too.
    void earlierRevocationsBelongToIt()
    {
        EmergencyScene scene;
        scene.open();
        scene.dialog->setScope(Scope::Everything);
        scene.stop();
        scene.control.planned(previewOf(1, 1));
        Revocation earlier = revocationOf({revocationItem(1)});
        earlier.id = "earlier";
        scene.control.put(earlier);
        begun(scene, revocationOf({revocationItem(0, RevocationOutcome::Revoked)}),
              {QStringLiteral("earlier")});
        QTRY_VERIFY_WITH_TIMEOUT(scene.dialog->progress()->revocation() != nullptr, patienceMs);
        QCOMPARE(scene.dialog->phase(), Phase::Revoking);
        QVERIFY(!scene.isProofThere());
        earlier.items = {revocationItem(1, RevocationOutcome::Revoked)};
        earlier.endedAt = fixtureNow;
        scene.control.put(earlier);
        QTRY_COMPARE_WITH_TIMEOUT(scene.dialog->phase(), Phase::Done, patienceMs);
        QVERIFY(scene.isProofThere());
    }

    /// Whoever closes the window while it works loses no proof.
    void closedBeforeItsEndItComesBackWithTheProof()
    {
        EmergencyScene scene;
        scene.open();
        scene.dialog->setAttribute(Qt::WA_DeleteOnClose);
        const QPointer<EmergencyDialog> dialog = scene.dialog.release();
        dialog->setScope(Scope::Everything);
        scene.fillIn(*dialog);
        dialog->stopButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(dialog->phase(), Phase::Planning, patienceMs);
        QTest::keyClick(dialog, Qt::Key_Escape);
        QVERIFY(!dialog->isVisible());
        scene.control.planned(previewOf(1));
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QVERIFY(dialog != nullptr);
        const Revocation revocation = revocationOf({revocationItem(0, RevocationOutcome::Revoked)});
        scene.control.begun(RevocationBegun{QString::fromStdString(revocation.id), {}});
        scene.control.put(revocation);
        QTRY_VERIFY_WITH_TIMEOUT(dialog->isVisible(), patienceMs);
        QVERIFY(scene.isProofThere());
        dialog->close();
        QTRY_VERIFY_WITH_TIMEOUT(dialog == nullptr, patienceMs);
    }

    /// Dynamic is silent: the proof as it stands, and once more when it ended.
    void whatWaitsIsProvedTwice()
    {
        EmergencyScene scene;
        scene.open();
        scene.dialog->setProofPatience(std::chrono::milliseconds(20));
        scene.dialog->setScope(Scope::Everything);
        scene.stop();
        scene.control.planned(previewOf(1));
        begun(scene, revocationOf({revocationItem(0)}));
        QTRY_COMPARE_WITH_TIMEOUT(scene.dialog->phase(), Phase::Done, patienceMs);
        QVERIFY(QFile::remove(scene.file()));
        scene.dialog->close();
        QVERIFY(!scene.dialog->isVisible());
        scene.control.put(revocationOf({revocationItem(0, RevocationOutcome::Revoked)}));
        QTRY_VERIFY_WITH_TIMEOUT(scene.dialog->isVisible(), patienceMs);
        QVERIFY(scene.isProofThere());
    }

    /// The file is the same: an older proof must not be written over a newer one.
    void proofsAreWrittenOneAfterTheOther()
    {
        EmergencyScene scene;
        scene.control.holdsProofs = true;
        scene.open();
        scene.dialog->setProofPatience(std::chrono::milliseconds(20));
        scene.dialog->setScope(Scope::Everything);
        scene.stop();
        scene.control.planned(previewOf(1));
        begun(scene, revocationOf({revocationItem(0)}));
        QTRY_COMPARE_WITH_TIMEOUT(scene.control.proofs, 1, patienceMs);
        scene.control.put(revocationOf({revocationItem(0, RevocationOutcome::Revoked)}));
        const auto isEnded = [&] {
            const auto& revocation = scene.dialog->progress()->revocation();
            return revocation && revocation->endedAt != 0;
        };
        QTRY_VERIFY_WITH_TIMEOUT(isEnded(), patienceMs);
        QCOMPARE(scene.control.proofs, 1);
        scene.control.heldProofs.at(0)();
        QTRY_COMPARE_WITH_TIMEOUT(scene.control.proofs, 2, patienceMs);
        QCOMPARE(scene.dialog->phase(), Phase::Revoking);
        scene.control.heldProofs.at(1)();
        QTRY_COMPARE_WITH_TIMEOUT(scene.dialog->phase(), Phase::Done, patienceMs);
        QFile proof(scene.file());
        QVERIFY(proof.open(QIODevice::ReadOnly));
        QVERIFY(proof.readAll().startsWith("proof 2 of "));
    }

    void saysWhereFreezingIsNotThere()
    {
        EmergencyScene scene;
        scene.freeze.available = false;
        scene.open();
        QCOMPARE(scene.dialog->scope(), Scope::Everything);
        QVERIFY(!scene.dialog->choice(Scope::FreezeOnly)->isEnabled());
        scene.stop();
        scene.control.planned(previewOf(0, 0, 1));
        QCOMPARE(scene.dialog->phase(), Phase::Done);
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
        QVERIFY(scene.dialog->reasonField()->isEnabled());
    }

private:
    static void begun(EmergencyScene& scene, const Revocation& revocation, const QStringList& earlier = {})
    {
        scene.control.begun(RevocationBegun{QString::fromStdString(revocation.id), earlier});
        scene.control.put(revocation);
    }
};

COUNTERSIGN_GUI_TEST(EmergencyDialogTest)
#include "EmergencyDialog_test.moc"
