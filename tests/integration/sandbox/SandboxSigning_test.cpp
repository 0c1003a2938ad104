#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/crypto/envelopes/HybridEnvelope.h"
#include "core/crypto/primitives/Ed25519.h"
#include "core/crypto/primitives/Keccak.h"
#include "core/crypto/primitives/Secp256k1.h"
#include "core/crypto/primitives/Sha256.h"
#include "tests/support/Patience.h"
#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/EnclavePeer.h"
#include "tests/support/fakes/WebhookRecorder.h"
#include "tests/support/processes/SandboxProcess.h"

#include <QDir>
#include <QFile>
#include <QNetworkReply>
#include <QTemporaryDir>
#include <QTest>
#include <QWebSocket>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// What a console holds of one delegation.
struct Held
{
    std::string walletId;
    std::string address;
    std::string walletApiKey;
    Json share;
    Bytes publicKey;
};

Bytes publicKeyOf(const Json& share)
{
    Bytes key;
    for (const Json& byte : share["pubkey"]) {
        key.push_back(byte.get<std::uint8_t>());
    }
    return key;
}

/// Sends one frame after the other and waits for each answer.
class Wire
{
public:
    explicit Wire(const SandboxProcess& sandbox)
    {
        QObject::connect(&socket, &QWebSocket::textMessageReceived, &socket,
                         [this](const QString& text) { m_answers << text.toUtf8(); });
        socket.open(QUrl(QString::fromStdString(sandbox.value("enclaveUrl"))));
    }
    bool opens()
    {
        return waitUntil([this] { return socket.state() == QAbstractSocket::ConnectedState; }, patienceMs);
    }
    Json ask(const Json& frame)
    {
        m_answers.clear();
        socket.sendTextMessage(QString::fromStdString(dumpJson(frame)));
        const bool came = waitUntil(
            [this] { return !m_answers.isEmpty() || socket.state() == QAbstractSocket::UnconnectedState; },
            patienceMs);
        return came && !m_answers.isEmpty() ? parseJson(m_answers.first().toStdString()).value_or(Json())
                                            : Json();
    }
    bool handshake() { return opens() && peer.accept(ask(peer.handshake())); }

    QWebSocket socket;
    EnclavePeer peer;

private:
    QList<QByteArray> m_answers;
};

}  // namespace

