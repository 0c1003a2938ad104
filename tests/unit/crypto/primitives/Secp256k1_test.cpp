#include "core/crypto/primitives/Secp256k1.h"

#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"

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

    void recoversWhoSigned()
    {
        for (int i = 0; i < 50; ++i) {
            const SecretBytes key = secp256k1::generateScalar();
            const SecretBytes digest = SecretBytes::random(32);
            const auto signature = secp256k1::sign(key, digest.view());
            QVERIFY(signature.has_value());
            QVERIFY(*secp256k1::withLowS(*signature) == *signature);
            QVERIFY(*secp256k1::recover(digest.view(), *signature) == *secp256k1::publicKey(key));
            const SecretBytes other = SecretBytes::random(32);
            const auto stranger = secp256k1::recover(other.view(), *signature);
            QVERIFY(!stranger || *stranger != *secp256k1::publicKey(key));
        }
    }

    void turnsAHighSLow()
    {
        const SecretBytes key = secp256k1::generateScalar();
        const SecretBytes digest = SecretBytes::random(32);
        const auto low = *secp256k1::sign(key, digest.view());
        secp256k1::Signature high = low;
        const SecretBytes negated = *secp256k1::negate(SecretBytes::copyOf(low.s));
        std::copy_n(negated.data(), 32, high.s.begin());
        high.recoveryId ^= 1;
        QVERIFY(*secp256k1::recover(digest.view(), high) == *secp256k1::publicKey(key));
        QVERIFY(*secp256k1::withLowS(high) == low);
    }

    void refusesWhatNoSignatureHas()
    {
        const Bytes digest(32, 7);
        secp256k1::Signature good = *secp256k1::sign(secp256k1::generateScalar(), digest);
        secp256k1::Signature bad = good;
        bad.recoveryId = 2;
        QVERIFY(!secp256k1::withLowS(bad) && !secp256k1::recover(digest, bad));
        bad = good;
        bad.s.fill(0);
        QVERIFY(!secp256k1::withLowS(bad) && !secp256k1::recover(digest, bad));
        bad = good;
        bad.r.fill(0xff);
        QVERIFY(!secp256k1::withLowS(bad) && !secp256k1::recover(digest, bad));
        QVERIFY(!secp256k1::recover(Bytes(31), good));
        QVERIFY(!secp256k1::sign(secp256k1::generateScalar(), Bytes(33)));
        QVERIFY(!secp256k1::sign(SecretBytes(32), digest));
    }
};

COUNTERSIGN_APPLESS_TEST(Secp256k1Test)
#include "Secp256k1_test.moc"
