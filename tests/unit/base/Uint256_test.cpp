#include "core/base/Uint256.h"

#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <limits>

using namespace countersign;

namespace {

const std::string maxDecimal =
    "115792089237316195423570985008687907853269984665640564039457584007913129639935";

}  // namespace

class Uint256Test : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsBothForms()
    {
        QCOMPARE(toDecimal(*parseQuantity("0")), std::string("0"));
        QCOMPARE(toDecimal(*parseQuantity("12345678901234567890")), std::string("12345678901234567890"));
        QCOMPARE(toDecimal(*parseQuantity("0x0")), std::string("0"));
        QCOMPARE(toDecimal(*parseQuantity("0xFf")), std::string("255"));
        QCOMPARE(toDecimal(*parseQuantity("0x" + std::string(64, 'f'))), maxDecimal);
        QCOMPARE(toHexQuantity(*parseQuantity(maxDecimal)), "0x" + std::string(64, 'f'));
        QCOMPARE(toHexQuantity(*parseQuantity("0x000a0")), std::string("0xa0"));
        QCOMPARE(toHexQuantity(0), std::string("0x0"));
        QCOMPARE(*parseQuantity64("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
    }

    void refusesWhatIsNoQuantity_data()
    {
        QTest::addColumn<QByteArray>("text");
        QByteArray tooLarge = QByteArray::fromStdString(maxDecimal);
        tooLarge.back() = '6';
        for (const QByteArray& text : {QByteArray(),         QByteArray(" 1"),    QByteArray("1 "),
                                       QByteArray("-1"),     QByteArray("+1"),    QByteArray("1.0"),
                                       QByteArray("1e3"),    QByteArray("01"),    QByteArray("0x"),
                                       QByteArray("0xg"),    QByteArray("0x-1"),  QByteArray("ff"),
                                       QByteArray("x1"),     QByteArray("1_000"), tooLarge,
                                       QByteArray(79, '9'),  QByteArray(78, '9'), "0x1" + QByteArray(64, '0'),
                                       QByteArray("1\0", 2), QByteArray("１")}) {
            QTest::addRow("%s", text.constData()) << text;
        }
    }

    void refusesWhatIsNoQuantity()
    {
        QFETCH(const QByteArray, text);
        QVERIFY(!parseQuantity({text.constData(), static_cast<std::size_t>(text.size())}));
    }

    void refuses64BitsTooMany() { QVERIFY(!parseQuantity64("18446744073709551616")); }

    void bytesGoThereAndBack()
    {
        QCOMPARE(toHex(toMinimalBytes(0)), std::string());
        QCOMPARE(toHex(toMinimalBytes(256)), std::string("0100"));
        QCOMPARE(toHex(toBytes32(1)), std::string(63, '0') + "1");
        QCOMPARE(*fromBigEndian(toBytes32(*parseQuantity(maxDecimal))), *parseQuantity(maxDecimal));
        QCOMPARE(*fromBigEndian({}), Uint256(0));
        QVERIFY(!fromBigEndian(Bytes(33)));
    }

    void sumsAreChecked()
    {
        QCOMPARE(*addChecked(1, 2), Uint256(3));
        QVERIFY(!addChecked(*parseQuantity(maxDecimal), 1));
        QVERIFY(addChecked(*parseQuantity(maxDecimal), 0));
    }
};

COUNTERSIGN_APPLESS_TEST(Uint256Test)
#include "Uint256_test.moc"
