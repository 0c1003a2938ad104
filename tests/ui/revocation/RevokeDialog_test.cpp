#include "core/base/SecretBytes.h"
#include "tests/support/TestProgram.h"
#include "tests/ui/RevokeDialogScene.h"
#include "ui/theme/Theme.h"

#include <QElapsedTimer>
#include <QFile>
#include <QFileDialog>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace countersign;
using namespace countersign::testing;

class RevokeDialogTest : public QObject
{
    Q_OBJECT

    using Phase = RevokeDialog::Phase;

private Q_SLOTS:
    void initTestCase()
    {
        initialiseSodium();
        Theme::instance().apply(Theme::Mode::Light);
    }

    void saysWhatWillHappenBeforeAnythingDoes()
    {
        RevokeDialogScene scene;
        scene.dialog->choose(EveryWallet());
        QCOMPARE(scene.dialog->phase(), Phase::Planning);
        QVERIFY(!scene.revoke().isVisible());
        scene.control.planned(previewOf(3, 1, 1));
        QCOMPARE(scene.dialog->phase(), Phase::Asking);
        QCOMPARE(scene.revoke().text(), QStringLiteral("Revoke 3 delegations"));
        QCOMPARE(scene.dialog->form()->headline(), QStringLiteral("Revoke 3 delegations"));
        const QString explanation = scene.dialog->form()->explanation();
        QVERIFY(explanation.contains(QStringLiteral("up to a hundred wallets")));
        QVERIFY(explanation.contains(QStringLiteral("cannot be undone")));
        QVERIFY(explanation.contains(QStringLiteral("earlier revocation")));
        QCOMPARE(scene.dialog->form()->table()->model()->rowCount(), 5);
        QVERIFY(scene.control.orders.empty());
    }

    void oneWalletHasTheSingleCall()
    {
        RevokeDialogScene scene;
        scene.plan(previewOf(1));
        QCOMPARE(scene.revoke().text(), QStringLiteral("Revoke 1 delegation"));
        QVERIFY(scene.dialog->form()->explanation().contains(QStringLiteral("One call for the wallet")));
    }

    /// What is to end is another thing then, and is planned anew.
    void oneShareSetCanEndAlone()
    {
        RevokeDialogScene scene;
        scene.plan(previewOf(3));
        QVERIFY(!scene.dialog->form()->shareSetBox()->isVisible());
        scene.plan(previewOf(1));
        QVERIFY(scene.dialog->form()->shareSetBox()->isVisible());
        scene.dialog->form()->shareSetBox()->click();
        QCOMPARE(scene.dialog->phase(), Phase::Planning);
        QCOMPARE(scene.control.shareSets.back(), std::optional<std::string>("set-0"));
        auto preview = std::make_shared<RevocationPreview>();
        preview->plan.toEnd.push_back(revocationItem(0));
        preview->plan.toEnd.front().onlyShareSet = "set-0";
        preview->rows.push_back({.item = &preview->plan.toEnd.front()});
        scene.control.planned(preview);
        QVERIFY(scene.dialog->form()->explanation().contains(QStringLiteral("one share set")));
        QVERIFY(scene.dialog->form()->shareSetBox()->isChecked());
        scene.dialog->form()->shareSetBox()->click();
        QCOMPARE(scene.control.shareSets.back(), std::nullopt);
    }

    void needsAReasonAndThePassphrase()
    {
        RevokeDialogScene scene;
        scene.plan(previewOf(2));
        QVERIFY(!scene.revoke().isEnabled());
        QVERIFY(!scene.revoke().isDefault() && !scene.revoke().autoDefault());
        scene.dialog->form()->reasonField()->setText(QStringLiteral("  "));
        scene.type(QStringLiteral("open sesame"));
        QVERIFY(!scene.revoke().isEnabled());
        scene.dialog->form()->reasonField()->setText(QStringLiteral(" lost laptop "));
        QVERIFY(scene.revoke().isEnabled());
        // Enter anywhere does not begin it.
        QTest::keyClick(scene.dialog->form()->reasonField(), Qt::Key_Return);
        QTest::keyClick(scene.dialog->form()->panel()->field(), Qt::Key_Return);
        QCOMPARE(scene.reauthentication.attempts, 0);
        scene.revoke().click();
        QTRY_COMPARE_WITH_TIMEOUT(scene.control.orders.size(), std::size_t{1}, patienceMs);
        QCOMPARE(scene.control.orders.front().reason, std::string("lost laptop"));
        QVERIFY(!scene.control.orders.front().localFirst);
        QVERIFY(scene.dialog->form()->panel()->field()->isEmpty());
        scene.revoke().click();  // a second click is nothing
        QCOMPARE(scene.control.orders.size(), std::size_t{1});
    }

