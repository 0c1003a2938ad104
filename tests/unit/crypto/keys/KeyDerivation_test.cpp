#include "core/crypto/keys/KeyDerivation.h"

#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

namespace {

SecretBytes counting(std::uint8_t from)
{
    SecretBytes key(32);
    for (std::size_t i = 0; i < key.size(); ++i) {
        key.data()[i] = static_cast<std::uint8_t>(from + i);
    }
    return key;
}

}  // namespace

class KeyDerivationTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Check values by Python's hashlib.blake2b: key, salt = id, person = context as libsodium documents
    /// crypto_kdf.
    void matchesBlake2b()
    {
        QCOMPARE(toHex(deriveSubkey(counting(0), "audit-v1", 1)->view()),
                 std::string("8ce70d261fdc6f75c9f77f12af6294527228aa15b50e39d98578933b6cb5c6eb"));
        QCOMPARE(toHex(deriveSubkey(counting(0), "audit-v1", 258)->view()),
                 std::string("99ac33e5b378c9fee7e0d3b719a9b25688b2c999442b53d50ff93c855ff7102a"));
        QCOMPARE(toHex(combineKeys(counting(0), counting(32), "vault key")->view()),
                 std::string("49da0729d23e81f15b99b036c74f564f077bd68f1b73f1b015da73aca25d0e0b"));
    }

    void purposesDiffer()
    {
        const SecretBytes master = SecretBytes::random(32);
        const SecretBytes key = *deriveSubkey(master, "audit-v1");
        QVERIFY(key.equals(deriveSubkey(master, "audit-v1", 1)->view()));
        QVERIFY(!key.equals(deriveSubkey(master, "audit-v2")->view()));
        QVERIFY(!key.equals(deriveSubkey(master, "audit-v1", 2)->view()));
        QVERIFY(!key.equals(deriveSubkey(SecretBytes::random(32), "audit-v1")->view()));
    }

    void bothHalvesCount()
    {
        const SecretBytes a = counting(0);
        const SecretBytes b = counting(32);
        const SecretBytes key = *combineKeys(a, b, "x");
        QVERIFY(!key.equals(combineKeys(b, a, "x")->view()));
        QVERIFY(!key.equals(combineKeys(a, counting(33), "x")->view()));
        QVERIFY(!key.equals(combineKeys(counting(1), b, "x")->view()));
        QVERIFY(!key.equals(combineKeys(a, b, "y")->view()));
    }

    void refusesWrongLengths()
    {
        const SecretBytes good = counting(0);
        for (const std::size_t size : {0, 16, 31, 33}) {
            const SecretBytes bad(size);
            QVERIFY(!deriveSubkey(bad, "audit-v1"));
            QVERIFY(!combineKeys(bad, good, "x"));
            QVERIFY(!combineKeys(good, bad, "x"));
        }
        QVERIFY(!deriveSubkey(good, "audit"));
        QVERIFY(!deriveSubkey(good, "audit-v11"));
    }
};

COUNTERSIGN_APPLESS_TEST(KeyDerivationTest)
#include "KeyDerivation_test.moc"
