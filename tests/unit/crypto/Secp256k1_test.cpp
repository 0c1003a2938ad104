#include "core/crypto/Secp256k1.h"

#include "core/base/Hex.h"

#include <QTest>

using namespace countersign;

namespace {

constexpr const char* order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";

}  // namespace

class Secp256k1Test : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsTheGenerator()
    {
        SecretBytes one(32);
        one.data()[31] = 1;
        // SEC 2 §2.4.1.
        QCOMPARE(toHex(*secp256k1::publicKey(one)),
                 std::string("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
                             "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"));
    }

    void bordersOfTheScalars()
    {
        QVERIFY(!secp256k1::isValidScalar(SecretBytes(32)));
        QVERIFY(!secp256k1::isValidScalar(*secretFromHex(order)));
        SecretBytes last = *secretFromHex(order);
        last.data()[31] -= 1;
        QVERIFY(secp256k1::isValidScalar(last));
        QVERIFY(!secp256k1::isValidScalar(SecretBytes()));
        QVERIFY(!secp256k1::isValidScalar(SecretBytes::random(31)));
        QVERIFY(!secp256k1::isValidScalar(SecretBytes::random(33)));
        QVERIFY(!secp256k1::publicKey(SecretBytes(32)));
        QVERIFY(!secp256k1::publicKey(SecretBytes()));
    }

    void generatesDifferentKeys()
    {
        const SecretBytes a = secp256k1::generateScalar();
        const SecretBytes b = secp256k1::generateScalar();
        QVERIFY(secp256k1::isValidScalar(a) && secp256k1::isValidScalar(b));
        QVERIFY(!a.equals(b.view()));
        QVERIFY(secp256k1::isValidPublicKey(*secp256k1::publicKey(a)));
    }

    void refusesPointsOffTheCurve()
    {
        secp256k1::PublicKey key = *secp256k1::publicKey(secp256k1::generateScalar());
        key[63] ^= 1;
        QVERIFY(!secp256k1::isValidPublicKey(key));
        QVERIFY(!secp256k1::isValidPublicKey(Bytes(64, 0)));
        QVERIFY(!secp256k1::isValidPublicKey(Bytes(64, 0xff)));
        QVERIFY(!secp256k1::isValidPublicKey(Bytes(65, 4)));
        QVERIFY(!secp256k1::isValidPublicKey({}));
    }

    void splitsAndJoins()
    {
        const SecretBytes whole = secp256k1::generateScalar();
        const SecretBytes share = secp256k1::generateScalar();
        const auto rest = secp256k1::add(whole, *secp256k1::negate(share));
        QVERIFY(rest.has_value());
        QVERIFY(!rest->equals(whole.view()));
        QVERIFY(secp256k1::add(share, *rest)->equals(whole.view()));
    }

    void refusesSumsWithoutAKey()
    {
        const SecretBytes a = secp256k1::generateScalar();
        QVERIFY(!secp256k1::add(a, *secp256k1::negate(a)));
        QVERIFY(!secp256k1::add(a, SecretBytes(32)));
        QVERIFY(!secp256k1::add(SecretBytes(), a));
        QVERIFY(!secp256k1::negate(SecretBytes(32)));
        QVERIFY(!secp256k1::negate(SecretBytes()));
    }
};

QTEST_APPLESS_MAIN(Secp256k1Test)
#include "Secp256k1_test.moc"
