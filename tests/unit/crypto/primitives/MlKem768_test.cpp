#include "core/crypto/primitives/MlKem768.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/crypto/Vectors.h"

#include <QTest>

using namespace countersign;

class MlKem768Test : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bothSidesAgree()
    {
        const auto pair = mlkem768::generate();
        const auto sent = mlkem768::encapsulate(pair.publicKey);
        QVERIFY(sent.has_value());
        const auto received = mlkem768::decapsulate(sent->ciphertext, pair.secretKey);
        QVERIFY(received.has_value());
        QVERIFY(received->equals(sent->sharedSecret.view()));
    }

    void anotherCiphertextGivesAnotherSecret()
    {
        const auto pair = mlkem768::generate();
        auto sent = mlkem768::encapsulate(pair.publicKey);
        sent->ciphertext[500] ^= 1;
        const auto received = mlkem768::decapsulate(sent->ciphertext, pair.secretKey);
        QVERIFY(received.has_value());
        QVERIFY(!received->equals(sent->sharedSecret.view()));
    }

    void refusesLengthsAndBadKeys()
    {
        const auto pair = mlkem768::generate();
        QVERIFY(!mlkem768::encapsulate({}));
        QVERIFY(!mlkem768::encapsulate(BytesView(pair.publicKey).first(1183)));
        // Coefficients not below q: FIPS 203 §7.2 demands the check.
        QVERIFY(!mlkem768::encapsulate(Bytes(mlkem768::publicKeyBytes, 0xff)));
        QVERIFY(!mlkem768::decapsulate(Bytes(1087), pair.secretKey));
        QVERIFY(!mlkem768::decapsulate(Bytes(1088), SecretBytes(2399)));
        QVERIFY(!mlkem768::fromSeed(SecretBytes(63)));
    }

    void keysFromSeedsAgreeWithWycheproof()
    {
        LOAD_VECTORS(file, "mlkem_768_keygen_seed");
        for (const Json& group : file.at("testGroups")) {
            for (const Json& test : group.at("tests")) {
                const auto pair = mlkem768::fromSeed(SecretBytes::copyOf(vectors::bytesOf(test, "seed")));
                QVERIFY(pair.has_value());
                QVERIFY2(pair->publicKey == vectors::bytesOf(test, "ek"), vectors::nameOf(test).constData());
                QVERIFY2(pair->secretKey.equals(vectors::bytesOf(test, "dk")),
                         vectors::nameOf(test).constData());
            }
        }
    }

    void decapsulationAgreesWithWycheproof()
    {
        LOAD_VECTORS(file, "mlkem_768");
        int checked = 0;
        for (const Json& group : file.at("testGroups")) {
            for (const Json& test : group.at("tests")) {
                if (!test.contains("seed") || !test.contains("c")) {
                    continue;
                }
                const auto pair = mlkem768::fromSeed(SecretBytes::copyOf(vectors::bytesOf(test, "seed")));
                const auto secret = pair ? mlkem768::decapsulate(vectors::bytesOf(test, "c"), pair->secretKey)
                                         : Result<SecretBytes>(failure(pair.error()));
                const bool same = secret && secret->equals(vectors::bytesOf(test, "K"));
                QVERIFY2(same == vectors::isValid(test), vectors::nameOf(test).constData());
                ++checked;
            }
        }
        QVERIFY(checked > 20);
    }
};

COUNTERSIGN_APPLESS_TEST(MlKem768Test)
#include "MlKem768_test.moc"
