#include "core/crypto/primitives/AesGcm.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/crypto/Vectors.h"

#include <QTest>

using namespace countersign;

class AesGcmTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void agreesWithWycheproof()
    {
        LOAD_VECTORS(file, "aes_gcm");
        int with12 = 0;
        int with16 = 0;
        for (const Json& group : file["testGroups"]) {
            const int ivBits = group["ivSize"].get<int>();
            if (group["keySize"] != 256 || group["tagSize"] != 128 || (ivBits != 96 && ivBits != 128)) {
                continue;
            }
            for (const Json& test : group["tests"]) {
                checkVector(test);
                ++(ivBits == 96 ? with12 : with16);
            }
        }
        QVERIFY(with12 > 20 && with16 > 5);
    }

    void refusesOtherLengths()
    {
        const SecretBytes key = SecretBytes::random(32);
        const Bytes iv(12, 1);
        const auto sealed = aesGcmEncrypt(key, iv, {}, asBytes("text"));
        QVERIFY(sealed.has_value());
        QVERIFY(aesGcmDecrypt(key, iv, {}, sealed->ciphertext, sealed->tag)->equals(asBytes("text")));
        for (const std::size_t size : {0, 4, 8, 12, 15, 17}) {
            Bytes tag(sealed->tag.begin(), sealed->tag.end());
            tag.resize(size);
            QVERIFY(!aesGcmDecrypt(key, iv, {}, sealed->ciphertext, tag));
        }
        for (const std::size_t size : {0, 1, 8, 11, 13, 15, 17, 24, 32}) {
            QVERIFY(!aesGcmEncrypt(key, Bytes(size), {}, {}));
            QVERIFY(!aesGcmDecrypt(key, Bytes(size), {}, sealed->ciphertext, sealed->tag));
        }
        for (const std::size_t size : {0, 16, 24, 31, 33}) {
            QVERIFY(!aesGcmEncrypt(SecretBytes(size), iv, {}, {}));
            QVERIFY(!aesGcmDecrypt(SecretBytes(size), iv, {}, sealed->ciphertext, sealed->tag));
        }
    }

    void bindsAssociatedData()
    {
        const SecretBytes key = SecretBytes::random(32);
        const Bytes iv(16, 1);
        const auto sealed = aesGcmEncrypt(key, iv, asBytes("place"), {});
        QVERIFY(aesGcmDecrypt(key, iv, asBytes("place"), {}, sealed->tag).has_value());
        QVERIFY(!aesGcmDecrypt(key, iv, asBytes("other"), {}, sealed->tag));
        QVERIFY(!aesGcmDecrypt(key, iv, {}, {}, sealed->tag));
    }

private:
    static void checkVector(const Json& test)
    {
        const SecretBytes key = SecretBytes::copyOf(vectors::bytesOf(test, "key"));
        const Bytes iv = vectors::bytesOf(test, "iv");
        const Bytes aad = vectors::bytesOf(test, "aad");
        const Bytes message = vectors::bytesOf(test, "msg");
        const Bytes ciphertext = vectors::bytesOf(test, "ct");
        const Bytes tag = vectors::bytesOf(test, "tag");
        const auto decrypted = aesGcmDecrypt(key, iv, aad, ciphertext, tag);
        QVERIFY2(decrypted.has_value() == vectors::isValid(test), vectors::nameOf(test).constData());
        if (decrypted) {
            QVERIFY(decrypted->equals(message));
            const auto sealed = aesGcmEncrypt(key, iv, aad, message);
            QCOMPARE(sealed->ciphertext, ciphertext);
            QVERIFY(equalConstantTime(sealed->tag, tag));
        }
    }
};

COUNTERSIGN_APPLESS_TEST(AesGcmTest)
#include "AesGcm_test.moc"
