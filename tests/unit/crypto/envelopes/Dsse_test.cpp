#include "core/crypto/envelopes/Dsse.h"

#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <random>
#include <vector>

using namespace countersign;

namespace {

SecretBytes seedOf(std::uint8_t byte)
{
    SecretBytes seed(32);
    std::fill_n(seed.data(), seed.size(), byte);
    return seed;
}

using Keys = std::vector<ed25519::PublicKey>;

const std::string dsseBody = R"({"wallet":"w"})";

}  // namespace

class DsseTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// The example of the DSSE specification's protocol page.
    void preAuthenticatesAsSpecified()
    {
        QCOMPARE(std::string(
                     asText(dssePreAuthentication("http://example.com/HelloWorld", asBytes("hello world")))),
                 std::string("DSSEv1 29 http://example.com/HelloWorld 11 hello world"));
    }

    void goesThereAndBack()
    {
        const SecretBytes seed = seedOf(7);
        const auto json = signDsse(jobPayloadType, asBytes(dsseBody), seed);
        QVERIFY(json.has_value());
        const auto envelope = parseDsse(*json);
        QVERIFY(envelope.has_value());
        QCOMPARE(envelope->payloadType, std::string(jobPayloadType));
        QCOMPARE(std::string(asText(envelope->payload)), dsseBody);
        const ed25519::PublicKey key = *ed25519::publicKey(seed);
        QCOMPARE(envelope->signatures.at(0).keyId, toHex(key));
        QVERIFY(verifyDsse(*envelope, Keys{*ed25519::publicKey(seedOf(8)), key}) == key);
        QVERIFY(!verifyDsse(*envelope, Keys{*ed25519::publicKey(seedOf(8))}));
        QVERIFY(!verifyDsse(*envelope, {}));
    }

    void typeAndPayloadAreBothSigned()
    {
        const SecretBytes seed = seedOf(7);
        const Keys keys{*ed25519::publicKey(seed)};
        auto envelope = *parseDsse(*signDsse(jobPayloadType, asBytes(dsseBody), seed));
        envelope.payloadType = withdrawalPayloadType;
        QVERIFY(!verifyDsse(envelope, keys));
        envelope.payloadType = jobPayloadType;
        QVERIFY(verifyDsse(envelope, keys));
        envelope.payload.back() ^= 1;
        QVERIFY(!verifyDsse(envelope, keys));
    }

    void aWrongKeyIdDoesNotMatter()
    {
        const SecretBytes seed = seedOf(7);
        auto envelope = *parseDsse(*signDsse(jobPayloadType, asBytes(dsseBody), seed));
        envelope.signatures.at(0).keyId = toHex(*ed25519::publicKey(seedOf(8)));
        const Keys keys{*ed25519::publicKey(seedOf(8)), *ed25519::publicKey(seed)};
        QVERIFY(verifyDsse(envelope, keys) == keys[1]);
    }

    /// Signatures of kinds that are not known here, with members of their own, beside one that is.
    void ignoresOtherSignatures()
    {
        const SecretBytes seed = seedOf(7);
        const Keys keys{*ed25519::publicKey(seed)};
        const Json good = *parseJson(*signDsse(jobPayloadType, asBytes(dsseBody), seed));
        const std::uint32_t chance = std::random_device{}();
        std::mt19937 random(chance);
        const auto number = [&](std::size_t least, std::size_t most) {
            return std::uniform_int_distribution<std::size_t>(least, most)(random);
        };
        for (int i = 0; i < 300; ++i) {
            Json json = good;
            Json& signatures = json["signatures"];
            for (std::size_t left = number(1, dsseMaxSignatures - 1); left > 0; --left) {
                std::size_t size = number(0, 600);
                size += size == 64 ? 1 : 0;
                Json other = {{"sig", toBase64(Bytes(size, 7))}};
                if (number(0, 1) == 0) {
                    other["keyid"] = number(0, 1) == 0 ? std::string("ecdsa-p256") : toHex(keys[0]);
                }
                if (number(0, 1) == 0) {
                    other["extension"] = {{"kind", "x509"}, {"ext", {{"chain", {"a", "b"}}}}};
                }
                signatures.insert(
                    signatures.begin() + static_cast<std::ptrdiff_t>(number(0, signatures.size())),
                    std::move(other));
            }
            const auto envelope = parseDsse(dumpJson(json));
            QVERIFY2(envelope && verifyDsse(*envelope, keys) == keys[0], qPrintable(QString::number(chance)));
            // Without the one that is known, nothing vouches for it.
            QVERIFY(!verifyDsse(*envelope, Keys{*ed25519::publicKey(seedOf(8))}));
        }
    }

    void refusesBrokenEnvelopes_data()
    {
        QTest::addColumn<QByteArray>("json");
        const QByteArray sig = QByteArray(86, 'A') + "==";
        const auto with = [&](const QByteArray& payload, const QByteArray& type, const QByteArray& list) {
            return "{\"payload\":" + payload + ",\"payloadType\":" + type + ",\"signatures\":" + list + "}";
        };
        const QByteArray good = "[{\"sig\":\"" + sig + "\"}]";
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("array") << QByteArray("[]");
        QTest::newRow("no payload") << QByteArray(R"({"payloadType":"t","signatures":[]})");
        QTest::newRow("payload a number") << with("1", "\"t\"", good);
        QTest::newRow("payload no base64") << with("\"*\"", "\"t\"", good);
        QTest::newRow("type empty") << with("\"AA==\"", "\"\"", good);
        QTest::newRow("type with a space") << with("\"AA==\"", "\"a b\"", good);
        QTest::newRow("type too long") << with("\"AA==\"", "\"" + QByteArray(257, 't') + "\"", good);
        QTest::newRow("no signatures") << with("\"AA==\"", "\"t\"", "[]");
        QTest::newRow("signatures an object") << with("\"AA==\"", "\"t\"", "{}");
        QTest::newRow("signature short") << with("\"AA==\"", "\"t\"", R"([{"sig":"AA=="}])");
        QTest::newRow("signature missing") << with("\"AA==\"", "\"t\"", R"([{"keyid":"a"}])");
        QTest::newRow("17 signatures") << with(
            "\"AA==\"", "\"t\"",
            "[" + QByteArray("{\"sig\":\"" + sig + "\"},").repeated(16) + "{\"sig\":\"" + sig + "\"}]");
        QTest::newRow("member twice") << QByteArray(R"({"payload":"AA==","payload":"AA=="})");
        QTest::newRow("too large") << with("\"" + QByteArray(dsseMaxBytes, 'A') + "\"", "\"t\"", good);
    }

    void refusesBrokenEnvelopes()
    {
        QFETCH(const QByteArray, json);
        const auto envelope = parseDsse({json.constData(), static_cast<std::size_t>(json.size())});
        QVERIFY(!envelope);
        QCOMPARE(envelope.error().code, ErrorCode::InvalidInput);
    }
};

COUNTERSIGN_APPLESS_TEST(DsseTest)
#include "Dsse_test.moc"
