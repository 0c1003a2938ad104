#include "core/base/encoding/Base58.h"
#include "core/crypto/keys/Address.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/WebhookRecorder.h"
#include "tests/support/fixtures/dynamic/SandboxScene.h"
#include "tests/support/processes/SandboxProcess.h"

#include <QFile>
#include <QSslCertificate>
#include <QSslKey>
#include <QTest>

#include <set>

using namespace countersign;
using namespace countersign::testing;

/// The webhooks of the program as they arrive somewhere.
class SandboxWebhooksTest : public QObject, private SandboxScene
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { begin(); }

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
            sandbox.call("POST", keys, message({{"publicKey", key->publicKey().spkiPem()}}));
        QCOMPARE(registered.status, 200);
        const auto kid = registered.json()["kid"].get<std::string>();
        QVERIFY(kid.starts_with("dynamic_rsa_"));
        QVERIFY(sandbox.call("GET", keys).json()["key"] == registered.json());
        QCOMPARE(sandbox.call("POST", QStringLiteral("/sandbox/delegations"), R"({"chain":"EVM"})").status,
                 200);
        QTRY_COMPARE_WITH_TIMEOUT(receiver.bodies(createdEvent).size(), 1, patienceMs);
        QVERIFY(parsed(receiver.bodies(createdEvent).first())["data"]["encryptedWalletApiKey"]["kid"] == kid);
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

COUNTERSIGN_GUILESS_TEST(SandboxWebhooksTest)
#include "SandboxWebhooks_test.moc"
