#include "core/meaning/descriptors/display/DescriptorNumbers.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace countersign::meaning;

class DescriptorNumbersTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesDates()
    {
        QCOMPARE(dateText(0), std::string("1970-01-01 00:00:00Z"));
        QCOMPARE(dateText(951'827'696), std::string("2000-02-29 12:34:56Z"));
        QCOMPARE(dateText(Uint256(253'402'300'799)), std::string("9999-12-31 23:59:59Z"));
        QCOMPARE(dateText(Uint256(253'402'300'800)), std::string("253402300800"));
    }

    void writesDurations()
    {
        QCOMPARE(durationText(0), std::string("00:00:00"));
        QCOMPARE(durationText(8'250), std::string("02:17:30"));
        QCOMPARE(durationText(3'600'000), std::string("1000:00:00"));
    }

    void writesUnits()
    {
        QCOMPARE(unitText(15, 1, false), std::string("1.5"));
        QCOMPARE(unitText(36'000, 0, true), std::string("36k"));
        QCOMPARE(unitText(1'500'000, 0, true), std::string("1.5M"));
        QCOMPARE(unitText(5, 3, true), std::string("5m"));
        QCOMPARE(unitText(999, 0, true), std::string("999"));
        QCOMPARE(unitText(0, 5, true), std::string("0"));
    }
};

COUNTERSIGN_APPLESS_TEST(DescriptorNumbersTest)
#include "DescriptorNumbers_test.moc"