/// Signing with the program as its users run it: REST with event streams, and the enclave's WebSocket.
class SandboxSigningTest : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::optional<RsaPrivateKey> m_key;
    QNetworkAccessManager m_network;
    std::vector<std::unique_ptr<QNetworkReply>> m_streams;

    bool start(SandboxProcess& sandbox, const WebhookRecorder& receiver, const QString& state = {})
    {
        const QString keyFile = m_folder.filePath(QStringLiteral("key.pem"));
        QFile file(keyFile);
        if (!file.open(QIODevice::WriteOnly) ||
            file.write(QByteArray::fromStdString(m_key->publicKey().spkiPem())) <= 0) {
            return false;
        }
        file.close();
        QStringList options{QStringLiteral("--webhook-url"), QString::fromLatin1(receiver.url()),
                            QStringLiteral("--encryption-key"), keyFile};
        if (!state.isEmpty()) {
            options << QStringLiteral("--state") << state;
        }
        return sandbox.start(options);
    }

    std::string opened(const Json& envelope)
    {
        return std::string(openEnvelope(*parseEnvelope(envelope), *m_key)->text());
    }

    std::optional<Held> delegate(SandboxProcess& sandbox, const WebhookRecorder& receiver, const char* chain)
    {
        const Json made = sandbox
                              .call("POST", QStringLiteral("/sandbox/delegations"),
                                    QByteArray::fromStdString(dumpJson(Json{{"chain", chain}})))
                              .json();
        const QByteArray id = QByteArray::fromStdString(made[0]["walletId"].get<std::string>());
        QByteArray body;
        const bool came = waitUntil(
            [&] {
                for (const QByteArray& candidate : receiver.bodies("wallet.delegation.created")) {
                    body = candidate.contains(id) ? candidate : body;
                }
                return !body.isEmpty();
            },
            patienceMs);
        if (!came) {
            return std::nullopt;
        }
        const Json data = (*parseJson(body.toStdString()))["data"];
        const Json share = *parseJson(opened(data["encryptedDelegatedShare"]));
        return Held{made[0]["walletId"].get<std::string>(), made[0]["address"].get<std::string>(),
                    opened(data["encryptedWalletApiKey"]), share, publicKeyOf(share)};
    }

    QNetworkReply* post(SandboxProcess& sandbox, const Held& held, const Json& body)
    {
        QNetworkRequest request(QUrl(QString::fromStdString(sandbox.value("url")) +
                                     sandbox.environmentPath() + QStringLiteral("/waas/") +
                                     QString::fromStdString(held.walletId) +
                                     QStringLiteral("/delegatedAccess/signMessage")));
        request.setRawHeader("Authorization",
                             "Bearer " + QByteArray::fromStdString(sandbox.value("apiToken")));
        request.setRawHeader("x-dyn-wallet-api-key", QByteArray::fromStdString(held.walletApiKey));
        request.setRawHeader("Accept", "text/event-stream");
        request.setRawHeader("Content-Type", "application/json");
        request.setRawHeader("x-countersign-tool", "test");
        m_streams.emplace_back(m_network.post(request, QByteArray::fromStdString(dumpJson(body))));
        return m_streams.back().get();
    }

    /// Opens a room; its stream stays open.
    std::string room(SandboxProcess& sandbox, const Held& held, const Json& body)
    {
        QNetworkReply* reply = post(sandbox, held, body);
        QByteArray text;
        const bool came = waitUntil(
            [&] {
                text += reply->readAll();
                return text.contains("\n\n");
            },
            patienceMs);
        const qsizetype at = text.indexOf("data: ");
        return came ? parseJson(text.mid(at + 6).toStdString())->value("roomId", std::string())
                    : std::string();
    }

    static EnclavePeer::Sign request(const SandboxProcess& sandbox, const Held& held, bool evm,
                                     const Bytes& message, const std::string& roomId)
    {
        EnclavePeer::Sign sign;
        sign.signingAlgo = evm ? "ecdsa" : "ed25519";
        sign.hashAlgo = evm ? std::optional<std::string>("keccak256") : std::nullopt;
        sign.message = message;
        sign.roomId = roomId;
        sign.relayDomain = sandbox.value("relayDomain");
        sign.share = held.share;
        return sign;
    }

    static bool isSignature(const Held& held, bool evm, BytesView message, const std::string& hex)
    {
        const Bytes wire = fromHex(hex).value_or(Bytes());
        if (!evm) {
            return ed25519::verify(held.publicKey, message, wire);
        }
        if (wire.size() < 73) {
            return false;
        }
        secp256k1::Signature signature;
        std::copy_n(wire.begin(), 32, signature.r.begin());
        std::copy_n(wire.begin() + 32, 32, signature.s.begin());
        signature.recoveryId = static_cast<std::uint8_t>(wire[64] - 27);
        const auto key = secp256k1::recover(keccak256(message), signature);
        return key && std::equal(key->begin(), key->end(), held.publicKey.begin(), held.publicKey.end());
    }

    /// Runs one of the scripts beside this file with the official packages in folder; null when it failed.
    static Json official(const char* script, const QString& folder, const Json& input,
                         const QStringList& more = {})
    {
        QProcess node;
        node.start(
            QStringLiteral("node"),
            QStringList{sourcePath("tests/integration/sandbox/") + QLatin1String(script), folder} + more);
        node.write(QByteArray::fromStdString(dumpJson(input)));
        node.closeWriteChannel();
        if (!waitUntil([&] { return node.state() == QProcess::NotRunning; }, longPatienceMs)) {
            node.kill();
            node.waitForFinished();
        }
        const QByteArray errors = node.readAllStandardError();
        if (!errors.isEmpty()) {
            qWarning("%s", errors.constData());
        }
        return parseJson(node.readAllStandardOutput().toStdString()).value_or(Json());
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        m_key = *RsaPrivateKey::generate(2048);
    }
    void cleanup() { m_streams.clear(); }

    void theRelayDomainIsOneThatTheOfficialCodecTakes()
    {
        WebhookRecorder receiver;
        QVERIFY(receiver.listen());
        SandboxProcess sandbox;
        QVERIFY2(start(sandbox, receiver), sandbox.errors().constData());
        const QRegularExpression dns(
            QStringLiteral("^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$"));
        QVERIFY(dns.match(QString::fromStdString(sandbox.value("relayDomain"))).hasMatch());
        QVERIFY(sandbox.value("enclaveUrl").ends_with("/ws"));
        QCOMPARE(sandbox.call("GET", QStringLiteral("/ws")).status, 426);
    }

    void signsOverTheWire()
    {
        WebhookRecorder receiver;
        QVERIFY(receiver.listen());
        SandboxProcess sandbox;
        QVERIFY2(start(sandbox, receiver), sandbox.errors().constData());
        const Bytes message = toBytes(asBytes("hello"));
        for (const char* chain : {"EVM", "SVM"}) {
            const bool evm = std::string_view(chain) == "EVM";
            const auto held = delegate(sandbox, receiver, chain);
            QVERIFY(held.has_value());
            const std::string roomId = room(sandbox, *held, Json{{"message", "0x" + toHex(message)}});
            QCOMPARE(roomId.size(), std::size_t(32));
            QNetworkReply* stream = m_streams.back().get();
            QVERIFY(stream->isRunning());
            Wire wire(sandbox);
            QVERIFY(wire.handshake());
            const Json answer = wire.ask(wire.peer.sign(request(sandbox, *held, evm, message, roomId)));
            QVERIFY2(isSignature(*held, evm, message, answer.value("signature", std::string())),
                     dumpJson(answer).c_str());
            QByteArray rest;
            QTRY_VERIFY_WITH_TIMEOUT((rest += stream->readAll(), stream->isFinished()), patienceMs);
            QVERIFY(rest.contains("event: ceremony_complete\n"));
            QCOMPARE(stream->error(), QNetworkReply::NoError);
        }
        QCOMPARE(sandbox.call("GET", QStringLiteral("/sandbox/signatures")).json().size(), std::size_t(2));
    }

    void aKillForgetsRoomsAndKeepsTheLedger()
    {
        WebhookRecorder receiver;
        QVERIFY(receiver.listen());
        const QString state = m_folder.filePath(QStringLiteral("state"));
        const Bytes message = toBytes(asBytes("hello"));
        std::optional<Held> held;
        std::string openRoom;
        Json ledger;
        {
            SandboxProcess sandbox;
            QVERIFY2(start(sandbox, receiver, state), sandbox.errors().constData());
            held = delegate(sandbox, receiver, "EVM");
            QVERIFY(held.has_value());
            Wire wire(sandbox);
            QVERIFY(wire.handshake());
            const std::string roomId = room(sandbox, *held, Json{{"message", "0x68656c6c6f"}});
            QVERIFY(wire.ask(wire.peer.sign(request(sandbox, *held, true, message, roomId)))
                        .contains("signature"));
            ledger = sandbox.call("GET", QStringLiteral("/sandbox/signatures")).json();
            QCOMPARE(ledger.size(), std::size_t(1));
            openRoom = room(sandbox, *held, Json{{"message", "0x68656c6c6f"}});
            sandbox.kill();
        }
        SandboxProcess sandbox;
        QVERIFY2(start(sandbox, receiver, state), sandbox.errors().constData());
        QCOMPARE(dumpJson(sandbox.call("GET", QStringLiteral("/sandbox/signatures")).json()),
                 dumpJson(ledger));
        Wire wire(sandbox);
        QVERIFY(wire.handshake());
        QVERIFY(wire.ask(wire.peer.sign(request(sandbox, *held, true, message, openRoom))).contains("error"));
        const std::string roomId = room(sandbox, *held, Json{{"message", "0x68656c6c6f"}});
        QVERIFY(
            wire.ask(wire.peer.sign(request(sandbox, *held, true, message, roomId))).contains("signature"));
    }

    void revokedSharesDoNotSign()
    {
        WebhookRecorder receiver;
        QVERIFY(receiver.listen());
        SandboxProcess sandbox;
        QVERIFY2(start(sandbox, receiver), sandbox.errors().constData());
        const auto held = delegate(sandbox, receiver, "SVM");
        QVERIFY(held.has_value());
        const std::string roomId = room(sandbox, *held, Json{{"message", "68656c6c6f"}});
        Wire wire(sandbox);
        QVERIFY(wire.handshake());
        const QString delegation = sandbox.environmentPath() + QStringLiteral("/waas/") +
                                   QString::fromStdString(held->walletId) +
                                   QStringLiteral("/delegatedAccess");
        QCOMPARE(sandbox.call("DELETE", delegation).status, 204);
        const Json answer =
            wire.ask(wire.peer.sign(request(sandbox, *held, false, toBytes(asBytes("hello")), roomId)));
        QVERIFY(answer.contains("error") && !answer.contains("signature"));
        QTRY_COMPARE_WITH_TIMEOUT(receiver.bodies("wallet.delegation.revoked").size(), 1, patienceMs);
        QNetworkReply* refused = post(sandbox, *held, Json{{"message", "00"}});
        QTRY_VERIFY_WITH_TIMEOUT(refused->isFinished(), patienceMs);
        QCOMPARE(refused->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), 403);
        QVERIFY(sandbox.call("GET", QStringLiteral("/sandbox/signatures")).json().empty());
    }

    void faultsReachTheWire()
    {
        WebhookRecorder receiver;
        QVERIFY(receiver.listen());
        SandboxProcess sandbox;
        QVERIFY2(start(sandbox, receiver), sandbox.errors().constData());
        const auto held = delegate(sandbox, receiver, "EVM");
        QVERIFY(held.has_value());
        const auto plan = [&](const char* body) {
            return sandbox.call("PUT", QStringLiteral("/sandbox/faults"), body).status;
        };
        QCOMPARE(plan(R"({"signMessage":"drop"})"), 200);
        QNetworkReply* dropped = post(sandbox, *held, Json{{"message", "0x00"}});
        QTRY_VERIFY_WITH_TIMEOUT(dropped->isFinished(), patienceMs);
        // Qt calls the cut an error or not, as bytes and end arrive: what counts is that no event is whole.
        QVERIFY(!dropped->readAll().contains("\n\n"));

        QCOMPARE(plan(R"({"enclave":"close-1001"})"), 200);
        Wire closing(sandbox);
        QVERIFY(closing.opens());
        QVERIFY(closing.ask(closing.peer.handshake()).is_null());
        QCOMPARE(closing.socket.closeCode(), QWebSocketProtocol::CloseCodeGoingAway);

        QCOMPARE(plan(R"({"enclave":"drop-while-signing"})"), 200);
        Wire cut(sandbox);
        QVERIFY(cut.handshake());
        const std::string roomId = room(sandbox, *held, Json{{"message", "0x00"}});
        QVERIFY(cut.ask(cut.peer.sign(request(sandbox, *held, true, Bytes{0}, roomId))).is_null());
        QVERIFY(sandbox.call("GET", QStringLiteral("/sandbox/signatures")).json().empty());
    }

    void theOfficialEnclaveClientGetsSignatures()
    {
        const QString folder = sourcePath("tests/integration/mpc");
        if (!QDir(folder + QStringLiteral("/node_modules/@dynamic-labs-wallet/forward-mpc-client"))
                 .exists()) {
            QSKIP("tests/integration/mpc has no node_modules: run npm ci there");
        }
        WebhookRecorder receiver;
        QVERIFY(receiver.listen());
        SandboxProcess sandbox;
        QVERIFY2(start(sandbox, receiver), sandbox.errors().constData());
        const auto evm = delegate(sandbox, receiver, "EVM");
        const auto svm = delegate(sandbox, receiver, "SVM");
        QVERIFY(evm && svm);
        const Bytes message = toBytes(asBytes("hello"));
        const Json body{{"message", "0x68656c6c6f"}};
        const std::string usedRoom = room(sandbox, *evm, body);
        Json input{{"enclaveUrl", sandbox.value("enclaveUrl")},
                   {"relayDomain", sandbox.value("relayDomain")},
                   {"expectedPcr8", sandbox.value("enclavePcr8")},
                   {"requests",
                    {{{"algorithm", "ecdsa"},
                      {"hashAlgo", "keccak256"},
                      {"message", "0x68656c6c6f"},
                      {"roomId", usedRoom},
                      {"share", evm->share}},
                     {{"algorithm", "ed25519"},
                      {"message", "68656c6c6f"},
                      {"roomId", room(sandbox, *svm, body)},
                      {"share", svm->share}},
                     {{"algorithm", "ecdsa"},
                      {"message", toHex(keccak256(message))},
                      {"roomId", room(sandbox, *evm, body)},
                      {"share", evm->share}},
                     {{"algorithm", "ecdsa"},
                      {"hashAlgo", "keccak256"},
                      {"message", "0x68656c6c6f"},
                      {"roomId", usedRoom},
                      {"share", evm->share}}}}};
        const Json answer = official("forward_client.cjs", folder, input);
        QVERIFY(answer.is_object());
        QVERIFY2(answer["results"].size() == 4, dumpJson(answer).c_str());
        const auto signature = [&](std::size_t index) {
            return answer["results"][index].value("signature", std::string());
        };
        QVERIFY2(isSignature(*evm, true, message, signature(0)), dumpJson(answer["results"]).c_str());
        QVERIFY2(isSignature(*svm, false, message, signature(1)), dumpJson(answer["results"]).c_str());
        QVERIFY2(isSignature(*evm, true, message, signature(2)), dumpJson(answer["results"]).c_str());
        QCOMPARE(answer["results"][3].value("code", std::string()), std::string("SERVER_ERROR"));
        QCOMPARE(answer["attested"].size(), std::size_t(4));
        QVERIFY(fromBase64(answer["attested"][0]["document"].get<std::string>())->size() > 3'000);
        QCOMPARE(sandbox.call("GET", QStringLiteral("/sandbox/signatures")).json().size(), std::size_t(3));

        // Its own verifier knows one root only, AWS's: the sandbox can never pass for it.
        input["requests"] = Json::array({input["requests"][0]});
        const Json strict = official("forward_client.cjs", folder, input, {QStringLiteral("own")});
        QVERIFY2(dumpJson(strict).find("ATTESTATION_DOCUMENT_INTEGRITY") != std::string::npos,
                 dumpJson(strict).c_str());
    }

    void theOfficialServerSdkEntersItsSigner()
    {
        const QString folder = sourcePath("app/mpc-helper");
        if (!QDir(folder + QStringLiteral("/node_modules/@dynamic-labs-wallet/node")).exists()) {
            QSKIP("app/mpc-helper has no node_modules: run npm ci there");
        }
        WebhookRecorder receiver;
        QVERIFY(receiver.listen());
        SandboxProcess sandbox;
        QVERIFY2(start(sandbox, receiver), sandbox.errors().constData());
        const auto evm = delegate(sandbox, receiver, "EVM");
        const auto svm = delegate(sandbox, receiver, "SVM");
        QVERIFY(evm && svm);
        const auto requestOf = [](const Held& held, const char* chain, const std::string& walletApiKey) {
            return Json{{"walletId", held.walletId},
                        {"walletApiKey", walletApiKey},
                        {"share", held.share},
                        {"chain", chain},
                        {"message", "0x48656c6c6f"}};
        };
        const Json answer = official(
            "delegated_client.cjs", folder,
            Json{{"url", sandbox.value("url")},
                 {"environmentId", sandbox.value("environmentId")},
                 {"apiToken", sandbox.value("apiToken")},
                 {"relayDomain", sandbox.value("relayDomain")},
                 {"requests",
                  {requestOf(*evm, "EVM", evm->walletApiKey), requestOf(*svm, "SVM", svm->walletApiKey),
                   requestOf(*evm, "EVM", svm->walletApiKey)}}});
        QVERIFY2(answer.is_array() && answer.size() == 3, dumpJson(answer).c_str());
        // The sandbox's shares are not the library's, so that entering the signer shows as this refusal.
        for (const std::size_t index : {0, 1}) {
            QVERIFY2(
                answer[index]["message"].get<std::string>().find("Invalid secret share") != std::string::npos,
                dumpJson(answer).c_str());
        }
        QCOMPARE(answer[2].value("status", 0), 403);
        const Json rooms = sandbox.call("GET", QStringLiteral("/sandbox/rooms")).json();
        QCOMPARE(rooms.size(), std::size_t(2));
        QCOMPARE(rooms[0]["context"]["evmMessage"].get<std::string>(), std::string("Hello"));
    }
};

COUNTERSIGN_GUILESS_TEST(SandboxSigningTest)
#include "SandboxSigning_test.moc"
