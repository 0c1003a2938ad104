#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/crypto/primitives/Ed25519.h"
#include "core/crypto/primitives/Secp256k1.h"
#include "core/mpc/enclave/EnclaveEngine.h"
#include "tests/support/Patience.h"
#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/NitroFixture.h"

#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>

using namespace countersign;
using namespace countersign::test;
using namespace Qt::StringLiterals;

// Why: two programs that agree because the same people wrote both prove little. Here the official packages'
// codecs and cryptography take the enclave's side.

namespace {

constexpr UnixMillis sessionTime = 1'800'000'000'000;
constexpr auto shareText =
    R"({ "pubkey" : {"0":4,"1":255}, "secretShare":"00ff\u0041", "later":{"kept":[1.0,12345678901234567890,"é"]} })";

QString enclavePeerFolder()
{
    return sourcePath("tests/integration/mpc/");
}

CeremonyRequest requestFor(SigningScheme scheme)
{
    CeremonyRequest request;
    request.roomId = "00112233445566778899aabbccddeeff";
    request.relayDomain = "relay.dynamicauth.com";
    request.scheme = scheme;
    request.share = SecretBytes::copyOf(std::string_view(shareText));
    request.input = scheme == SigningScheme::Ecdsa ? Bytes(32, 0x42) : Bytes{0x00, 'h', 'i', 0xff};
    if (scheme == SigningScheme::Ecdsa) {
        request.derivationPath = {44, 60, 0, 0, 0};
    }
    return request;
}

secp256k1::Signature partsOf(const Bytes& signature)
{
    secp256k1::Signature parts;
    std::copy_n(signature.begin(), 32, parts.r.begin());
    std::copy_n(signature.begin() + 32, 32, parts.s.begin());
    parts.recoveryId = static_cast<std::uint8_t>(signature[64] - 27);
    return parts;
}

}  // namespace

class EnclavePeerTest : public QObject
{
    Q_OBJECT

    NitroChain m_chain = NitroChain::make(sessionTime);
    SecretBytes m_ecdsaKey = secp256k1::generateScalar();
    SecretBytes m_seed = SecretBytes::random(32);
    QProcess m_peer;
    int m_port = 0;

    Json nextLine()
    {
        if (!waitUntil([this] { return m_peer.canReadLine(); }, patienceMs)) {
            return {};
        }
        return parseJson(m_peer.readLine().trimmed().toStdString()).value_or(Json());
    }

    Result<Bytes> signOnce(SigningScheme scheme, const QString& fault,
                           std::chrono::milliseconds timeout = std::chrono::seconds(30))
    {
        const ManualClock clock(sessionTime);
        auto engine = EnclaveEngine::make({QUrl(u"ws://127.0.0.1:%1/%2"_s.arg(m_port).arg(fault)),
                                           {m_chain.root().pem(), somePcrs().at(8)},
                                           timeout,
                                           std::chrono::seconds(10),
                                           clock});
        std::optional<Result<Bytes>> outcome;
        connect(engine->get(), &SigningEngine::finished, this,
                [&](const Result<Bytes>& result) { outcome = result; });
        (*engine)->sign(requestFor(scheme));
        if (!waitUntil([&] { return outcome.has_value(); }, patienceMs)) {
            return failure(ErrorCode::Internal, {}, u"nothing happened"_s);
        }
        return *outcome;
    }

private Q_SLOTS:
    void initTestCase()
    {
        const QString node = QStandardPaths::findExecutable(u"node"_s);
        if (node.isEmpty()) {
            QSKIP("node is not installed");
        }
        if (!QFileInfo::exists(enclavePeerFolder() +
                               u"node_modules/@dynamic-labs-wallet/forward-mpc-shared"_s)) {
            QSKIP(
                "the npm packages of tests/integration/mpc are not installed (npm ci there; ./test does it)");
        }
        Json bundle = Json::array();
        for (const Bytes& certificate : m_chain.bundle()) {
            bundle.push_back(toBase64(certificate));
        }
        // The keys are made for this test and worth nothing outside it.
        const Json setup = {{"now", sessionTime},
                            {"bundle", bundle},
                            {"certificate", toBase64(m_chain.enclave().der())},
                            {"certificateKeyPem", m_chain.enclave().keyPem()},
                            {"pcr8", toHex(somePcrs().at(8))},
                            {"ecdsaKey", toHex(m_ecdsaKey.view())},
                            {"ed25519Seed", toHex(m_seed.view())}};
        m_peer.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_peer.start(node, {enclavePeerFolder() + u"enclave.mjs"_s});
        m_peer.write(QByteArray::fromStdString(dumpJson(setup)) + '\n');
        const Json ready = nextLine();
        QVERIFY2(ready.is_object(), "enclave.mjs did not start");
        m_port = ready["port"].get<int>();
    }

    void cleanupTestCase()
    {
        m_peer.closeWriteChannel();
        if (m_peer.state() != QProcess::NotRunning && !m_peer.waitForFinished(patienceMs)) {
            m_peer.kill();
            m_peer.waitForFinished(patienceMs);
        }
    }

