#include "core/crypto/primitives/Ed25519.h"

#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/crypto/Vectors.h"

#include <QTest>

using namespace countersign;

class Ed25519Test : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// RFC 8032 §7.1, TEST 2.
    void matchesTheRfc()
    {
        const SecretBytes seed =
            *secretFromHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        const Bytes message{0x72};
        const auto key = ed25519::publicKey(seed);
        QCOMPARE(toHex(*key),
                 std::string("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
        const auto signature = ed25519::sign(seed, message);
        QCOMPARE(toHex(*signature),
                 std::string("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                             "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"));
        QVERIFY(ed25519::verify(*key, message, *signature));
        QVERIFY(!ed25519::verify(*key, {}, *signature));
        QVERIFY(!ed25519::verify(*key, message, BytesView(*signature).first(63)));
        QVERIFY(!ed25519::verify(BytesView(*key).first(31), message, *signature));
    }

    void agreesWithWycheproof()
    {
        LOAD_VECTORS(file, "ed25519");
        int count = 0;
        for (const Json& group : file["testGroups"]) {
            const Bytes key = vectors::bytesOf(group["publicKey"], "pk");
            for (const Json& test : group["tests"]) {
                const bool verified =
                    ed25519::verify(key, vectors::bytesOf(test, "msg"), vectors::bytesOf(test, "sig"));
                QVERIFY2(verified == vectors::isValid(test), vectors::nameOf(test).constData());
                ++count;
            }
        }
        QVERIFY(count > 100);
    }

    void judgesPoints()
    {
        const auto key = ed25519::publicKey(SecretBytes::random(32));
        QVERIFY(ed25519::isValidPublicKey(*key));
        Bytes identity(32, 0);
        identity[0] = 1;
        QVERIFY(!ed25519::isValidPublicKey(identity));
        QVERIFY(!ed25519::isValidPublicKey(Bytes(32, 0)));  // of order 4
        QVERIFY(!ed25519::isValidPublicKey(Bytes(32, 0xff)));
        Bytes notOnCurve(32, 0);
        notOnCurve[0] = 2;
        QVERIFY(!ed25519::isValidPublicKey(notOnCurve));
        QVERIFY(!ed25519::isValidPublicKey(Bytes(31, 1)));
        QVERIFY(!ed25519::isValidPublicKey({}));
    }

    /// As curve25519-dalek decompresses, which is what Solana asks; the oracle test asks web3.js about many
    /// more.
    void tellsTheCurveFromTheRest()
    {
        QVERIFY(ed25519::isOnCurve(*ed25519::publicKey(SecretBytes::random(32))));
        const auto encoded = [](std::uint8_t first, std::uint8_t middle, std::uint8_t last) {
            Bytes bytes(32, middle);
            bytes.front() = first;
            bytes.back() = last;
            return bytes;
        };
        QVERIFY(ed25519::isOnCurve(encoded(0, 0, 0)));           // of order 4
        QVERIFY(ed25519::isOnCurve(encoded(1, 0, 0)));           // the identity
        QVERIFY(ed25519::isOnCurve(encoded(1, 0, 0x80)));        // the same with the sign of a zero
        QVERIFY(ed25519::isOnCurve(encoded(0xec, 0xff, 0x7f)));  // p - 1, of order 2
        QVERIFY(ed25519::isOnCurve(encoded(0xed, 0xff, 0x7f)));  // p for zero, not canonical
        QVERIFY(ed25519::isOnCurve(encoded(0xee, 0xff, 0x7f)));  // p + 1 for one
        QVERIFY(!ed25519::isOnCurve(encoded(2, 0, 0)));
        QVERIFY(!ed25519::isOnCurve(encoded(2, 0, 0x80)));
        QVERIFY(!ed25519::isOnCurve(encoded(0xef, 0xff, 0x7f)));  // p + 2 for two
        QVERIFY(!ed25519::isOnCurve(Bytes(31, 0)));
        QVERIFY(!ed25519::isOnCurve(Bytes(33, 0)));
        QVERIFY(!ed25519::isOnCurve({}));
    }

    void splitsAndJoins()
    {
        for (int i = 0; i < 8; ++i) {
            const SecretBytes seed = SecretBytes::random(32);
            const SecretBytes whole = *ed25519::scalarOf(seed);
            QCOMPARE(*ed25519::publicKeyOfScalar(whole), *ed25519::publicKey(seed));
            const SecretBytes share = ed25519::randomScalar();
            const SecretBytes rest = *ed25519::subtract(whole, share);
            QVERIFY(!rest.equals(whole.view()));
            QVERIFY(ed25519::add(share, rest)->equals(whole.view()));
        }
    }

    void signsWithASplitKey()
    {
        for (const std::size_t size : {0, 1, 64, 5000}) {
            const SecretBytes seed = SecretBytes::random(32);
            const SecretBytes share = ed25519::randomScalar();
            const SecretBytes rest = *ed25519::subtract(*ed25519::scalarOf(seed), share);
            const auto key = ed25519::publicKey(seed);
            const Bytes message(size, 0x5a);
            const auto signature = ed25519::signWithScalar(*ed25519::add(share, rest), message);
            QVERIFY(ed25519::verify(*key, message, *signature));
            QVERIFY(!ed25519::verify(*key, Bytes(size + 1, 0x5a), *signature));
            QVERIFY(*signature != *ed25519::signWithScalar(*ed25519::add(share, rest), message));
            QVERIFY(!ed25519::verify(*key, message, *ed25519::signWithScalar(share, message)));
        }
        QVERIFY(!ed25519::signWithScalar(SecretBytes(32), {}));
        QVERIFY(!ed25519::signWithScalar(SecretBytes::random(31), {}));
    }

    void refusesWrongLengths()
    {
        const SecretBytes good = ed25519::randomScalar();
        for (const std::size_t size : {0, 31, 33, 64}) {
            const SecretBytes bad = SecretBytes::random(size);
            QVERIFY(!ed25519::publicKey(bad));
            QVERIFY(!ed25519::sign(bad, {}));
            QVERIFY(!ed25519::scalarOf(bad));
            QVERIFY(!ed25519::add(bad, good));
            QVERIFY(!ed25519::subtract(good, bad));
            QVERIFY(!ed25519::publicKeyOfScalar(bad));
        }
        QVERIFY(!ed25519::publicKeyOfScalar(SecretBytes(32)));
    }
};

COUNTERSIGN_APPLESS_TEST(Ed25519Test)
#include "Ed25519_test.moc"
