#include "ui/compose/SplForm.h"

#include "core/base/encoding/Base64.h"
#include "core/chain/solana/spl/SplTransfer.h"
#include "core/chain/solana/transaction/SolanaTransaction.h"
#include "core/signing/job/JobDocument.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/SigningFakes.h"
#include "tests/support/fixtures/signing/JobFixture.h"
#include "tests/ui/FakeJobControl.h"
#include "ui/compose/ComposeDialog.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/identity/AddressView.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

class SplFormTest : public QObject
{
    Q_OBJECT

private:
    static QString text(const SolanaAddress& address) { return QString::fromStdString(toText(address)); }

    /// The composer with a Solana wallet and this form in front.
    struct Desk
    {
        ProfileFixture profile{{.wallets = 40}};
        ManualClock clock{fixtureNow};
        ProfileReader reader{profile.databaseFile()};
        FakeJobControl control;
        ComposeDialog dialog{reader, control, clock};
        SolanaAddress mint = SolanaKey().address;
        SolanaAddress recipient = SolanaKey().address;
        SplForm* form = nullptr;

        Desk()
        {
            dialog.show();
            const auto wallets = WalletCatalog(profile.database())
                                     .firstRows({.chain = "SVM", .status = WalletStatus::Active}, {}, 2);
            choose(wallets->front().walletId);
            dialog.setKind(QStringLiteral("Transfer of a token (SPL)"));
            form = dynamic_cast<SplForm*>(dialog.form());
        }
        void choose(const std::string& walletId)
        {
            dialog.setWallet(QString::fromStdString(walletId));
            if (!waitUntil(
                    [&] {
                        const Wallet* row =
                            dialog.wallets()->rowCount() == 1 ? dialog.wallets()->rowAt(0) : nullptr;
                        return row != nullptr && row->walletId == walletId &&
                               dialog.walletTable()->currentIndex().isValid();
                    },
                    patienceMs)) {
                qFatal("the wallet was not found");
            }
        }
        void type(const QString& token, const QString& to, const QString& amount = QStringLiteral("1.5"))
        {
            form->field(DraftField::Token)->setText(token);
            form->field(DraftField::To)->setText(to);
            form->field(DraftField::Amount)->setText(amount);
        }
        void type() { type(text(mint), text(recipient)); }
        bool asked(std::size_t count)
        {
            return waitUntil([&] { return control.questions.size() == count; }, patienceMs);
        }
        bool canSubmit() const { return dialog.submitButton()->isEnabled(); }

        SplFacts facts(bool mustCreate = false) const
        {
            SplFacts facts;
            facts.question = control.questions.back();
            facts.mint.decimals = 6;
            facts.source = *solana::associatedTokenAccount(facts.question.wallet, SplProgram::Token, mint);
            facts.destination = *solana::associatedTokenAccount(recipient, SplProgram::Token, mint);
            facts.balance = 20'000'000;
            facts.mustCreate = mustCreate;
            facts.rent = mustCreate ? 2'039'280 : 0;
            return facts;
        }
        /// All that the form shows as facts.
        QString shown() const
        {
            QString words;
            for (const QLabel* label : form->factGrid()->findChildren<QLabel*>()) {
                words += label->text() + u'\n';
            }
            for (const AddressView* view : form->factGrid()->findChildren<AddressView*>()) {
                words += view->address() + u'\n';
            }
            return words;
        }
        SolanaMessage submittedMessage() const
        {
            const auto document = parseJobDocument(control.submitted.back());
            const auto bytes = fromBase64(document->payload["transaction"].get<std::string>());
            return solana::parseTransaction(*bytes)->message;
        }
    };

private Q_SLOTS:
    void initTestCase()
    {
        initialiseSodium();
        Theme::instance().apply(Theme::Mode::Light);
    }

    void composesFromWhatTheNodeSays()
    {
        Desk desk;
        QVERIFY(desk.form != nullptr);
        QVERIFY(!desk.canSubmit());
        desk.type();
        QVERIFY(!desk.canSubmit());
        QVERIFY(desk.asked(1));
        QVERIFY(desk.form->isAsking());
        QVERIFY(desk.control.questions[0].mint == desk.mint);
        QVERIFY(desk.control.questions[0].recipient == desk.recipient);
        QVERIFY(!desk.canSubmit());
        QVERIFY(!desk.dialog.submitButton()->toolTip().isEmpty());
        const SplFacts facts = desk.facts();
        desk.control.looked[0](facts);
        QVERIFY(desk.canSubmit());
        const QString shown = desk.shown();
        for (const QString& expected :
             {QStringLiteral("6 decimals"), QStringLiteral("original SPL Token"), QStringLiteral("holds 20"),
              text(facts.source), text(facts.destination), QStringLiteral("Yes.")}) {
            QVERIFY2(shown.contains(expected), qPrintable(expected + QStringLiteral(" in ") + shown));
        }
        QVERIFY(desk.form->creationBox()->isHidden());

        desk.dialog.submitButton()->click();
        QCOMPARE(desk.control.submitted.size(), std::size_t{1});
        const SplTransfer expected{
            facts.question.wallet, desk.recipient, desk.mint, SplProgram::Token, 1'500'000, 6, false};
        QVERIFY(desk.submittedMessage() == *solana::splTransferMessage(expected));
    }

