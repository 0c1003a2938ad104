#include "core/chain/evm/transaction/CalldataDigest.h"

#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class CalldataDigestTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// The first is the test case of ERC-8213, the others are viem's keccak256 over the same layout.
    void digests_data()
    {
        QTest::addColumn<QByteArray>("calldata");
        QTest::addColumn<QByteArray>("digest");
        QTest::newRow("transfer") << QByteArray(
                                         "a9059cbb"
                                         "0000000000000000000000004675c7e5baafbffbca748158becba61ef3b0a263"
                                         "0000000000000000000000000000000000000000000000000de0b6b3a7640000")
                                  << QByteArray(
                                         "812cee5d9cc7461c04bbcd7b70af9c28b243ac5d74d3453b008b93b7dac69985");
        QTest::newRow("nothing") << QByteArray("")
                                 << QByteArray(
                                        "290decd9548b62a8d60345a988386fc84ba6bc95484008f6362f93160ef3e563");
        QTest::newRow("one byte") << QByteArray("ff")
                                  << QByteArray(
                                         "fff13a7ca87b7d346828862d16e88f7d9406d28a13d35d2f9e72950a41ffbe34");
        QTest::newRow("a selector")
            << QByteArray("095ea7b3")
            << QByteArray("19a0b5585d737d7b067ca48a582168ac3e44d4ca19647a5c2ae80da1c8dc970b");
    }

    void digests()
    {
        QFETCH(const QByteArray, calldata);
        QFETCH(const QByteArray, digest);
        QCOMPARE(toHex(calldataDigest(*fromHex(calldata.toStdString()))), digest.toStdString());
    }

    void lengthCounts() { QVERIFY(calldataDigest(Bytes(4)) != calldataDigest(Bytes(5))); }
};

COUNTERSIGN_APPLESS_TEST(CalldataDigestTest)
#include "CalldataDigest_test.moc"
