#include "ui/compose/ComposeDialog.h"

#include "core/signing/job/JobDocument.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/JobFixture.h"
#include "tests/ui/FakeJobControl.h"
#include "ui/theme/Theme.h"

#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;

class ComposeDialogTest : public QObject
{
    Q_OBJECT

private:
    struct Desk
    {
        ProfileFixture profile{{.wallets = 40}};
        ManualClock clock{fixtureNow};
        ProfileReader reader{profile.databaseFile()};
        FakeJobControl control;
        ComposeDialog dialog{reader, control, clock};

        Desk() { dialog.show(); }
        void search(const char* chain)
        {
            const auto wallets = WalletCatalog(profile.database())
                                     .firstRows({.chain = chain, .status = WalletStatus::Active}, {}, 1);
            dialog.setWallet(QString::fromStdString(wallets->front().walletId));
        }
    };

    static void chosen(Desk& desk)
    {
        QTRY_VERIFY_WITH_TIMEOUT(desk.dialog.submitButton()->isEnabled(), patienceMs);
    }

private Q_SLOTS:
    void initTestCase()
    {
        initialiseSodium();
        Theme::instance().apply(Theme::Mode::Light);
    }

    void offersActiveWalletsOnly()
    {
        Desk desk;
        chosen(desk);
        QTRY_VERIFY_WITH_TIMEOUT(desk.dialog.isSettled(), patienceMs);
        const auto active = WalletCatalog(desk.profile.database()).ids({.status = WalletStatus::Active}, {});
        QCOMPARE(desk.dialog.wallets()->rowCount(), int(active->size()));
        desk.dialog.searchField()->setText(QStringLiteral("no such wallet"));
        QTRY_COMPARE_WITH_TIMEOUT(desk.dialog.wallets()->rowCount(), 0, patienceMs);
        QVERIFY(!desk.dialog.submitButton()->isEnabled());
    }

    void kindsFollowTheChain()
    {
        Desk desk;
        desk.search("SVM");
        QTRY_COMPARE_WITH_TIMEOUT(desk.dialog.kindBox()->findText(QStringLiteral("Transfer of SOL")), 1,
                                  patienceMs);
        QCOMPARE(desk.dialog.kindBox()->count(), 4);
        desk.search("EVM");
        QTRY_COMPARE_WITH_TIMEOUT(desk.dialog.kindBox()->count(), 5, patienceMs);
    }

    void submitsWhatWasTyped()
    {
        Desk desk;
        desk.search("EVM");
        chosen(desk);
        desk.dialog.setKind(QStringLiteral("Transfer of the chain's own coin"));
        ComposeForm& form = *desk.dialog.form();
        form.field(DraftField::ChainId)->setText(QStringLiteral("1"));
        form.field(DraftField::To)->setText(QStringLiteral("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"));
        form.field(DraftField::Amount)->setText(QStringLiteral("0,5"));
        desk.dialog.submitButton()->click();
        QVERIFY(desk.control.submitted.empty());
        QVERIFY(form.errorOf(DraftField::Amount).contains(QStringLiteral("point")));
        QVERIFY(form.errorOf(DraftField::To).isEmpty());
        form.field(DraftField::Amount)->setText(QStringLiteral("0.5"));
        QVERIFY(form.errorOf(DraftField::Amount).isEmpty());
        desk.dialog.broadcastBox()->setChecked(true);
        desk.dialog.reasonField()->setText(QStringLiteral("Payout"));
        QSignalSpy submitted(&desk.dialog, &ComposeDialog::submitted);
        desk.dialog.submitButton()->click();
        QVERIFY(!desk.dialog.submitButton()->isEnabled());
        QCOMPARE(desk.control.submitted.size(), std::size_t(1));
        const auto document = parseJobDocument(desk.control.submitted[0]);
        QVERIFY(document.has_value());
        QVERIFY(document->broadcast);
        QCOMPARE(document->expiresAt, std::optional<UnixMillis>(fixtureNow + 3'600'000));
        QCOMPARE(document->payload["transaction"]["value"].get<std::string>(),
                 std::string("500000000000000000"));
        Job job;
        job.jobId = jobIdOf(desk.control.submitted[0]);
        desk.control.answer(job);
        QCOMPARE(submitted.count(), 1);
        QVERIFY(!desk.dialog.isVisible());
    }

    void refusalsStayInTheDialog()
    {
        Desk desk;
        desk.search("EVM");
        chosen(desk);
        desk.dialog.form()->area(DraftField::Message)->setPlainText(QStringLiteral("hello"));
        desk.dialog.submitButton()->click();
        desk.control.answer(failure(ErrorCode::NotFound, QStringLiteral("The wallet is not known.")));
        QCOMPARE(desk.dialog.problem(), QStringLiteral("The wallet is not known."));
        QVERIFY(desk.dialog.isVisible());
        QVERIFY(desk.dialog.submitButton()->isEnabled());
    }

    void lockedProfilesComposeNothing()
    {
        Desk desk;
        desk.search("EVM");
        chosen(desk);
        desk.control.setReady(false);
        QVERIFY(!desk.dialog.submitButton()->isEnabled());
    }

    /// The sentence and the findings of the review, before there is a job.
    void saysWhatADraftWouldMean()
    {
        Desk desk;
        desk.search("EVM");
        chosen(desk);
        desk.dialog.setKind(desk.dialog.kindBox()->itemText(0));
        auto* text = desk.dialog.form()->findChild<QPlainTextEdit*>();
        QVERIFY(text != nullptr);
        text->setPlainText(QStringLiteral("hello"));
        QTRY_COMPARE_WITH_TIMEOUT(desk.dialog.draftView()->sentence(), QStringLiteral("Sign a message"),
                                  patienceMs);
        text->clear();
        QTRY_VERIFY_WITH_TIMEOUT(desk.dialog.draftView()->isHidden(), patienceMs);
        QVERIFY(desk.control.submitted.empty());
    }
};

COUNTERSIGN_GUI_TEST(ComposeDialogTest)
#include "ComposeDialog_test.moc"