    void createsAccountsOnlyWhenToldTo()
    {
        Desk desk;
        desk.type();
        QVERIFY(desk.asked(1));
        desk.control.looked[0](desk.facts(true));
        QVERIFY(!desk.form->creationBox()->isHidden());
        QVERIFY(!desk.form->creationBox()->isChecked());
        QVERIFY(desk.form->creationBox()->text().contains(QStringLiteral("0.00203928 SOL")));
        QVERIFY(desk.shown().contains(QStringLiteral("must be created")));
        desk.dialog.submitButton()->click();
        QVERIFY(desk.control.submitted.empty());
        QVERIFY(!desk.form->errorOf(DraftField::Creation).isEmpty());
        desk.form->creationBox()->setChecked(true);
        QVERIFY(desk.form->errorOf(DraftField::Creation).isEmpty());
        desk.dialog.submitButton()->click();
        QCOMPARE(desk.submittedMessage().instructions.size(), std::size_t{2});
    }

    void refusesAmountsThatTheTokenDoesNotHave()
    {
        Desk desk;
        desk.type(text(desk.mint), text(desk.recipient), QStringLiteral("0.0000001"));
        QVERIFY(desk.asked(1));
        desk.control.looked[0](desk.facts());
        for (const char* amount : {"0.0000001", "20.5", "0", "1,5"}) {
            desk.form->field(DraftField::Amount)->setText(QString::fromLatin1(amount));
            QVERIFY(desk.canSubmit());  // what the node said holds whatever the amount
            desk.dialog.submitButton()->click();
            QVERIFY2(!desk.form->errorOf(DraftField::Amount).isEmpty(), amount);
        }
        QVERIFY(desk.control.submitted.empty());
        QCOMPARE(desk.control.questions.size(), std::size_t{1});
    }

    void forgetsWhenAnAddressChanges()
    {
        Desk desk;
        desk.type();
        QVERIFY(desk.asked(1));
        desk.control.looked[0](desk.facts());
        QVERIFY(desk.canSubmit());
        const SolanaAddress another = SolanaKey().address;
        desk.form->field(DraftField::To)->setText(text(another));
        QVERIFY(!desk.canSubmit());
        QVERIFY(!desk.form->facts());
        QVERIFY(desk.shown().isEmpty());
        QVERIFY(desk.asked(2));
        QVERIFY(desk.control.questions[1].recipient == another);
        // An answer to the question before comes too late.
        desk.control.looked[0](desk.facts());
        QVERIFY(!desk.canSubmit());
        desk.control.looked[1](desk.facts());
        QVERIFY(desk.canSubmit());
        desk.form->field(DraftField::Token)->clear();
        QVERIFY(!desk.canSubmit());
    }

    void forgetsWhenTheWalletChanges()
    {
        Desk desk;
        desk.type();
        QVERIFY(desk.asked(1));
        desk.control.looked[0](desk.facts());
        const auto wallets = WalletCatalog(desk.profile.database())
                                 .firstRows({.chain = "SVM", .status = WalletStatus::Active}, {}, 2);
        QCOMPARE(wallets->size(), std::size_t{2});
        desk.choose(wallets->back().walletId);
        QVERIFY(!desk.canSubmit());
        QVERIFY(desk.asked(2));
        QCOMPARE(toText(desk.control.questions[1].wallet), wallets->back().address);
    }

    void saysErrorsAndAsksAgain()
    {
        Desk desk;
        desk.type();
        QVERIFY(desk.asked(1));
        const QString sentence = QStringLiteral("No Solana node is configured. Set rpc.solana.");
        desk.control.looked[0](failure(ErrorCode::InvalidInput, sentence));
        QCOMPARE(desk.form->status(), sentence);
        QVERIFY(!desk.canSubmit());
        QVERIFY(!desk.form->askAgainButton()->isHidden());
        desk.form->askAgainButton()->click();
        QCOMPARE(desk.control.questions.size(), std::size_t{2});
        desk.control.looked[1](desk.facts());
        QVERIFY(desk.canSubmit());
        QVERIFY(!desk.form->status().contains(sentence));
    }

    void judgesAddressesBeforeItAsks()
    {
        Desk desk;
        const auto complains = [&](DraftField field, const QString& token, const QString& to) {
            desk.type(token, to);
            return waitUntil([&] { return !desk.form->errorOf(field).isEmpty(); }, patienceMs);
        };
        QVERIFY(complains(DraftField::Token, QStringLiteral("USDC"), text(desk.recipient)));
        QVERIFY(complains(DraftField::To, text(desk.mint), text(desk.mint)));
        const QString account =
            text(*solana::associatedTokenAccount(desk.recipient, SplProgram::Token, desk.mint));
        QVERIFY(complains(DraftField::To, text(desk.mint), account));
        QVERIFY(desk.form->errorOf(DraftField::To).contains(QStringLiteral("wallet that owns it")));
        QVERIFY(desk.control.questions.empty());
        QVERIFY(!desk.canSubmit());
    }

    void lockingEndsTheQuestion()
    {
        Desk desk;
        desk.type();
        QVERIFY(desk.asked(1));
        desk.control.setReady(false);
        QVERIFY(!desk.form->isAsking());
        desk.control.looked[0](desk.facts());
        QVERIFY(!desk.form->facts());
        desk.control.setReady(true);
        QVERIFY(desk.asked(2));
    }

    void warnsOfPermanentDelegates()
    {
        Desk desk;
        desk.type();
        QVERIFY(desk.asked(1));
        SplFacts facts = desk.facts();
        facts.mint.program = SplProgram::Token2022;
        facts.mint.hasPermanentDelegate = true;
        desk.control.looked[0](facts);
        QVERIFY(desk.shown().contains(QStringLiteral("permanent delegate")));
        QVERIFY(desk.shown().contains(QStringLiteral("Token-2022")));
    }
};

COUNTERSIGN_GUI_TEST(SplFormTest)
#include "SplForm_test.moc"
