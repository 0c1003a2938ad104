#include "core/crypto/primitives/Keccak.h"

#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class KeccakTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// The hash of nothing and the topic of ERC-20's Transfer, as on every EVM chain.
    void isEthereumsKeccak()
    {
        QCOMPARE(toHex(keccak256({})),
                 std::string("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"));
        QCOMPARE(toHex(keccak256(asBytes("Transfer(address,address,uint256)"))),
                 std::string("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"));
    }

    void crossesTheBlockBorder()
    {
        // The rate is 136 bytes: the padding needs a block of its own from there on.
        QVERIFY(keccak256(Bytes(135)) != keccak256(Bytes(136)));
        QVERIFY(keccak256(Bytes(136)) != keccak256(Bytes(137)));
    }
};

COUNTERSIGN_APPLESS_TEST(KeccakTest)
#include "Keccak_test.moc"
