#include "ui/text/AmountVisibility.h"

#include "tests/support/TestProgram.h"

#include <QSignalSpy>
#include <QTest>

using namespace countersign;

class AmountVisibilityTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersAreHiddenAndAddressesStay_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("hidden");
        QTest::newRow("transfer") << QStringLiteral("Send 0.25 ETH to 0x0000…00cc")
                                  << QStringLiteral("Send ••• ETH to 0x0000…00cc");
        QTest::newRow("whole address")
            << QStringLiteral("250 USDC (0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48)")
            << QStringLiteral("••• USDC (0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48)");
        QTest::newRow("Solana") << QStringLiteral("1000000000 lamports to 9sHcv6xwn9YkB8nxTUGKDwPwNnmqVp5o")
                                << QStringLiteral("••• lamports to 9sHcv6xwn9YkB8nxTUGKDwPwNnmqVp5o");
        QTest::newRow("grouped") << QStringLiteral("1,234,567.89") << QStringLiteral("•••");
        QTest::newRow("in brackets") << QStringLiteral("(5 wei)") << QStringLiteral("(••• wei)");
        QTest::newRow("at the end") << QStringLiteral("raw 5.") << QStringLiteral("raw •••");
        QTest::newRow("other digits") << QStringLiteral("\u0665\u0660 EUR") << QStringLiteral("••• EUR");
        QTest::newRow("none") << QStringLiteral("Sign the message \"hello\"")
                              << QStringLiteral("Sign the message \"hello\"");
        QTest::newRow("empty") << QString() << QString();
    }

    void numbersAreHiddenAndAddressesStay()
    {
        QFETCH(const QString, text);
        QFETCH(const QString, hidden);
        QCOMPARE(withoutAmounts(text), hidden);
        QCOMPARE(withoutAmounts(hidden), hidden);
    }

    void oneSwitchForAllWindows()
    {
        AmountVisibility& amounts = AmountVisibility::instance();
        const QSignalSpy changed(&amounts, &AmountVisibility::changed);
        QCOMPARE(shownAmounts(QStringLiteral("5 ETH")), QStringLiteral("5 ETH"));
        amounts.setHidden(true);
        amounts.setHidden(true);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(shownAmounts(QStringLiteral("5 ETH")), QStringLiteral("••• ETH"));
        amounts.setHidden(false);
        QCOMPARE(shownAmounts(QStringLiteral("5 ETH")), QStringLiteral("5 ETH"));
    }
};

COUNTERSIGN_APPLESS_TEST(AmountVisibilityTest)
#include "AmountVisibility_test.moc"
