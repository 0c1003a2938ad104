#include "core/vault/AssociatedData.h"

#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class AssociatedDataTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void putsALengthBeforeEveryField()
    {
        AssociatedData data("p");
        data.add(std::string_view("ab")).add(std::string_view()).add(std::int64_t{-2});
        QCOMPARE(toHex(data.bytes()), std::string("010000000000000070"
                                                  "02000000000000006162"
                                                  "0000000000000000"
                                                  "0800000000000000feffffffffffffff"));
    }

    void bordersMatter()
    {
        AssociatedData one("p");
        AssociatedData other("p");
        one.add(std::string_view("a")).add(std::string_view("bc"));
        other.add(std::string_view("ab")).add(std::string_view("c"));
        QVERIFY(toBytes(one.bytes()) != toBytes(other.bytes()));
    }
};

COUNTERSIGN_APPLESS_TEST(AssociatedDataTest)
#include "AssociatedData_test.moc"