    void aWrongPassphraseIsToldAndNotCounted()
    {
        RevokeDialogScene scene;
        scene.plan(previewOf(1));
        scene.dialog->form()->reasonField()->setText(QStringLiteral("r"));
        for (int attempt = 1; attempt <= 3; ++attempt) {
            scene.type(QStringLiteral("wrong"));
            scene.revoke().click();
            QVERIFY(!scene.revoke().isEnabled());  // while it is checked
            QTRY_COMPARE_WITH_TIMEOUT(scene.dialog->form()->panel()->message(),
                                      QStringLiteral("That was not it."), patienceMs);
            QCOMPARE(scene.reauthentication.attempts, attempt);
            QCOMPARE(scene.dialog->phase(), Phase::Asking);
        }
        QVERIFY(scene.control.orders.empty());
        scene.type(QStringLiteral("open sesame"));
        QVERIFY(scene.dialog->form()->panel()->message().isEmpty());
        scene.dialog->form()->localFirstBox()->setChecked(true);
        scene.dialog->form()->checkBox()->setChecked(true);
        scene.revoke().click();
        QTRY_COMPARE_WITH_TIMEOUT(scene.control.orders.size(), std::size_t{1}, patienceMs);
        QVERIFY(scene.control.orders.front().localFirst);
        QVERIFY(scene.control.orders.front().checkAfterwards);
    }

    /// While it is checked who asks, nothing that was ordered becomes something else.
    void whatStoodThereIsCarriedOut()
    {
        RevokeDialogScene scene;
        const auto preview = previewOf(2);
        scene.plan(preview);
        scene.dialog->form()->reasonField()->setText(QStringLiteral("lost laptop"));
        scene.type(QStringLiteral("open sesame"));
        scene.revoke().click();
        QVERIFY(!scene.dialog->form()->reasonField()->isEnabled());
        QVERIFY(!scene.dialog->form()->localFirstBox()->isEnabled());
        scene.dialog->form()->reasonField()->setText(QStringLiteral("another"));
        scene.dialog->form()->localFirstBox()->setChecked(true);
        scene.dialog->form()->setPreview(previewOf(5));
        QTRY_COMPARE_WITH_TIMEOUT(scene.control.orders.size(), std::size_t{1}, patienceMs);
        QCOMPARE(scene.control.orders.front().reason, std::string("lost laptop"));
        QVERIFY(!scene.control.orders.front().localFirst);
        QVERIFY(scene.control.previews.front() == preview);
    }

    void theKeychainIsAskedAnew()
    {
        RevokeDialogScene scene(false);
        scene.reauthentication.isKeychainOpen = false;
        scene.plan(previewOf(1));
        scene.dialog->form()->reasonField()->setText(QStringLiteral("r"));
        QVERIFY(!scene.revoke().isEnabled());
        QVERIFY(!scene.dialog->form()->panel()->field()->isVisible());
        QPushButton& ask = *scene.dialog->form()->panel()->confirmButton();
        ask.click();
        QTRY_COMPARE_WITH_TIMEOUT(scene.dialog->form()->panel()->message(),
                                  QStringLiteral("That was not it."), patienceMs);
        QVERIFY(!scene.revoke().isEnabled());
        scene.reauthentication.isKeychainOpen = true;
        ask.click();
        QTRY_VERIFY_WITH_TIMEOUT(scene.revoke().isEnabled(), patienceMs);
        // What was confirmed long ago does not do.
        scene.clock.advance(std::chrono::milliseconds(Reauthentication::Grant::goodFor + 1));
        scene.revoke().click();
        QVERIFY(scene.control.orders.empty());
        QVERIFY(!scene.revoke().isEnabled());
        scene.reauthentication.at = scene.clock.now();
        ask.click();
        QTRY_VERIFY_WITH_TIMEOUT(scene.revoke().isEnabled(), patienceMs);
        scene.revoke().click();
        QCOMPARE(scene.control.orders.size(), std::size_t{1});
    }

