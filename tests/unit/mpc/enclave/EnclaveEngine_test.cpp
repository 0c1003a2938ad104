#include "core/mpc/enclave/EnclaveEngine.h"

#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/Ed25519.h"
#include "core/crypto/primitives/Secp256k1.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/ScriptedEnclave.h"

#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QWebSocket>

using namespace countersign;
using namespace countersign::test;
using namespace Qt::StringLiterals;

namespace {

constexpr UnixMillis enclaveEngineNow = 1'800'000'000'000;
using Script = std::function<void(ScriptedEnclave&)>;

/// An engine with everything that it reported.
class Ceremony : public QObject
{
public:
    explicit Ceremony(const QUrl& url, const EnclaveTrust& trust,
                      std::chrono::milliseconds requestTimeout = std::chrono::seconds(30),
                      std::chrono::milliseconds connectTimeout = std::chrono::seconds(10))
        : engine(std::move(*EnclaveEngine::make({url, trust, requestTimeout, connectTimeout, clock})))
    {
        connect(engine.get(), &SigningEngine::progressed, this, [this](CeremonyStage stage) {
            stages.push_back(stage);
            if (onStage) {
                onStage(stage);
            }
        });
        connect(engine.get(), &SigningEngine::finished, this,
                [this](const Result<Bytes>& result) { results.push_back(result); });
    }

    static EnclaveTrust trustOf(const ScriptedEnclave& enclave)
    {
        return {enclave.chain().root().pem(), somePcrs().at(8)};
    }

    bool wait() const
    {
        return waitUntil([this] { return !results.empty(); }, patienceMs);
    }
    QString code() const
    {
        return results.front() ? QString() : results.front().error().detail.section(u':', 0, 0);
    }

    ManualClock clock{enclaveEngineNow};
    std::unique_ptr<EnclaveEngine> engine;
    std::vector<CeremonyStage> stages;
    std::vector<Result<Bytes>> results;
    std::function<void(CeremonyStage)> onStage;
};

constexpr auto enclaveEngineShareText =
    R"({"pubkey":{"0":4},"secretShare":"00ff","unknown":[1.0,12345678901234567890]})";

CeremonyRequest requestFor(SigningScheme scheme)
{
    CeremonyRequest request;
    request.roomId = "00112233445566778899aabbccddeeff";
    request.relayDomain = "relay.test";
    request.scheme = scheme;
    request.share = SecretBytes::copyOf(std::string_view(enclaveEngineShareText));
    request.input = scheme == SigningScheme::Ecdsa ? Bytes(32, 0x42) : Bytes{'h', 'i'};
    if (scheme == SigningScheme::Ecdsa) {
        request.derivationPath = {44, 60, 0, 0, 0};
    }
    return request;
}

}  // namespace

Q_DECLARE_METATYPE(Script)

class EnclaveEngineTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void signsByEcdsa()
    {
        ScriptedEnclave enclave(enclaveEngineNow);
        Ceremony ceremony(enclave.url(), Ceremony::trustOf(enclave));
        QCOMPARE(ceremony.engine->kind(), EngineKind::Enclave);
        ceremony.engine->sign(requestFor(SigningScheme::Ecdsa));
        QVERIFY(ceremony.stages.empty() && ceremony.results.empty());  // nothing before sign() returned
        QVERIFY(ceremony.wait());
        QVERIFY2(ceremony.results.front(), qPrintable(ceremony.code()));
        const Bytes signature = *ceremony.results.front();
        QCOMPARE(signature.size(), std::size_t{65});
        secp256k1::Signature parts;
        std::copy_n(signature.begin(), 32, parts.r.begin());
        std::copy_n(signature.begin() + 32, 32, parts.s.begin());
        parts.recoveryId = static_cast<std::uint8_t>(signature[64] - 27);
        QVERIFY(*secp256k1::recover(Bytes(32, 0x42), parts) == *secp256k1::publicKey(enclave.ecdsaKey));
        QVERIFY((ceremony.stages ==
                 std::vector{CeremonyStage::Starting, CeremonyStage::Attested, CeremonyStage::Exchanged}));
        QCOMPARE(enclave.connections, 1);

        QVERIFY(
            QString::fromStdString(enclave.shareDocument)
                .startsWith(u"{\"keyshare\":"_s + QString::fromLatin1(enclaveEngineShareText) +
                            u",\"signingAlgorithm\":\"ecdsa\",\"timestamp\":1800000000000,\"nonce\":\""_s));
        QCOMPARE(enclave.request["derivationPath"].get<std::string>(),
                 std::string("2c0000003c000000000000000000000000000000"));
        QVERIFY(!enclave.request.contains("hashAlgo"));
        QVERIFY(enclave.request["requestId"] != enclave.handshake["requestId"]);
        QCOMPARE(enclave.handshake["nonce"].get<std::string>().size(), std::size_t{64});
    }

    void signsByEd25519AndOftenInARow()
    {
        ScriptedEnclave enclave(enclaveEngineNow);
        Ceremony ceremony(enclave.url(), Ceremony::trustOf(enclave));
        std::set<std::string> nonces;
        std::set<std::string> salts;
        for (int i = 0; i < 3; ++i) {
            ceremony.results.clear();
            ceremony.engine->sign(requestFor(SigningScheme::Ed25519));
            QVERIFY(ceremony.wait());
            QVERIFY2(ceremony.results.front(), qPrintable(ceremony.code()));
            QVERIFY(ed25519::verify(*ed25519::publicKey(enclave.seed), Bytes{'h', 'i'},
                                    *ceremony.results.front()));
            nonces.insert(enclave.handshake["nonce"].get<std::string>());
            nonces.insert(enclave.handshake["challenge"].get<std::string>());
            salts.insert(enclave.request["keyshare"]["salt"].get<std::string>());
        }
        QCOMPARE(nonces.size(), std::size_t{6});
        QCOMPARE(salts.size(), std::size_t{3});
        QCOMPARE(enclave.connections, 3);
    }

    void toleratesWhatIsHarmless_data()
    {
        QTest::addColumn<Script>("script");
        const auto row = [](const char* name, Script script) { QTest::newRow(name) << script; };
        row("binary frames", [](auto& e) { e.answersInBinary = true; });
        row("connection_ack first", [](auto& e) {
            e.before = {u"{\"type\":\"connection_ack\",\"version\":1,\"connectionId\":\"c\"}"_s};
        });
        row("answers to somebody else first", [](auto& e) {
            e.before = {
                u"{\"type\":\"signMessage_response\",\"version\":1,\"signature\":\"00\",\"requestId\":\"req_0\"}"_s,
                u"{\"type\":\"handshake_response\",\"version\":1,\"requestId\":\"req_0\"}"_s,
                u"{\"type\":\"error\",\"message\":\"x\",\"requestId\":\"req_0\"}"_s,
                u"{\"type\":\"signMessage_response\",\"version\":1,\"signature\":\"00\"}"_s};
        });
        row("0x", [](auto& e) {
            e.changeSignature = [](Json& f) {
                f["signature"] = "0x" + f["signature"].template get<std::string>();
            };
        });
        row("65 bytes", [](auto& e) {
            e.changeSignature = [](Json& f) {
                f["signature"] = f["signature"].template get<std::string>().substr(0, 130);
            };
        });
    }

    void toleratesWhatIsHarmless()
    {
        QFETCH(const Script, script);
        ScriptedEnclave enclave(enclaveEngineNow);
        script(enclave);
        Ceremony ceremony(enclave.url(), Ceremony::trustOf(enclave));
        ceremony.engine->sign(requestFor(SigningScheme::Ecdsa));
        QVERIFY(ceremony.wait());
        QVERIFY2(ceremony.results.front(), qPrintable(ceremony.code()));
    }

    /// Nothing of the share is sent to what attestation does not vouch for.
    void theShareStaysWithout_data()
    {
        QTest::addColumn<Script>("script");
        QTest::addColumn<QString>("code");
        const auto row = [](const char* name, const char* code, Script script) {
            QTest::newRow(name) << script << QString::fromLatin1(code);
        };
        const auto document = [](auto change) { return [change](auto& e) { e.changeDocument = change; }; };
        const auto handshake = [](auto change) { return [change](auto& e) { e.changeHandshake = change; }; };
        row("another image", "ATTESTATION_PCR_MISMATCH",
            document([](NitroFields& f) { f.pcrs[8][0] ^= 1U; }));
        row("debug mode", "ATTESTATION_PCR_MISMATCH",
            document([](NitroFields& f) { f.pcrs[8] = Bytes(48, 0); }));
        row("another challenge", "ATTESTATION_CHALLENGE_MISMATCH",
            document([](NitroFields& f) { (*f.userData)[0] ^= 1U; }));
        row("no nonce", "ATTESTATION_NONCE_MISSING", document([](NitroFields& f) { f.nonce.reset(); }));
        row("another nonce", "ATTESTATION_NONCE_MISMATCH",
            document([](NitroFields& f) { (*f.nonce)[3] ^= 1U; }));
        row("an old document", "ATTESTATION_DOCUMENT_EXPIRED",
            document([](NitroFields& f) { f.timestamp -= 301'000; }));
        row("another chain", "ATTESTATION_DOCUMENT_INTEGRITY",
            document([](NitroFields& f) { f.bundle = NitroChain::make(enclaveEngineNow).bundle(); }));
        row("no document", "ATTESTATION_DOCUMENT_MISSING",
            handshake([](Json& f) { f.erase("attestationDoc"); }));
        row("a document that is none", "ATTESTATION_DOCUMENT_DECODE",
            handshake([](Json& f) { f["attestationDoc"] = "AAAA"; }));
        row("another ciphertext", "ATTESTATION_CHALLENGE_MISMATCH",
            handshake([](Json& f) { f["encapsulatedSharedSecret"] = toHex(Bytes(1088, 1)); }));
        row("a short ciphertext", "HANDSHAKE_INVALID_RESPONSE",
            handshake([](Json& f) { f["encapsulatedSharedSecret"] = "00"; }));
        row("no connection id", "HANDSHAKE_INVALID_RESPONSE",
            handshake([](Json& f) { f["connectionId"] = ""; }));
        row("an error", "HANDSHAKE_FAILED", handshake([](Json& f) { f["type"] = "error"; }));
        row("an error for nobody", "HANDSHAKE_FAILED",
            [](auto& e) { e.before = {u"{\"type\":\"error\",\"message\":\"busy\"}"_s}; });
        row("no JSON", "MESSAGE_PARSE_FAILED", [](auto& e) { e.before = {u"hello"_s}; });
        row("a huge frame", "TRANSPORT_CLOSED", [](auto& e) { e.before = {QString(300'000, u' ')}; });
        row("silence", "REQUEST_TIMEOUT", [](auto& e) { e.isSilentOnHandshake = true; });
        row("an answer to another request", "REQUEST_TIMEOUT",
            handshake([](Json& f) { f["requestId"] = "req_0"; }));
        row("a cut connection", "TRANSPORT_CLOSED", [](auto& e) { e.hangsUpOnHandshake = true; });
    }

    void theShareStaysWithout()
    {
        QFETCH(const Script, script);
        QFETCH(const QString, code);
        ScriptedEnclave enclave(enclaveEngineNow);
        script(enclave);
        // Short only where silence is the point; a slow machine must not turn another row into it.
        const auto timeout = std::chrono::milliseconds(code == u"REQUEST_TIMEOUT"_s ? 300 : 30'000);
        Ceremony ceremony(enclave.url(), Ceremony::trustOf(enclave), timeout);
        ceremony.engine->sign(requestFor(SigningScheme::Ecdsa));
        QVERIFY(ceremony.wait());
        QTest::qWait(20);  // a second finished() or a late frame would come enclaveEngineNow
        QCOMPARE(ceremony.results.size(), std::size_t{1});
        QCOMPARE(ceremony.code(), code);
        QVERIFY(!ceremony.results.front().error().sentence.isEmpty());
        QVERIFY(enclave.request.is_null());
        QCOMPARE(ceremony.stages.back(), CeremonyStage::Starting);
        QCOMPARE(enclave.connections, 1);
    }

    void failuresWhileSigning_data()
    {
        QTest::addColumn<Script>("script");
        QTest::addColumn<QString>("code");
        const auto row = [](const char* name, const char* code, Script script) {
            QTest::newRow(name) << script << QString::fromLatin1(code);
        };
        const auto answer = [](auto change) { return [change](auto& e) { e.changeSignature = change; }; };
        row("an error", "SERVER_ERROR", answer([](Json& f) {
                f.erase("signature");
                f["error"] = {{"type", "HANDLER_ERROR"}, {"message", "the room is gone"}};
            }));
        row("neither", "SERVER_ERROR", answer([](Json& f) { f.erase("signature"); }));
        row("an error frame", "SERVER_ERROR", answer([](Json& f) { f["type"] = "error"; }));
        row("a short signature", "MESSAGE_PARSE_FAILED", answer([](Json& f) { f["signature"] = "0011"; }));
        row("no hex", "MESSAGE_PARSE_FAILED", answer([](Json& f) { f["signature"] = "xyz"; }));
        row("another version", "MESSAGE_PARSE_FAILED", answer([](Json& f) { f["version"] = 2; }));
        row("silence", "REQUEST_TIMEOUT", [](auto& e) { e.isSilentOnSigning = true; });
        row("an answer to another request", "REQUEST_TIMEOUT",
            answer([](Json& f) { f["requestId"] = "req_0"; }));
        row("a cut connection", "TRANSPORT_CLOSED", [](auto& e) { e.hangsUpOnSigning = true; });
        row("another connection id", "SERVER_ERROR",
            [](auto& e) { e.changeHandshake = [](Json& f) { f["connectionId"] = "conn-2"; }; });
    }

    void failuresWhileSigning()
    {
        QFETCH(const Script, script);
        QFETCH(const QString, code);
        ScriptedEnclave enclave(enclaveEngineNow);
        script(enclave);
        const auto timeout = std::chrono::milliseconds(code == u"REQUEST_TIMEOUT"_s ? 3000 : 30'000);
        Ceremony ceremony(enclave.url(), Ceremony::trustOf(enclave), timeout);
        ceremony.engine->sign(requestFor(SigningScheme::Ecdsa));
        QVERIFY(ceremony.wait());
        QTest::qWait(20);
        QCOMPARE(ceremony.results.size(), std::size_t{1});
        QCOMPARE(ceremony.code(), code);
        QCOMPARE(ceremony.stages.back(), CeremonyStage::Exchanged);
        QCOMPARE(enclave.connections, 1);  // a request is never sent twice
    }

    void cancelsAtAnyStage()
    {
        for (const auto stage :
             {CeremonyStage::Starting, CeremonyStage::Attested, CeremonyStage::Exchanged}) {
            ScriptedEnclave enclave(enclaveEngineNow);
            enclave.isSilentOnSigning = true;
            Ceremony ceremony(enclave.url(), Ceremony::trustOf(enclave));
            ceremony.onStage = [&](CeremonyStage reached) {
                if (reached == stage) {
                    ceremony.engine->cancel();
                    ceremony.engine->cancel();
                }
            };
            ceremony.engine->sign(requestFor(SigningScheme::Ecdsa));
            QVERIFY(ceremony.wait());
            QTest::qWait(20);
            QCOMPARE(ceremony.results.size(), std::size_t{1});
            QCOMPARE(ceremony.results.front().error().code, ErrorCode::Cancelled);
            QCOMPARE(ceremony.stages.back(), stage);
            QCOMPARE(enclave.request.is_null(), stage != CeremonyStage::Exchanged);
            ceremony.engine->cancel();  // of nothing
            QTest::qWait(20);
            QCOMPARE(ceremony.results.size(), std::size_t{1});
        }
    }

    void cancelsBeforeAnythingBegan()
    {
        ScriptedEnclave enclave(enclaveEngineNow);
        Ceremony ceremony(enclave.url(), Ceremony::trustOf(enclave));
        ceremony.engine->sign(requestFor(SigningScheme::Ecdsa));
        ceremony.engine->cancel();
        QVERIFY(ceremony.results.empty());
        QVERIFY(ceremony.wait());
        QCOMPARE(ceremony.results.front().error().code, ErrorCode::Cancelled);
        QVERIFY(ceremony.stages.empty());
        QCOMPARE(enclave.connections, 0);
    }

    void mayBeDestroyedAtAnyTime()
    {
        for (int stage = 0; stage < 3; ++stage) {
            ScriptedEnclave enclave(enclaveEngineNow);
            enclave.isSilentOnSigning = true;
            Ceremony ceremony(enclave.url(), Ceremony::trustOf(enclave));
            ceremony.engine->sign(requestFor(SigningScheme::Ecdsa));
            QVERIFY(waitUntil([&] { return ceremony.stages.size() > std::size_t(stage); }, patienceMs));
            ceremony.engine.reset();
            QTest::qWait(20);
            QVERIFY(ceremony.results.empty());
        }
    }

    void requestsThatCannotBeSentAreRefused()
    {
        ScriptedEnclave enclave(enclaveEngineNow);
        Ceremony ceremony(enclave.url(), Ceremony::trustOf(enclave));
        CeremonyRequest request = requestFor(SigningScheme::Ecdsa);
        request.input.pop_back();
        ceremony.engine->sign(std::move(request));
        QVERIFY(ceremony.results.empty());
        QVERIFY(ceremony.wait());
        QCOMPARE(ceremony.results.front().error().code, ErrorCode::InvalidInput);
        QCOMPARE(enclave.connections, 0);
    }

    /// connections: how often somebody tried, the plain question afterwards included where it is asked.
    void connectionsAreTriedTwice_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QString>("code");
        QTest::addColumn<int>("upgrades");
        QTest::newRow("too many requests")
            << QByteArray("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n")
            << u"CONNECTION_RATE_LIMITED"_s << 1;
        QTest::newRow("not found") << QByteArray("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                                   << u"CONNECTION_FAILED"_s << 2;
        QTest::newRow("elsewhere")
            << QByteArray("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")
            << u"CONNECTION_FAILED"_s << 2;
        QTest::newRow("hangs up") << QByteArray("") << u"CONNECTION_FAILED"_s << 2;
        QTest::newRow("silence") << QByteArray() << u"CONNECTION_TIMEOUT"_s << 2;
    }

    void connectionsAreTriedTwice()
    {
        QFETCH(const QByteArray, answer);
        QFETCH(const QString, code);
        QFETCH(const int, upgrades);
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        int seen = 0;
        connect(&server, &QTcpServer::newConnection, &server, [&] {
            QTcpSocket* peer = server.nextPendingConnection();
            connect(peer, &QTcpSocket::readyRead, peer, [&, peer] {
                const QByteArray request = peer->readAll();
                seen +=
                    request.contains("Upgrade: websocket") || request.contains("Upgrade: Websocket") ? 1 : 0;
                if (!answer.isNull()) {
                    peer->write(answer);
                    peer->disconnectFromHost();
                }
            });
        });
        const ScriptedEnclave enclave(enclaveEngineNow);
        Ceremony ceremony(QUrl(u"ws://127.0.0.1:%1/ws"_s.arg(server.serverPort())),
                          Ceremony::trustOf(enclave), std::chrono::seconds(30),
                          std::chrono::milliseconds(code == u"CONNECTION_TIMEOUT"_s ? 1000 : 10'000));
        ceremony.engine->sign(requestFor(SigningScheme::Ecdsa));
        QVERIFY(ceremony.wait());
        QCOMPARE(ceremony.code(), code);
        QCOMPARE(seen, upgrades);
    }

    void nobodyThere()
    {
        const ScriptedEnclave enclave(enclaveEngineNow);
        Ceremony ceremony(QUrl(u"ws://127.0.0.1:1/ws"_s), Ceremony::trustOf(enclave));
        ceremony.engine->sign(requestFor(SigningScheme::Ecdsa));
        QVERIFY(ceremony.wait());
        QCOMPARE(ceremony.code(), u"CONNECTION_FAILED"_s);
        QCOMPARE(ceremony.results.front().error().code, ErrorCode::Network);
    }

    void untrustedCertificatesEndTheConnection()
    {
        const UnixMillis today = SystemClock().now();
        const TestCertificate certificate = TestCertificate::make({.name = "127.0.0.1",
                                                                   .from = today - 3'600'000,
                                                                   .until = today + 3'600'000,
                                                                   .isAuthority = false},
                                                                  nullptr);
        QSslConfiguration server = QSslConfiguration::defaultConfiguration();
        const QSslCertificate own(QByteArray::fromStdString(certificate.pem()));
        server.setLocalCertificate(own);
        server.setPrivateKey(QSslKey(QByteArray::fromStdString(certificate.keyPem()), QSsl::Ec));
        ScriptedEnclave enclave(enclaveEngineNow, server);
        QCOMPARE(enclave.url().scheme(), u"wss"_s);
        // The name by which the certificate knows itself.
        QUrl url = enclave.url();
        url.setHost(u"127.0.0.1"_s);
        {
            Ceremony ceremony(url, Ceremony::trustOf(enclave));
            ceremony.engine->sign(requestFor(SigningScheme::Ecdsa));
            QVERIFY(ceremony.wait());
            QCOMPARE(ceremony.code(), u"CONNECTION_FAILED"_s);
            QVERIFY2(ceremony.results.front().error().sentence.contains(u"certificate is not trusted"_s),
                     qPrintable(ceremony.results.front().error().detail));
            QCOMPARE(enclave.connections, 0);
        }
        // The same where the certificate is trusted, so that the refusal above is about trust.
        const QSslConfiguration before = QSslConfiguration::defaultConfiguration();
        QSslConfiguration trusting = before;
        trusting.setCaCertificates({own});
        QSslConfiguration::setDefaultConfiguration(trusting);
        Ceremony ceremony(url, Ceremony::trustOf(enclave));
        ceremony.engine->sign(requestFor(SigningScheme::Ecdsa));
        const bool ended = ceremony.wait();
        QSslConfiguration::setDefaultConfiguration(before);
        QVERIFY(ended);
        QVERIFY2(ceremony.results.front(), qPrintable(ceremony.code()));
    }

    void optionsAreChecked()
    {
        const ScriptedEnclave enclave(enclaveEngineNow);
        const EnclaveTrust good = Ceremony::trustOf(enclave);
        const ManualClock clock(enclaveEngineNow);
        const auto accepts = [&](const QString& url, const EnclaveTrust& trust) {
            const auto engine = EnclaveEngine::make(
                {QUrl(url), trust, std::chrono::seconds(1), std::chrono::seconds(1), clock});
            return engine.has_value();
        };
        QVERIFY(accepts(u"wss://mpc-client.dynamicauth.com/ws"_s, dynamicProductionTrust()));
        QVERIFY(accepts(u"wss://mpc-client.dynamic-preprod.xyz/ws"_s, dynamicPreProductionTrust()));
        QVERIFY(accepts(u"ws://127.0.0.1:1/ws"_s, good));
        QVERIFY(!accepts(u"ws://example.com/ws"_s, good));
        QVERIFY(!accepts(u"https://example.com/ws"_s, good));
        QVERIFY(!accepts(u"wss://u:p@example.com/ws"_s, good));
        QVERIFY(!accepts(u"wss://example.com/ws"_s, {good.rootPem, Bytes(32, 1)}));
        QVERIFY(!accepts(u"wss://example.com/ws"_s, {"nothing", good.pcr8}));
    }
};

COUNTERSIGN_GUILESS_TEST(EnclaveEngineTest)
#include "EnclaveEngine_test.moc"
