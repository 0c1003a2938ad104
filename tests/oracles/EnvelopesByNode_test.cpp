#include "core/base/encoding/Base64.h"
#include "core/crypto/envelopes/EnvelopeOpener.h"
#include "core/crypto/envelopes/HybridEnvelope.h"
#include "tests/support/Patience.h"
#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTest>

#include <map>

using namespace countersign;

// Why: two programs that agree because the same people wrote both prove little. Here Node's WebCrypto, which
// is what Dynamic's browser code calls, makes envelopes for us and opens ours.

namespace {

/// The answer of envelopes.mjs, or null with a failed test.
Json ask(const QString& node, const char* command, const Json& request)
{
    QProcess process;
    process.start(node, {sourcePath("tests/oracles/envelopes.mjs"), QString::fromLatin1(command)});
    process.write(QByteArray::fromStdString(dumpJson(request)));
    process.closeWriteChannel();
    if (!process.waitForFinished(longPatienceMs) || process.exitCode() != 0) {
        qWarning("%s", process.readAllStandardError().constData());
        return {};
    }
    const auto answer = parseJson(process.readAllStandardOutput().toStdString(),
                                  {.maxBytes = 16U << 20U, .maxDepth = 8, .maxValues = 100'000});
    return answer ? *answer : Json();
}

std::string nameOf(const Json& test)
{
    return test["name"].get<std::string>();
}

/// Only a test hands out a private key in the clear, and only one that it made for the occasion.
std::string privatePem(const RsaPrivateKey& key)
{
    const std::string base64 = toBase64(key.pkcs8Der().view());
    return "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n";
}

}  // namespace

class EnvelopesByNodeTest : public QObject
{
    Q_OBJECT

    QString m_node;
    std::map<std::string, RsaPrivateKey> m_keys;
    Json m_made;

private Q_SLOTS:
    void initTestCase()
    {
        m_node = QStandardPaths::findExecutable(QStringLiteral("node"));
        if (m_node.isEmpty()) {
            QSKIP("node is not installed");
        }
        Json keys = Json::array();
        for (const int bits : {2048, 3072, 4096}) {
            const auto key = RsaPrivateKey::generate(bits);
            QVERIFY(key.has_value());
            const std::string name = std::to_string(bits);
            m_keys.emplace(name, *key);
            keys.push_back({{"name", name}, {"publicKeyPem", key->publicKey().spkiPem()}});
        }
        m_made = ask(m_node, "make", {{"keys", keys}});
        QVERIFY2(m_made.is_object(), "envelopes.mjs failed");
    }

    void opensWhatNodeMakes()
    {
        QCOMPARE(m_made["good"].size(), std::size_t(3 * (5 * 2 * 4 + 1)));
        for (const Json& test : m_made["good"]) {
            const auto envelope = parseEnvelope(test["envelope"]);
            QVERIFY2(envelope.has_value(), nameOf(test).c_str());
            const auto opened = openEnvelope(*envelope, m_keys.at(test["key"].get<std::string>()));
            QVERIFY2(opened.has_value(), nameOf(test).c_str());
            QVERIFY2(opened->equals(*fromBase64(test["plaintextBase64"].get<std::string>())),
                     nameOf(test).c_str());
        }
    }

    void findsTheKeyOfWhatNodeMakes()
    {
        std::vector<EnvelopeKey> keys;
        for (const auto& [name, key] : m_keys) {
            keys.push_back({name, key});
        }
        const EnvelopeOpener opener(std::move(keys));
        for (const Json& test : m_made["good"]) {
            const auto opened = opener.open(*parseEnvelope(test["envelope"]));
            QVERIFY2(opened && opened->kid == test["key"].get<std::string>(), nameOf(test).c_str());
        }
    }

    /// What has the wrong shape is refused while parsing; everything else gives the one outward error.
    void refusesWhatIsHostile()
    {
        const QString sentence = QStringLiteral("The envelope cannot be opened.");
        int refusedByShape = 0;
        int refusedByOpening = 0;
        for (const Json& test : m_made["hostile"]) {
            const auto envelope = parseEnvelope(test["envelope"]);
            if (!envelope) {
                QCOMPARE(envelope.error().code, ErrorCode::InvalidInput);
                ++refusedByShape;
                continue;
            }
            const auto opened = openEnvelope(*envelope, m_keys.at(test["key"].get<std::string>()));
            QVERIFY2(!opened, nameOf(test).c_str());
            QVERIFY2(
                opened.error().code == ErrorCode::DecryptionFailed && opened.error().sentence == sentence,
                nameOf(test).c_str());
            QVERIFY2(!opened.error().detail.isEmpty(), nameOf(test).c_str());
            ++refusedByOpening;
        }
        // Truncated tags (2), the odd IV and the unknown alg have a wrong shape, for each of three keys.
        QCOMPARE(refusedByShape, 3 * 4);
        QVERIFY(refusedByOpening > 3 * 30);
    }

    void nodeOpensWhatWeMake()
    {
        for (const auto& [name, key] : m_keys) {
            Json envelopes = Json::array();
            Json wanted = Json::array();
            for (const std::size_t ivLength : {12, 16}) {
                for (const std::string& text :
                     {std::string(), std::string("{\"secretShare\":\"\xf0\x9f\x94\x91\"}"),
                      std::string("\0\xff", 2), std::string(3072, 'x')}) {
                    SealOptions options;
                    options.ivLength = ivLength;
                    envelopes.push_back(toJson(*sealEnvelope(key.publicKey(), asBytes(text), options)));
                    wanted.push_back(toBase64(asBytes(text)));
                }
            }
            const Json answer =
                ask(m_node, "open", {{"privateKeyPem", privatePem(key)}, {"envelopes", envelopes}});
            QVERIFY2(answer.is_object(), "envelopes.mjs failed");
            QCOMPARE(dumpJson(answer["plaintextsBase64"]), dumpJson(wanted));
        }
    }
};

COUNTERSIGN_GUILESS_TEST(EnvelopesByNodeTest)
#include "EnvelopesByNode_test.moc"