    void whatWaitsAlreadyGoesOn()
    {
        RevokeDialogScene scene;
        scene.plan(previewOf(0, 2));
        QCOMPARE(scene.revoke().text(), QStringLiteral("Go on with 2 wallets"));
        scene.plan(previewOf(0, 0, 2));
        scene.dialog->form()->reasonField()->setText(QStringLiteral("r"));
        scene.type(QStringLiteral("open sesame"));
        QVERIFY(!scene.revoke().isEnabled());
    }

    void whatCannotBePlannedIsSaidAndTriedAgain()
    {
        RevokeDialogScene scene;
        scene.dialog->choose(EveryWallet());
        scene.control.planned(failure(ErrorCode::Corrupt, QStringLiteral("No.")));
        QCOMPARE(scene.dialog->phase(), Phase::Failed);
        QVERIFY(!scene.revoke().isVisible());
        auto* again = scene.dialog->findChild<EmptyState*>()->findChild<QPushButton*>();
        QVERIFY(again->isVisible());
        again->click();
        QCOMPARE(scene.control.selections.size(), std::size_t{2});
        QCOMPARE(scene.dialog->phase(), Phase::Planning);
    }

    void showsWhatCameOfIt()
    {
        RevokeDialogScene scene;
        begin(scene, 3);
        RevocationItem waiting = revocationItem(2);
        waiting.sentence = "Dynamic is out of order.";
        waiting.tryAfter = fixtureNow + 60'000;
        Revocation revocation = revocationOf({revocationItem(0, RevocationOutcome::Revoked),
                                              revocationItem(1, RevocationOutcome::Absent), waiting});
        scene.control.put(revocation);
        scene.control.begun(RevocationBegun{QString::fromStdString(revocation.id), {}});
        QCOMPARE(scene.dialog->phase(), Phase::UnderWay);
        RevocationProgress& progress = *scene.dialog->progress();
        QTRY_VERIFY_WITH_TIMEOUT(progress.revocation() != nullptr, patienceMs);
        QVERIFY(progress.headline().contains(QStringLiteral("1 revoked, 1 absent, 1 waiting")));
        QVERIFY(progress.retryButton()->isVisible());
        progress.retryButton()->click();
        QCOMPARE(scene.control.resumes, 1);
        QCOMPARE(progress.table()->model()->index(2, RevocationItemsModel::WordsColumn).data().toString(),
                 QStringLiteral("Dynamic is out of order."));
        revocation.items[2] = revocationItem(2, RevocationOutcome::Refused);
        revocation.endedAt = fixtureNow + 1;
        scene.control.put(revocation);
        QTRY_VERIFY_WITH_TIMEOUT(progress.headline().contains(QStringLiteral("1 refused")), patienceMs);
        QVERIFY(!progress.retryButton()->isVisible());
        QCOMPARE(scene.dialog->closeButton()->text(), QStringLiteral("Close"));
    }

    void whatWasDelegatedAgainAsksTheOperator()
    {
        RevokeDialogScene scene;
        begin(scene, 1);
        RevocationItem held = revocationItem(0);
        held.isHeld = true;
        const Revocation revocation = revocationOf({held});
        scene.control.put(revocation);
        scene.control.begun(RevocationBegun{QString::fromStdString(revocation.id), {}});
        QTRY_VERIFY_WITH_TIMEOUT(scene.dialog->progress()->anewButton()->isVisible(), patienceMs);
        QSignalSpy wanted(scene.dialog.get(), &RevokeDialog::revokeWanted);
        scene.dialog->progress()->anewButton()->click();
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(wanted.first().first().toString(), QStringLiteral("wallet-0"));
        scene.dialog->progress()->keepButton()->click();
        QCOMPARE(scene.control.releasedWallets, QStringList{QStringLiteral("wallet-0")});
        QVERIFY(!scene.dialog->progress()->note().isEmpty());
    }

    void aRefusalToBeginIsShownWhereItWasAsked()
    {
        RevokeDialogScene scene;
        begin(scene, 1);
        scene.control.begun(failure(ErrorCode::Busy, QStringLiteral("Begun elsewhere.")));
        QCOMPARE(scene.dialog->phase(), Phase::Asking);
        QCOMPARE(scene.dialog->form()->panel()->message(), QStringLiteral("Begun elsewhere."));
    }

