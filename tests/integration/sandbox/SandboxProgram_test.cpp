#include "core/base/Base58.h"
#include "core/crypto/envelopes/HybridEnvelope.h"
#include "core/crypto/envelopes/WebhookSignature.h"
#include "core/crypto/keys/Address.h"
#include "tests/support/Patience.h"
#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/WebhookRecorder.h"
#include "tests/support/processes/SandboxProcess.h"

#include <QFile>
#include <QRandomGenerator>
#include <QSslCertificate>
#include <QSslKey>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include <signal.h>

#include <map>
#include <set>

using namespace countersign;
using namespace countersign::testing;

namespace {

constexpr const char* createdEvent = "wallet.delegation.created";
constexpr const char* revokedEvent = "wallet.delegation.revoked";

Json parsed(const QByteArray& body)
{
    return parseJson(body.toStdString()).value_or(Json());
}

QByteArray message(const Json& json)
{
    return QByteArray::fromStdString(dumpJson(json));
}

}  // namespace

/// The program as its users run it: a process, HTTP, and webhooks that arrive somewhere.
class SandboxProgramTest : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::optional<RsaPrivateKey> m_key;
    int m_files = 0;

    QString newPath() { return m_folder.filePath(QString::number(++m_files)); }
    QString publicKeyFile()
    {
        const QString path = newPath();
        QFile file(path);
        if (file.open(QIODevice::WriteOnly)) {
            file.write(QByteArray::fromStdString(m_key->publicKey().spkiPem()));
        }
        return path;
    }
    QStringList options(const WebhookRecorder& receiver, const QString& state = {})
    {
        QStringList list{QStringLiteral("--webhook-url"),    QString::fromLatin1(receiver.url()),
                         QStringLiteral("--encryption-key"), publicKeyFile(),
                         QStringLiteral("--retry-schedule"), QStringLiteral("0.2,0.6")};
        if (!state.isEmpty()) {
            list << QStringLiteral("--state") << state;
        }
        return list;
    }

    static bool isSigned(const SandboxProcess& sandbox, const WebhookRecorder::Delivery& delivery)
    {
        std::vector<SecretBytes> secrets;
        secrets.push_back(SecretBytes::copyOf(sandbox.value("webhookSecret")));
        const QByteArray signature = delivery.header("x-dynamic-signature-256");
        return verifyWebhook(signature.toStdString(), asBytes(delivery.body.toStdString()), secrets)
            .isValid();
    }

    Json opened(const Json& envelope)
    {
        const Result<HybridEnvelope> parsedEnvelope = parseEnvelope(envelope);
        if (!parsedEnvelope) {
            return {};
        }
        const Result<SecretBytes> plaintext = openEnvelope(*parsedEnvelope, *m_key);
        return plaintext ? parseJson(plaintext->text()).value_or(Json(std::string(plaintext->text())))
                         : Json();
    }

    /// Counts deliveries of one wallet's event.
    static int countOf(const WebhookRecorder& receiver, const char* event, const std::string& walletId)
    {
        int count = 0;
        for (const QByteArray& body : receiver.bodies(event)) {
            count += body.contains(QByteArray::fromStdString(walletId)) ? 1 : 0;
        }
        return count;
    }

    static std::string statusOf(SandboxProcess& sandbox, const char* event)
    {
        std::string status;
        for (const Json& delivery : sandbox.call("GET", QStringLiteral("/sandbox/webhooks")).json()) {
            if (delivery["eventName"] == event) {
                status = delivery["status"].get<std::string>();
            }
        }
        return status;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        m_key = *RsaPrivateKey::generate(2048);
    }

    void printsOneLineAndSaysWhatIsSimulated()
    {
        WebhookRecorder receiver;
        QVERIFY(receiver.listen());
        SandboxProcess sandbox;
        QVERIFY2(sandbox.start(options(receiver)), sandbox.errors().constData());
        QStringList members;
        for (const auto& [member, value] : sandbox.ready().items()) {
            members << QString::fromStdString(member);
            QVERIFY(value.is_string() && !value.get<std::string>().empty());
        }
        QCOMPARE(members.join(u' '),
                 QStringLiteral("url enclaveUrl environmentId apiToken webhookId webhookSecret "
                                "enclaveRootPem enclavePcr8 relayDomain"));
        QVERIFY(sandbox.value("enclaveUrl").starts_with("ws://127.0.0.1:"));
        QCOMPARE(sandbox.terminate(), 0);
        QVERIFY(sandbox.moreOutput().isEmpty());
        QVERIFY(sandbox.errors().contains("SIMULATES multi-party computation"));

        QProcess help;
        help.start(programPath("countersign-sandbox"), {QStringLiteral("--help")});
        QVERIFY(help.waitForFinished(patienceMs));
        QVERIFY(help.readAllStandardOutput().contains("SIMULATES multi-party computation"));
    }

    void wrongUsageExitsWith2_data()
    {
        QTest::addColumn<QStringList>("arguments");
        for (const char* line :
             {"", "run", "serve more", "serve --unknown", "serve --listen nowhere", "serve --listen",
              "serve --webhook-url http://example.com/", "serve --retry-schedule 60,15",
              "serve --encryption-key /does/not/exist", "serve --webhook-secret-file /dev/null"}) {
            QTest::newRow(line) << QString::fromLatin1(line).split(u' ', Qt::SkipEmptyParts);
        }
    }
    void wrongUsageExitsWith2()
    {
        QFETCH(QStringList, arguments);
        QProcess process;
        process.start(programPath("countersign-sandbox"), arguments);
        QVERIFY(process.waitForFinished(patienceMs));
        QCOMPARE(process.exitCode(), 2);
        QVERIFY(process.readAllStandardOutput().isEmpty());
        QVERIFY(!process.readAllStandardError().isEmpty());
    }

    /// It speaks without TLS and knows every key.
    void otherMachinesAreLetInOnRequestOnly()
    {
        const auto run = [](const QStringList& options) {
            QProcess process;
            process.start(programPath("countersign-sandbox"), QStringList{QStringLiteral("serve")} + options);
            process.waitForFinished(patienceMs);
            return std::pair(process.exitCode(), process.readAllStandardError());
        };
        for (const char* address : {"0.0.0.0:0", "[::]:0", "192.0.2.1:0", "[::ffff:0.0.0.0]:0"}) {
            const auto [status, said] = run({QStringLiteral("--listen"), QString::fromLatin1(address)});
            QCOMPARE(status, 2);
            QVERIFY2(said.contains("--allow-remote"), said.constData());
        }
        SandboxProcess remote;
        QVERIFY2(remote.start({QStringLiteral("--listen"), QStringLiteral("0.0.0.0:0"),
                               QStringLiteral("--allow-remote")}),
                 remote.errors().constData());
        QVERIFY2(remote.errors().contains("WARNING: it listens for other machines too"),
                 remote.errors().constData());
        QCOMPARE(remote.terminate(), 0);
        SandboxProcess local;
        QVERIFY(local.start(
            {QStringLiteral("--listen"), QStringLiteral("127.0.0.3:0"), QStringLiteral("--allow-remote")}));
        QVERIFY(!local.errors().contains("WARNING"));
        QCOMPARE(local.terminate(), 0);
    }

    /// Its standard error is no terminal here.
    void aServiceSurvivesAHangup()
    {
        SandboxProcess sandbox;
        QVERIFY2(sandbox.start({}), sandbox.errors().constData());
        for (int i = 1; i <= 3; ++i) {
            ::kill(static_cast<pid_t>(sandbox.processId()), SIGHUP);
            QVERIFY(QTest::qWaitFor(
                [&] { return sandbox.errors().count("SIGHUP: there is nothing to read again") == i; },
                patienceMs));
        }
        QCOMPARE(sandbox.call("GET", QStringLiteral("/sandbox")).status, 200);
        QCOMPARE(sandbox.terminate(), 0);
    }

    void theFirstWordIsASignedPing()
    {
        WebhookRecorder receiver;
        QVERIFY(receiver.listen());
        SandboxProcess sandbox;
        QVERIFY2(sandbox.start(options(receiver)), sandbox.errors().constData());
        QTRY_COMPARE_WITH_TIMEOUT(receiver.deliveries().size(), 1, patienceMs);
        const WebhookRecorder::Delivery ping = receiver.deliveries().first();
        QVERIFY(isSigned(sandbox, ping));
        QCOMPARE(ping.target, QByteArray("/in/desk?x=1"));
        QCOMPARE(ping.header("content-type"), QByteArray("application/json"));
        QVERIFY(ping.header("user-agent").startsWith("countersign-sandbox/"));
        const Json body = parsed(ping.body);
        QVERIFY(body["eventName"] == "ping");
        QCOMPARE(std::string(body["webhookId"]), sandbox.value("webhookId"));
        QCOMPARE(std::string(body["environmentId"]), sandbox.value("environmentId"));
        QCOMPARE(std::string(body["data"]["url"]), receiver.url().toStdString());
    }

    void aDelegationArrivesOnceAndOpens()
    {
        WebhookRecorder receiver;
        QVERIFY(receiver.listen());
        SandboxProcess sandbox;
        QVERIFY2(sandbox.start(options(receiver)), sandbox.errors().constData());
        for (const char* chain : {"EVM", "SVM"}) {
            const auto reply = sandbox.call("POST", QStringLiteral("/sandbox/delegations"),
                                            message({{"chain", chain}, {"count", 2}}));
            QCOMPARE(reply.status, 200);
            QCOMPARE(reply.json().size(), std::size_t(2));
            const Json wallet = reply.json()[1];
            const auto walletId = wallet["walletId"].get<std::string>();
            QTRY_VERIFY_WITH_TIMEOUT(countOf(receiver, createdEvent, walletId) > 0, patienceMs);
            QTRY_VERIFY_WITH_TIMEOUT(statusOf(sandbox, createdEvent) == "delivered", patienceMs);
            QCOMPARE(countOf(receiver, createdEvent, walletId), 1);

            Json data;
            for (const auto& delivery : receiver.deliveries()) {
                QVERIFY(isSigned(sandbox, delivery));
                if (delivery.body.contains(QByteArray::fromStdString(walletId))) {
                    data = parsed(delivery.body)["data"];
                }
            }
            QVERIFY(data["chain"] == chain && data["userId"] == wallet["userId"]);
            QVERIFY(data["publicKey"] == wallet["address"]);
            const Json share = opened(data["encryptedDelegatedShare"]);
            QCOMPARE(std::string(share["secretShare"]).size(), std::size_t(416));
            Bytes publicKey;
            for (const Json& byte : share["pubkey"]) {
                publicKey.push_back(byte.get<std::uint8_t>());
            }
            const std::string address =
                data["chain"] == "EVM" ? toText(*evmAddressOf(publicKey)) : toBase58(publicKey);
            QVERIFY(sameAddress(address, std::string(wallet["address"])));
            QVERIFY(std::string(opened(data["encryptedWalletApiKey"])).starts_with("dyn_"));
        }
    }

    void failuresAreTriedAgainWithTheSameBytes()
    {
        WebhookRecorder receiver;
        QVERIFY(receiver.listen());
        int created = 0;
        receiver.setAnswer([&](const WebhookRecorder::Delivery& delivery) {
            if (!delivery.body.contains("\"eventName\":\"wallet.delegation.created\"")) {
                return WebhookRecorder::status(200);
            }
            ++created;
            return created == 1   ? WebhookRecorder::status(500)
                   : created == 2 ? QByteArray()
                                  : WebhookRecorder::status(204);
        });
        SandboxProcess sandbox;
        QVERIFY2(sandbox.start(options(receiver)), sandbox.errors().constData());
        QCOMPARE(sandbox.call("POST", QStringLiteral("/sandbox/delegations"), R"({"chain":"EVM"})").status,
                 200);
        QTRY_COMPARE_WITH_TIMEOUT(statusOf(sandbox, createdEvent), std::string("delivered"), patienceMs);
        const auto bodies = receiver.bodies(createdEvent);
        QVERIFY2(bodies.size() >= 3,
                 sandbox.call("GET", QStringLiteral("/sandbox/webhooks"))
                     .body.constData());  // the closed kept connection may be replaced once
        QCOMPARE(std::set<QByteArray>(bodies.begin(), bodies.end()).size(), std::size_t(1));
    }

    void afterTheLastRetryAMessageIsFailedAndCanBeRedelivered()
    {
        WebhookRecorder receiver;
        QVERIFY(receiver.listen());
        bool open = false;
        receiver.setAnswer([&](const WebhookRecorder::Delivery&) {
            return open ? WebhookRecorder::status(200)
                        : WebhookRecorder::status(
                              302, "Location: http://127.0.0.1:" + QByteArray::number(receiver.port()) +
                                       "/elsewhere\r\n");
        });
        SandboxProcess sandbox;
        QVERIFY2(sandbox.start(options(receiver)), sandbox.errors().constData());
        QCOMPARE(sandbox.call("POST", QStringLiteral("/sandbox/delegations"), R"({"chain":"SVM"})").status,
                 200);
        QTRY_COMPARE_WITH_TIMEOUT(statusOf(sandbox, createdEvent), std::string("failed"), patienceMs);
        QCOMPARE(receiver.bodies(createdEvent).size(), 3);
        for (const auto& delivery : receiver.deliveries()) {
            QCOMPARE(delivery.target, QByteArray("/in/desk?x=1"));
        }

        open = true;
        const Json original = parsed(receiver.bodies(createdEvent).first());
        const QString redeliver =
            sandbox.environmentPath() + QStringLiteral("/webhooks/") +
            QString::fromStdString(sandbox.value("webhookId")) + QStringLiteral("/messages/") +
            QString::fromStdString(original["messageId"].get<std::string>()) + QStringLiteral("/redeliver");
        QCOMPARE(sandbox.call("POST", redeliver).status, 200);
        QTRY_COMPARE_WITH_TIMEOUT(statusOf(sandbox, createdEvent), std::string("delivered"), patienceMs);
        const Json again = parsed(receiver.bodies(createdEvent).last());
        QVERIFY(isSigned(sandbox, receiver.deliveries().last()));
        QVERIFY(again["redelivery"] == true);
        QVERIFY(again["messageId"] == original["messageId"] && again["eventId"] == original["eventId"]);
        QVERIFY(again["data"] == original["data"]);
    }

    void revokingAndDelegatingAgain()
    {
        WebhookRecorder receiver;
        QVERIFY(receiver.listen());
        SandboxProcess sandbox;
        QVERIFY2(sandbox.start(options(receiver)), sandbox.errors().constData());
        const Json wallet =
            sandbox.call("POST", QStringLiteral("/sandbox/delegations"), R"({"chain":"EVM"})").json()[0];
        const auto walletId = wallet["walletId"].get<std::string>();
        const QString path = QStringLiteral("/sandbox/delegations/") + QString::fromStdString(walletId);
        QCOMPARE(sandbox.call("DELETE", path).status, 200);
        QCOMPARE(sandbox.call("DELETE", path).status, 404);
        QCOMPARE(sandbox.call("DELETE", QStringLiteral("/sandbox/delegations/unknown")).status, 404);
        QTRY_COMPARE_WITH_TIMEOUT(countOf(receiver, revokedEvent, walletId), 1, patienceMs);

        const auto again = sandbox.call("POST", QStringLiteral("/sandbox/delegations"),
                                        message({{"walletId", walletId}, {"chain", "EVM"}}));
        QCOMPARE(again.status, 200);
        QVERIFY(again.json()[0] == wallet);
        QTRY_COMPARE_WITH_TIMEOUT(countOf(receiver, createdEvent, walletId), 2, patienceMs);
        const Json first = parsed(receiver.bodies(createdEvent).first())["data"];
        const Json second = parsed(receiver.bodies(createdEvent).last())["data"];
        QVERIFY(first["publicKey"] == second["publicKey"]);
        QVERIFY(first["shareSetId"] != second["shareSetId"]);
        QVERIFY(opened(first["encryptedWalletApiKey"]) != opened(second["encryptedWalletApiKey"]));
        QVERIFY(opened(first["encryptedDelegatedShare"])["secretShare"] !=
                opened(second["encryptedDelegatedShare"])["secretShare"]);
        const Json listed = sandbox.call("GET", QStringLiteral("/sandbox/wallets")).json();
        QVERIFY(listed[0]["shareSetId"] == second["shareSetId"] && listed[0]["status"] == "active");
    }

    void aKeyCanBeRegisteredLater()
    {
        WebhookRecorder receiver;
        QVERIFY(receiver.listen());
        SandboxProcess sandbox;
        QVERIFY(sandbox.start({QStringLiteral("--webhook-url"), QString::fromLatin1(receiver.url())}));
        const auto refused =
            sandbox.call("POST", QStringLiteral("/sandbox/delegations"), R"({"chain":"EVM"})");
        QCOMPARE(refused.status, 409);
        QVERIFY(refused.json()["error"].is_string());
        const QString keys =
            sandbox.environmentPath() + QStringLiteral("/waas/delegatedAccess/encryptionPublicKeys");
        const auto registered =
            sandbox.call("POST", keys, message({{"publicKey", m_key->publicKey().spkiPem()}}));
        QCOMPARE(registered.status, 200);
        const auto kid = registered.json()["kid"].get<std::string>();
        QVERIFY(kid.starts_with("dynamic_rsa_"));
        QVERIFY(sandbox.call("GET", keys).json()["key"] == registered.json());
        QCOMPARE(sandbox.call("POST", QStringLiteral("/sandbox/delegations"), R"({"chain":"EVM"})").status,
                 200);
        QTRY_COMPARE_WITH_TIMEOUT(receiver.bodies(createdEvent).size(), 1, patienceMs);
        QVERIFY(parsed(receiver.bodies(createdEvent).first())["data"]["encryptedWalletApiKey"]["kid"] == kid);
    }

    void hostileCallers()
    {
        WebhookRecorder receiver;
        QVERIFY(receiver.listen());
        SandboxProcess sandbox;
        QVERIFY2(sandbox.start(options(receiver)), sandbox.errors().constData());
        const QString delegations = QStringLiteral("/sandbox/delegations");
        QCOMPARE(sandbox.call("POST", delegations, R"({"chain":"EVM"})", "").status, 401);
        QCOMPARE(sandbox.call("POST", delegations, R"({"chain":"EVM"})", "dyn_wrong").status, 401);
        QCOMPARE(sandbox.call("GET", QStringLiteral("/sandbox/wallets"), {}, "").status, 401);
        QCOMPARE(sandbox.call("PATCH", delegations).status, 405);
        QCOMPARE(sandbox.call("GET", QStringLiteral("/sandbox/nothing")).status, 404);
        for (const QByteArray& body :
             {QByteArray(), QByteArray("{"), QByteArray(100'000, '['),
              QByteArray("{\"chain\":\"EVM\",\"count\":1e99}"), QByteArray("{\"chain\":\"\xff\"}")}) {
            QCOMPARE(sandbox.call("POST", delegations, body).status, 400);
        }
        QTcpSocket huge;
        huge.connectToHost(QStringLiteral("127.0.0.1"),
                           static_cast<quint16>(QUrl(QString::fromStdString(sandbox.value("url"))).port()));
        QVERIFY(huge.waitForConnected(patienceMs));
        huge.write("POST /sandbox/delegations HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n");
        QVERIFY(huge.waitForReadyRead(patienceMs));
        QVERIFY(huge.readAll().startsWith("HTTP/1.1 413"));
        QCOMPARE(sandbox.call("GET", QStringLiteral("/sandbox/wallets")).body, QByteArray("[]"));
    }

    void aKillLosesNothing()
    {
        const QString state = newPath();
        WebhookRecorder receiver;
        QVERIFY(receiver.listen());
        const quint16 port = receiver.port();
        receiver.close();
        const QStringList withState = options(receiver, state);
        std::string readyBefore;
        Json wallet;
        {
            SandboxProcess sandbox;
            QVERIFY2(sandbox.start(withState), sandbox.errors().constData());
            wallet =
                sandbox.call("POST", QStringLiteral("/sandbox/delegations"), R"({"chain":"EVM"})").json()[0];
            readyBefore = sandbox.value("apiToken") + sandbox.value("webhookSecret") +
                          sandbox.value("environmentId") + sandbox.value("webhookId") +
                          sandbox.value("enclaveRootPem") + sandbox.value("enclavePcr8");
            sandbox.kill();
        }
        QVERIFY(receiver.listen(port));
        SandboxProcess sandbox;
        QVERIFY2(sandbox.start(withState), sandbox.errors().constData());
        QCOMPARE(sandbox.value("apiToken") + sandbox.value("webhookSecret") + sandbox.value("environmentId") +
                     sandbox.value("webhookId") + sandbox.value("enclaveRootPem") +
                     sandbox.value("enclavePcr8"),
                 readyBefore);
        QTRY_COMPARE_WITH_TIMEOUT(countOf(receiver, createdEvent, wallet["walletId"].get<std::string>()), 1,
                                  patienceMs);
        QVERIFY(isSigned(sandbox, receiver.deliveries().first()));
        QTRY_COMPARE_WITH_TIMEOUT(receiver.bodies("ping").size(), 2, patienceMs);
    }

    void manyKillsLoseNothing()
    {
        const QString state = newPath();
        WebhookRecorder receiver;
        QVERIFY(receiver.listen());
        const QStringList withState = options(receiver, state);
        std::set<std::string> promised;
        for (int round = 0; round < 8; ++round) {
            SandboxProcess sandbox;
            QVERIFY2(sandbox.start(withState), sandbox.errors().constData());
            const auto made =
                sandbox.call("POST", QStringLiteral("/sandbox/delegations"), R"({"chain":"SVM","count":25})");
            QCOMPARE(made.status, 200);
            for (const Json& wallet : made.json()) {
                promised.insert(wallet["walletId"].get<std::string>());
            }
            QTest::qWait(static_cast<int>(QRandomGenerator::global()->bounded(30)));
            sandbox.kill();
        }
        SandboxProcess sandbox;
        QVERIFY2(sandbox.start(withState), sandbox.errors().constData());
        QCOMPARE(sandbox.call("GET", QStringLiteral("/sandbox/wallets")).json().size(), promised.size());
        const auto delivered = [&] {
            std::map<std::string, std::set<std::string>> messages;
            for (const QByteArray& body : receiver.bodies(createdEvent)) {
                const Json json = parsed(body);
                messages[json["data"]["walletId"].get<std::string>()].insert(
                    json["messageId"].get<std::string>());
            }
            return messages;
        };
        QTRY_COMPARE_WITH_TIMEOUT(delivered().size(), promised.size(), patienceMs);
        for (const auto& [walletId, messages] : delivered()) {
            QVERIFY(promised.contains(walletId));
            QCOMPARE(messages.size(), std::size_t(1));  // sent twice perhaps, but never as two messages
        }
    }

    void tlsIsVerified()
    {
        const QString keyFile = newPath();
        const QString certificateFile = newPath();
        QProcess openssl;
        openssl.start(QStringLiteral("openssl"),
                      {QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-newkey"),
                       QStringLiteral("rsa:2048"), QStringLiteral("-nodes"), QStringLiteral("-days"),
                       QStringLiteral("2"), QStringLiteral("-subj"), QStringLiteral("/CN=receiver"),
                       QStringLiteral("-addext"), QStringLiteral("subjectAltName=IP:127.0.0.1"),
                       QStringLiteral("-keyout"), keyFile, QStringLiteral("-out"), certificateFile});
        if (!openssl.waitForFinished(patienceMs) || openssl.exitCode() != 0) {
            QSKIP("the openssl program is not installed");
        }
        QFile key(keyFile);
        QVERIFY(key.open(QIODevice::ReadOnly));
        QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
        tls.setPrivateKey(QSslKey(&key, QSsl::Rsa));
        tls.setLocalCertificate(QSslCertificate::fromPath(certificateFile).first());
        WebhookRecorder receiver;
        receiver.useTls(tls);
        QVERIFY(receiver.listen());

        SandboxProcess distrustful;
        QVERIFY2(distrustful.start(options(receiver)), distrustful.errors().constData());
        QTRY_COMPARE_WITH_TIMEOUT(statusOf(distrustful, "ping"), std::string("failed"), patienceMs);
        QVERIFY(receiver.deliveries().isEmpty());

        SandboxProcess trusting;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("SSL_CERT_FILE"), certificateFile);
        QVERIFY2(trusting.start(options(receiver), environment), trusting.errors().constData());
        QTRY_COMPARE_WITH_TIMEOUT(receiver.bodies("ping").size(), 1, patienceMs);
        QVERIFY(isSigned(trusting, receiver.deliveries().first()));
    }
};

COUNTERSIGN_GUILESS_TEST(SandboxProgramTest)
#include "SandboxProgram_test.moc"
