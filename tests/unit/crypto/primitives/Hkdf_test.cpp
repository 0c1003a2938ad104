#include "core/crypto/primitives/Hkdf.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/crypto/Vectors.h"

#include <QTest>

using namespace countersign;

class HkdfTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Check value of the protocol reference, §7.4.
    void derivesTheKeyshareKey()
    {
        SecretBytes input(32);
        Bytes salt(32);
        for (std::uint8_t i = 0; i < 32; ++i) {
            input.data()[i] = i;
            salt[i] = static_cast<std::uint8_t>(32 + i);
        }
        const auto key = hkdfSha256(input, salt, "forward-mpc-keyshare-v1-conn-1", 32);
        QVERIFY(key.has_value());
        QCOMPARE(toHex(key->view()),
                 std::string("633438b021a50cbb2b2ae8b852ef791383f36ec2ae0c56f2b63d3f7b0cf21bec"));
    }

    void refusesLengths()
    {
        QVERIFY(!hkdfSha256(SecretBytes(32), {}, "x", 0));
        QVERIFY(hkdfSha256(SecretBytes(32), {}, "x", 8160));
        QVERIFY(!hkdfSha256(SecretBytes(32), {}, "x", 8161));
    }

    void agreesWithWycheproof()
    {
        LOAD_VECTORS(file, "hkdf_sha256");
        int checked = 0;
        for (const Json& group : file.at("testGroups")) {
            for (const Json& test : group.at("tests")) {
                const SecretBytes input = SecretBytes::copyOf(vectors::bytesOf(test, "ikm"));
                const Bytes info = vectors::bytesOf(test, "info");
                const auto key = hkdfSha256(input, vectors::bytesOf(test, "salt"), asText(info),
                                            test.at("size").get<std::size_t>());
                QVERIFY2(key.has_value() == vectors::isValid(test), vectors::nameOf(test).constData());
                if (key) {
                    QVERIFY2(key->equals(vectors::bytesOf(test, "okm")), vectors::nameOf(test).constData());
                }
                ++checked;
            }
        }
        QVERIFY(checked > 50);
    }
};

COUNTERSIGN_APPLESS_TEST(HkdfTest)
#include "Hkdf_test.moc"
