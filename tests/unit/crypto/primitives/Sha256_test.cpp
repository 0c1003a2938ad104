#include "core/crypto/primitives/Sha256.h"

#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class Sha256Test : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// FIPS 180-4's examples.
    void matchesTheStandard()
    {
        QCOMPARE(toHex(sha256({})),
                 std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        QCOMPARE(toHex(sha256(asBytes("abc"))),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        QCOMPARE(toHex(sha256(Bytes(1'000'000, 'a'))),
                 std::string("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
    }

    void hashesInPiecesAndStartsAnew()
    {
        Sha256 hash;
        hash.add(asBytes("a")).add({}).add(asBytes("bc"));
        QCOMPARE(hash.finish(), sha256(asBytes("abc")));
        QCOMPARE(hash.finish(), sha256({}));
        QCOMPARE(hash.add(asBytes("abc")).finish(), sha256(asBytes("abc")));
    }
};

COUNTERSIGN_APPLESS_TEST(Sha256Test)
#include "Sha256_test.moc"
