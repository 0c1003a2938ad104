#include "core/crypto/envelopes/Sealing.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/crypto/Vectors.h"

#include <QTest>

using namespace countersign;

class SealingTest : public QObject
{
    Q_OBJECT

    const SecretBytes m_key = SecretBytes::random(sealKeyBytes);

private Q_SLOTS:
    void opensWhatItSealed()
    {
        for (const std::size_t size : {0, 1, 15, 16, 17, 3072, 100'000}) {
            const SecretBytes plaintext = SecretBytes::random(size);
            const auto sealed = seal(m_key, plaintext.view(), asBytes("profile/table/row"));
            QVERIFY(sealed.has_value());
            QCOMPARE(sealed->size(), size + sealOverheadBytes);
            QCOMPARE(int(sealed->front()), 1);
            QVERIFY(unseal(m_key, *sealed, asBytes("profile/table/row"))->equals(plaintext.view()));
        }
    }

    void neverRepeatsItself() { QVERIFY(*seal(m_key, asBytes("x"), {}) != *seal(m_key, asBytes("x"), {})); }

    void everyByteCounts()
    {
        const Bytes good = *seal(m_key, asBytes("secret"), asBytes("place"));
        for (std::size_t i = 0; i < good.size(); ++i) {
            Bytes changed = good;
            changed[i] ^= static_cast<std::uint8_t>(1U << (i % 8));
            const auto opened = unseal(m_key, changed, asBytes("place"));
            QVERIFY(!opened);
            QCOMPARE(opened.error().code, ErrorCode::Corrupt);
        }
        for (std::size_t size = 0; size < good.size(); ++size) {
            QVERIFY(!unseal(m_key, BytesView(good).first(size), asBytes("place")));
        }
        Bytes longer = good;
        longer.push_back(0);
        QVERIFY(!unseal(m_key, longer, asBytes("place")));
    }

    void bindsKeyAndPlace()
    {
        const Bytes good = *seal(m_key, asBytes("secret"), asBytes("place"));
        QVERIFY(!unseal(m_key, good, asBytes("plac")));
        QVERIFY(!unseal(m_key, good, asBytes("placf")));
        QVERIFY(!unseal(m_key, good, {}));
        QVERIFY(!unseal(SecretBytes::random(sealKeyBytes), good, asBytes("place")));
    }

    void refusesOtherKeyLengths()
    {
        const Bytes good = *seal(m_key, {}, {});
        for (const std::size_t size : {0, 16, 31, 33}) {
            QCOMPARE(seal(SecretBytes(size), {}, {}).error().code, ErrorCode::InvalidInput);
            QCOMPARE(unseal(SecretBytes(size), good, {}).error().code, ErrorCode::InvalidInput);
        }
    }

    void agreesWithWycheproof()
    {
        LOAD_VECTORS(file, "xchacha20_poly1305");
        int count = 0;
        for (const Json& group : file["testGroups"]) {
            for (const Json& test : group["tests"]) {
                checkVector(test);
                ++count;
            }
        }
        QVERIFY(count > 100);
    }

private:
    static void checkVector(const Json& test)
    {
        const Bytes key = vectors::bytesOf(test, "key");
        const Bytes nonce = vectors::bytesOf(test, "iv");
        const Bytes aad = vectors::bytesOf(test, "aad");
        const Bytes message = vectors::bytesOf(test, "msg");
        Bytes sealed = vectors::bytesOf(test, "ct");
        const Bytes tag = vectors::bytesOf(test, "tag");
        sealed.insert(sealed.end(), tag.begin(), tag.end());
        const auto opened = xchacha20Poly1305Decrypt(key, nonce, aad, sealed);
        QVERIFY2(opened.has_value() == vectors::isValid(test), vectors::nameOf(test).constData());
        if (opened) {
            QVERIFY(opened->equals(message));
            QCOMPARE(*xchacha20Poly1305Encrypt(key, nonce, aad, message), sealed);
        }
    }
};

COUNTERSIGN_APPLESS_TEST(SealingTest)
#include "Sealing_test.moc"
