#include "core/crypto/primitives/RsaOaep.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/crypto/Vectors.h"

#include <QTest>

using namespace countersign;

namespace {

struct Count
{
    int opened = 0;
    int refused = 0;
};

/// The key of a group when it is one that this program accepts at all.
Result<RsaPrivateKey> rsaOaepKeyOf(const Json& group)
{
    return RsaPrivateKey::fromPkcs8Der(*secretFromHex(group["privateKeyPkcs8"].get<std::string>()));
}

bool usesSha256(const Json& group)
{
    return group["sha"] == "SHA-256" && group["mgfSha"] == "SHA-256";
}

}  // namespace

class RsaOaepTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void agreesWithWycheproof2048()
    {
        LOAD_VECTORS(file, "rsa_oaep_2048_sha256_mgf1sha256");
        checkFile(file);
    }

    void agreesWithWycheproof3072()
    {
        LOAD_VECTORS(file, "rsa_oaep_3072_sha256_mgf1sha256");
        checkFile(file);
    }

    void agreesWithWycheproof4096()
    {
        LOAD_VECTORS(file, "rsa_oaep_4096_sha256_mgf1sha256");
        checkFile(file);
    }

    /// Other digests, and sizes that are refused already as keys: nothing but SHA-256 for both may open.
    void agreesWithWycheproofsRest()
    {
        LOAD_VECTORS(file, "rsa_oaep_misc");
        Count count;
        int smallKeys = 0;
        for (const Json& group : file["testGroups"]) {
            const auto key = rsaOaepKeyOf(group);
            QCOMPARE(key.has_value(), group["keySize"].get<int>() >= rsaMinBits);
            if (key) {
                checkGroup(group, *key, count);
            } else {
                ++smallKeys;
            }
        }
        QVERIFY(count.opened > 0 && count.refused > 100 && smallKeys > 0);
    }

    void refusesMgf1WithSha1()
    {
        LOAD_VECTORS(file, "rsa_oaep_2048_sha256_mgf1sha1");
        for (const Json& group : file["testGroups"]) {
            const auto key = rsaOaepKeyOf(group);
            for (const Json& test : group["tests"]) {
                const auto opened =
                    rsaOaepDecrypt(*key, vectors::bytesOf(test, "ct"), vectors::bytesOf(test, "label"));
                QVERIFY2(!opened, vectors::nameOf(test).constData());
            }
        }
    }

    void opensWhatItWrapped()
    {
        const auto key = RsaPrivateKey::generate(2048);
        for (const std::size_t size : {0, 1, 32, 190}) {
            const SecretBytes message = SecretBytes::random(size);
            const auto wrapped = rsaOaepEncrypt(key->publicKey(), message.view());
            QCOMPARE(wrapped->size(), std::size_t(256));
            const auto opened = rsaOaepDecrypt(*key, *wrapped);
            QVERIFY(opened.has_value());
            QVERIFY(opened->equals(message.view()));
            QVERIFY(!rsaOaepDecrypt(*key, *wrapped, asBytes("label")));
        }
        QVERIFY(!rsaOaepEncrypt(key->publicKey(), Bytes(191)));
    }

    void refusesOtherLengths()
    {
        const auto key = RsaPrivateKey::generate(2048);
        const Bytes wrapped = *rsaOaepEncrypt(key->publicKey(), asBytes("key"));
        for (const std::size_t size : {0, 1, 255, 257, 384, 512}) {
            Bytes other = wrapped;
            other.resize(size);
            QVERIFY(!rsaOaepDecrypt(*key, other));
        }
        // A leading zero is not free: the length is part of the ciphertext.
        Bytes padded = wrapped;
        padded.insert(padded.begin(), 0);
        QVERIFY(!rsaOaepDecrypt(*key, padded));
    }

private:
    static void checkFile(const Json& file)
    {
        Count count;
        for (const Json& group : file["testGroups"]) {
            const auto key = rsaOaepKeyOf(group);
            QVERIFY(key.has_value());
            checkGroup(group, *key, count);
        }
        QVERIFY(count.opened > 10 && count.refused > 10);
    }

    static void checkGroup(const Json& group, const RsaPrivateKey& key, Count& count)
    {
        for (const Json& test : group["tests"]) {
            const auto opened =
                rsaOaepDecrypt(key, vectors::bytesOf(test, "ct"), vectors::bytesOf(test, "label"));
            // "acceptable" (a ciphertext that is a small integer) may be opened, but only to the right
            // message.
            const bool mayOpen = usesSha256(group) && test["result"] != "invalid";
            const bool mustOpen = mayOpen && vectors::isValid(test);
            QVERIFY2(opened ? mayOpen : !mustOpen, vectors::nameOf(test).constData());
            QVERIFY(!opened || opened->equals(vectors::bytesOf(test, "msg")));
            ++(opened ? count.opened : count.refused);
        }
    }
};

COUNTERSIGN_APPLESS_TEST(RsaOaepTest)
#include "RsaOaep_test.moc"