    void theOfficialPackagesUnderstandUs_data()
    {
        QTest::addColumn<bool>("isEcdsa");
        QTest::newRow("ecdsa") << true;
        QTest::newRow("ed25519") << false;
    }

    void theOfficialPackagesUnderstandUs()
    {
        QFETCH(const bool, isEcdsa);
        const auto scheme = isEcdsa ? SigningScheme::Ecdsa : SigningScheme::Ed25519;
        const auto signature = signOnce(scheme, u"none"_s);
        QVERIFY2(signature, qPrintable(signature ? QString() : signature.error().detail));
        const Bytes input = requestFor(scheme).input;
        if (isEcdsa) {
            QVERIFY(*secp256k1::recover(input, partsOf(*signature)) == *secp256k1::publicKey(m_ecdsaKey));
        } else {
            QVERIFY(ed25519::verify(*ed25519::publicKey(m_seed), input, *signature));
        }
        const Json seen = nextLine();
        // Byte for byte what the official codecs would have written.
        QVERIFY(seen["handshakeIsOfficial"].get<bool>());
        QVERIFY2(seen["requestIsOfficial"].get<bool>(), seen["request"].dump().c_str());
        // And the share byte for byte as it was decrypted.
        const QString document = QString::fromStdString(seen["shareDocument"].get<std::string>());
        const QString start = u"{\"keyshare\":"_s + QString::fromUtf8(shareText) +
                              u",\"signingAlgorithm\":\""_s + (isEcdsa ? u"ecdsa"_s : u"ed25519"_s) +
                              u"\",\"timestamp\":1800000000000,\"nonce\":\""_s;
        QVERIFY2(document.startsWith(start), qPrintable(document));
        QCOMPARE(document.size(), start.size() + 32 + 2);
        QCOMPARE(seen["request"]["roomUuid"].get<std::string>(),
                 std::string("00112233445566778899aabbccddeeff"));
    }

    /// The table of official packages §3, with what ours ends in.
    void faults_data()
    {
        QTest::addColumn<QString>("code");
        QTest::addColumn<bool>("isOpened");  ///< whether the peer gets to see the share
        const auto row = [](const char* fault, const char* code, bool isOpened) {
            QTest::newRow(fault) << QString::fromLatin1(code) << isOpened;
        };
        row("no-document", "ATTESTATION_DOCUMENT_MISSING", false);
        row("no-connection", "HANDSHAKE_INVALID_RESPONSE", false);
        row("short-ciphertext", "HANDSHAKE_INVALID_RESPONSE", false);
        // Stricter than the table: the ciphertext is bound by user_data, so ours stops before the share is
        // sent.
        row("other-ciphertext", "ATTESTATION_CHALLENGE_MISMATCH", false);
        row("error-on-handshake", "HANDSHAKE_FAILED", false);
        row("silent-on-handshake", "REQUEST_TIMEOUT", false);
        row("non-json", "MESSAGE_PARSE_FAILED", false);
        row("error-on-sign", "SERVER_ERROR", true);
        row("sign-error", "SERVER_ERROR", true);
        row("neither", "SERVER_ERROR", true);
        row("cut", "TRANSPORT_CLOSED", true);
        row("silent-on-sign", "REQUEST_TIMEOUT", true);
        row("foreign-id", "REQUEST_TIMEOUT", true);
        row("short-signature", "MESSAGE_PARSE_FAILED", true);
        row("foreign-id-first", "", true);
        row("acknowledges", "", true);
        row("binary", "", true);
        row("prefixed", "", true);
        row("cose-tag", "", true);
        row("high-s", "", true);
        row("wrong-signature", "", true);  // whoever asked verifies
    }

    void faults()
    {
        QFETCH(const QString, code);
        QFETCH(const bool, isOpened);
        const QString fault = QString::fromLatin1(QTest::currentDataTag());
        const auto timeout = std::chrono::milliseconds(code == u"REQUEST_TIMEOUT"_s ? 3000 : 30'000);
        const auto signature = signOnce(SigningScheme::Ecdsa, fault, timeout);
        QCOMPARE(signature ? QString() : signature.error().detail.section(u':', 0, 0), code);
        if (fault == u"sign-error"_s) {
            QVERIFY(signature.error().detail.contains(u"the room is gone"_s));
        }
        if (isOpened) {
            QVERIFY(nextLine()["requestIsOfficial"].get<bool>());
        }
        QVERIFY(!m_peer.canReadLine());
        if (signature) {
            const auto key = secp256k1::recover(Bytes(32, 0x42), partsOf(*signature));
            QCOMPARE(key && *key == *secp256k1::publicKey(m_ecdsaKey), fault != u"wrong-signature"_s);
        }
    }
};

COUNTERSIGN_GUILESS_TEST(EnclavePeerTest)
#include "EnclavePeer_test.moc"
