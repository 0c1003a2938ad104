#include "ui/text/AmountText.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class AmountTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bothWays_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<int>("decimals");
        QTest::addColumn<QString>("units");
        QTest::addColumn<QString>("shown");
        QTest::newRow("half") << "0.5" << 18 << "500000000000000000"
                              << "0.5";
        QTest::newRow("one wei") << "0.000000000000000001" << 18 << "1"
                                 << "0.000000000000000001";
        QTest::newRow("zeros behind") << "12.500" << 6 << "12500000"
                                      << "12.5";
        QTest::newRow("zeros before") << "007" << 0 << "7"
                                      << "7";
        QTest::newRow("whole") << "3" << 9 << "3000000000"
                               << "3";
        // A double cannot hold any of these.
        QTest::newRow("exact") << "9007199254740993.000000000000000001" << 18
                               << "9007199254740993000000000000000001"
                               << "9007199254740993.000000000000000001";
        QTest::newRow("largest")
            << "115792089237316195423570985008687907853269984665640564039457584007913129639935" << 0
            << "115792089237316195423570985008687907853269984665640564039457584007913129639935"
            << "115792089237316195423570985008687907853269984665640564039457584007913129639935";
    }

    void bothWays()
    {
        QFETCH(QString, typed);
        QFETCH(int, decimals);
        QFETCH(QString, units);
        QFETCH(QString, shown);
        const auto amount = parseAmount(typed, decimals);
        QVERIFY(amount.has_value());
        QCOMPARE(QString::fromStdString(toDecimal(*amount)), units);
        QCOMPARE(amountText(*amount, decimals), shown);
    }

    void refuses()
    {
        for (const char* typed :
             {"", "-1", "+1", "1e18", "1,5", "1 000", "1.", ".5", "1.2.3", "0x10", "٣", "NaN",
              "0.0000000000000000001", "1157920892373161954235709850086879078532699846656405640394575840"}) {
            const auto amount = parseAmount(QString::fromUtf8(typed), 18);
            QVERIFY2(!amount && !amount.error().sentence.isEmpty(), typed);
        }
    }
};

COUNTERSIGN_GUI_TEST(AmountTextTest)
#include "AmountText_test.moc"