    void theProofIsSaved()
    {
        RevokeDialogScene scene;
        begin(scene, 1);
        const Revocation revocation = revocationOf({revocationItem(0, RevocationOutcome::Revoked)});
        scene.control.put(revocation);
        scene.control.begun(RevocationBegun{QString::fromStdString(revocation.id), {}});
        RevocationProgress& progress = *scene.dialog->progress();
        QTRY_VERIFY_WITH_TIMEOUT(progress.proofButton()->isEnabled(), patienceMs);
        progress.proofButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(scene.dialog->findChild<QFileDialog*>() != nullptr, patienceMs);
        scene.dialog->findChild<QFileDialog*>()->close();
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("proof.json"));
        QSignalSpy saved(progress.saver(), &ProofSaver::saved);
        progress.saver()->save(QString::fromStdString(revocation.id), file);
        QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 1, patienceMs);
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QCOMPARE(written.readAll(), QByteArray("proof 1 of ") + revocation.id.c_str());
        QVERIFY(progress.note().contains(file));
        const QString page = folder.filePath(QStringLiteral("proof.html"));
        progress.saver()->save(QString::fromStdString(revocation.id), page);
        QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 2, patienceMs);
        QFile pageFile(page);
        QVERIFY(pageFile.open(QIODevice::ReadOnly));
        QVERIFY(pageFile.readAll().startsWith("page 2 of "));
        QSignalSpy failed(progress.saver(), &ProofSaver::failed);
        progress.saver()->save(QString::fromStdString(revocation.id),
                               folder.filePath(QStringLiteral("no/f")));
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, patienceMs);
    }

    /// What was changed outside the program is said, and nothing is shown beside it.
    void aDamagedRevocationIsNotShown()
    {
        RevokeDialogScene scene;
        begin(scene, 1);
        scene.control.begun(RevocationBegun{QStringLiteral("unknown"), {}});
        QTRY_COMPARE_WITH_TIMEOUT(scene.dialog->progress()->note(), QStringLiteral("Changed outside."),
                                  patienceMs);
        QVERIFY(!scene.dialog->progress()->table()->isVisible());
        QVERIFY(!scene.dialog->progress()->proofButton()->isEnabled());
    }

    void aLockedProfileBeginsNothing()
    {
        RevokeDialogScene scene;
        scene.plan(previewOf(1));
        scene.dialog->form()->reasonField()->setText(QStringLiteral("r"));
        scene.type(QStringLiteral("open sesame"));
        QVERIFY(scene.revoke().isEnabled());
        scene.control.setReady(false);
        QVERIFY(!scene.revoke().isEnabled());
    }

    void manyWalletsAreOnlyPainted()
    {
        RevokeDialogScene scene;
        const auto preview = previewOf(100'000);
        scene.plan(preview);
        QCOMPARE(scene.revoke().text(), QStringLiteral("Revoke 100,000 delegations"));
        QCOMPARE(scene.dialog->form()->table()->model()->rowCount(), 100'000);
        QVERIFY(!scene.dialog->form()->checkBox()->isEnabled());
    }

    /// While one answer is on its way, any number of changes is one more question.
    void changesInARowAreReadOnce()
    {
        RevokeDialogScene scene;
        begin(scene, 1);
        const Revocation revocation = revocationOf({revocationItem(0)});
        scene.control.put(revocation);
        scene.control.begun(RevocationBegun{QString::fromStdString(revocation.id), {}});
        for (int i = 0; i < 100; ++i) {
            scene.control.put(revocation);
        }
        QTRY_VERIFY_WITH_TIMEOUT(scene.dialog->progress()->isSettled(), patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(scene.control.loads, 2, patienceMs);
    }

private:
    static void begin(RevokeDialogScene& scene, int wallets)
    {
        scene.plan(previewOf(wallets));
        scene.dialog->form()->reasonField()->setText(QStringLiteral("lost laptop"));
        scene.type(QStringLiteral("open sesame"));
        scene.revoke().click();
        QTRY_COMPARE_WITH_TIMEOUT(scene.control.orders.size(), std::size_t{1}, patienceMs);
        QCOMPARE(scene.dialog->phase(), Phase::Beginning);
    }
};

COUNTERSIGN_GUI_TEST(RevokeDialogTest)
#include "RevokeDialog_test.moc"
