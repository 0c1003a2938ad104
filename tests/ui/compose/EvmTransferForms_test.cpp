#include "ui/compose/EvmTransferForms.h"

#include "core/chain/evm/transaction/EvmTransactionRequest.h"
#include "core/meaning/KnownLists.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView transferUsdc("0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48");
constexpr QLatin1StringView transferRecipient("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");

void fillIn(ComposeForm& form, DraftField field, const QString& text)
{
    form.field(field)->setText(text);
}

/// The last word of the call: the raw amount.
QString rawAmount(const DraftPayload& draft)
{
    const auto data = QString::fromStdString(draft->at("transaction").at("data").get<std::string>());
    return data.last(64);
}

}  // namespace

/// What the composer's transfers on EVM chains say of coins and tokens, by the programs' lists.
class EvmTransferFormsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesTheCoin()
    {
        NativeTransferForm form;
        QVERIFY(form.note().isEmpty());
        fillIn(form, DraftField::ChainId, u"1"_s);
        QVERIFY2(form.note().contains(u"ETH"_s), qPrintable(form.note()));
        fillIn(form, DraftField::ChainId, u"0x89"_s);
        QVERIFY2(form.note().contains(u"POL"_s), qPrintable(form.note()));
        fillIn(form, DraftField::ChainId, u"987654321"_s);
        QVERIFY(form.note().contains(u"18 decimals"_s));
        fillIn(form, DraftField::ChainId, {});
        QVERIFY(form.note().isEmpty());
    }

    void aListedTokensDecimalsAreNotTyped()
    {
        TokenTransferForm form;
        fillIn(form, DraftField::ChainId, u"1"_s);
        fillIn(form, DraftField::Decimals, u"18"_s);
        for (const QString& spelling :
             {QString(transferUsdc), QString(transferUsdc).toLower(), u" %1 "_s.arg(transferUsdc)}) {
            fillIn(form, DraftField::Token, spelling);
            QCOMPARE(form.field(DraftField::Decimals)->text(), u"6"_s);
            QVERIFY(form.field(DraftField::Decimals)->isReadOnly());
            QVERIFY2(form.note().startsWith(u"USDC"_s), qPrintable(form.note()));
        }
        fillIn(form, DraftField::To, transferRecipient);
        fillIn(form, DraftField::Amount, u"12.5"_s);
        QCOMPARE(rawAmount(form.draft({})), u"%1"_s.arg(12'500'000, 64, 16, QLatin1Char('0')));
    }

    /// The same contract on another chain is another token.
    void othersDecimalsAreTheOperators()
    {
        TokenTransferForm form;
        fillIn(form, DraftField::ChainId, u"1"_s);
        fillIn(form, DraftField::Decimals, u"9"_s);
        fillIn(form, DraftField::Token, transferUsdc);
        fillIn(form, DraftField::ChainId, u"10"_s);
        QCOMPARE(form.field(DraftField::Decimals)->text(), u"9"_s);
        QVERIFY(!form.field(DraftField::Decimals)->isReadOnly());
        QVERIFY(form.note().contains(u"not in Countersign's list"_s));
        // One digit off, and a checksum that does not fit: nothing is guessed.
        fillIn(form, DraftField::ChainId, u"1"_s);
        QVERIFY(form.field(DraftField::Decimals)->isReadOnly());
        QString mistyped(transferUsdc);
        mistyped.back() = u'9';
        fillIn(form, DraftField::Token, mistyped);
        QVERIFY(!form.field(DraftField::Decimals)->isReadOnly());
        QCOMPARE(form.field(DraftField::Decimals)->text(), u"9"_s);
        fillIn(form, DraftField::Token, {});
        QVERIFY(form.note().isEmpty());
    }

    void everyListedTokenCanBeSent()
    {
        TokenTransferForm form;
        fillIn(form, DraftField::ChainId, u"137"_s);
        fillIn(form, DraftField::Token, u"0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359"_s);
        QVERIFY2(form.note().startsWith(u"USDC"_s), qPrintable(form.note()));
        fillIn(form, DraftField::To, transferRecipient);
        fillIn(form, DraftField::Amount, u"0.0000001"_s);
        QCOMPARE(form.draft({}).error().field, DraftField::Amount);  // finer than its decimals
    }
};

COUNTERSIGN_GUI_TEST(EvmTransferFormsTest)
#include "EvmTransferForms_test.moc"
