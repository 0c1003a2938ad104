#include "core/dynamic/HttpInspectionApi.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fakes/ScriptedHttpServer.h"
#include "tests/support/fixtures/dynamic/DynamicScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

struct InspectionCalls
{
    ScriptedHttpServer server;
    std::unique_ptr<HttpInspectionApi> api;

    InspectionCalls()
    {
        auto connection =
            DynamicConnection::make(server.url(), "env-1", SecretBytes::copyOf("dyn_token123"), {});
        api = std::make_unique<HttpInspectionApi>(*std::move(connection));
    }

    void say(int status, const QByteArray& body, const QByteArray& headers = {})
    {
        server.answers.push_back({.bytes = ScriptedHttpServer::http(
                                      status, body, "Content-Type: application/json\r\n" + headers)});
    }
    QByteArray requestLine(int index) const
    {
        return server.requests.at(index).left(server.requests.at(index).indexOf(" HTTP/1.1"));
    }
};

}  // namespace

class HttpInspectionApiTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asksWhatIsDocumented()
    {
        InspectionCalls calls;
        calls.say(200, R"({"wallet":{"walletId":"w/1","accountAddress":"0xA","chainName":"EVM"}})");
        QVERIFY(DynamicScene::ask<InspectedWallet>([&](auto a) {
                    return calls.api->wallet("w/1", a);
                }).answer->has_value());
        calls.say(200, R"({"verifiedCredentials":[]})");
        QVERIFY(DynamicScene::ask<std::vector<OwnedWallet>>([&](auto a) {
                    return calls.api->userWallets("u1", a);
                }).answer->has_value());
        calls.say(200, R"({"keys":[]})");
        QVERIFY(DynamicScene::ask<std::vector<EncryptionKeyRecord>>([&](auto a) {
                    return calls.api->encryptionKeys(a);
                }).answer->has_value());
        calls.say(200, "[]");
        QVERIFY(DynamicScene::ask<std::vector<RegisteredWebhook>>([&](auto a) {
                    return calls.api->webhooks(a);
                }).answer->has_value());
        calls.say(200, R"({"data":[]})");
        QVERIFY(DynamicScene::ask<WebhookMessagePage>([&](auto a) {
                    return calls.api->webhookMessages("h1", "a b&c=+%", a);
                }).answer->has_value());
        calls.say(200, R"({"eventName":"ping"})");
        QVERIFY(DynamicScene::ask<std::string>([&](auto a) {
                    return calls.api->eventName("e1", a);
                }).answer->has_value());
        calls.say(200, R"({"message":{}})");
        QVERIFY(DynamicScene::ask<void>([&](auto a) {
                    return calls.api->redeliver("h1", "m1", a);
                }).answer->has_value());
        const QList<QByteArray> lines = {
            "GET /api/v0/environments/env-1/waas/w%2F1",
            "GET /api/v0/environments/env-1/users/u1",
            "GET /api/v0/environments/env-1/waas/delegatedAccess/encryptionPublicKeys?includeAll=true",
            "GET /api/v0/environments/env-1/webhooks",
            "GET /api/v0/environments/env-1/webhooks/h1/messages?cursor=a%20b%26c%3D%2B%25",
            "GET /api/v0/environments/env-1/events/e1",
            "POST /api/v0/environments/env-1/webhooks/h1/messages/m1/redeliver"};
        QCOMPARE(calls.server.requests.size(), lines.size());
        for (int i = 0; i < lines.size(); ++i) {
            QCOMPARE(calls.requestLine(i), lines.at(i));
            QVERIFY(calls.server.requests.at(i).contains("Authorization: Bearer dyn_token123\r\n"));
        }
    }

    void theSettingsNeedNoToken()
    {
        InspectionCalls calls;
        calls.say(200, R"({"sdk":{"waas":{"delegatedAccess":{"enabled":true}}}})",
                  "Date: Mon, 30 Nov 2026 10:00:00 GMT\r\n");
        const auto settings = DynamicScene::ask<Dated<DelegatedAccessSettings>>(
            [&](auto a) { return calls.api->delegatedAccess(a); });
        QVERIFY((*settings.answer)->value.enabled);
        QVERIFY((*settings.answer)->serverTime == 1796032800000);
        QCOMPARE(calls.requestLine(0), QByteArray("GET /api/v0/sdk/env-1/settings"));
        QVERIFY(!calls.server.requests.at(0).contains("dyn_token123"));
    }

    void theTokenIsOfNoEnvironment()
    {
        InspectionCalls calls;
        calls.say(200, R"({"token":{"scopes":[]}})");
        const auto token = DynamicScene::ask<Dated<TokenRecord>>([&](auto a) { return calls.api->token(a); });
        QVERIFY((*token.answer)->value.scopes.empty() && !(*token.answer)->serverTime);
        QCOMPARE(calls.requestLine(0), QByteArray("GET /api/v0/tokens/me"));
    }

    void refusalsAreToldApart_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("code");
        for (const auto& [status, code] :
             {std::pair{401, ErrorCode::Denied}, std::pair{403, ErrorCode::Denied},
              std::pair{404, ErrorCode::NotFound}, std::pair{422, ErrorCode::InvalidInput},
              std::pair{429, ErrorCode::Busy}, std::pair{500, ErrorCode::Network}}) {
            QTest::addRow("%d", status) << status << DynamicScene::codeOf(code);
        }
    }

    void refusalsAreToldApart()
    {
        QFETCH(const int, status);
        QFETCH(const int, code);
        InspectionCalls calls;
        calls.say(status, R"({"error":"no dyn_token123"})", "Retry-After: 30\r\n");
        const auto wallet =
            DynamicScene::ask<InspectedWallet>([&](auto a) { return calls.api->wallet("w1", a); });
        QCOMPARE(wallet.code(), code);
        QVERIFY(!wallet.answer->error().sentence.contains(QStringLiteral("dyn_token123")));
        QCOMPARE(calls.api->pauseLeft().count() > 0, status == 429);
        // Within the pause nothing is sent.
        if (status == 429) {
            QCOMPARE(
                DynamicScene::ask<InspectedWallet>([&](auto a) { return calls.api->wallet("w1", a); }).code(),
                code);
            QCOMPARE(calls.server.requests.size(), 1);
        }
    }

    void anotherWalletIsNoAnswer()
    {
        InspectionCalls calls;
        calls.say(200, R"({"wallet":{"walletId":"w2","accountAddress":"0xA","chainName":"EVM"}})");
        QCOMPARE(
            DynamicScene::ask<InspectedWallet>([&](auto a) { return calls.api->wallet("w1", a); }).code(),
            DynamicScene::codeOf(ErrorCode::Network));
    }

    void whatNoPathCarriesIsNotSent()
    {
        InspectionCalls calls;
        const int refused = DynamicScene::codeOf(ErrorCode::InvalidInput);
        for (const std::string& id :
             {std::string(), std::string(".."), std::string("a b"), std::string(129, 'x')}) {
            QCOMPARE(
                DynamicScene::ask<InspectedWallet>([&](auto a) { return calls.api->wallet(id, a); }).code(),
                refused);
            QCOMPARE(DynamicScene::ask<std::vector<OwnedWallet>>([&](auto a) {
                         return calls.api->userWallets(id, a);
                     }).code(),
                     refused);
            QCOMPARE(DynamicScene::ask<WebhookMessagePage>([&](auto a) {
                         return calls.api->webhookMessages(id, {}, a);
                     }).code(),
                     refused);
            QCOMPARE(
                DynamicScene::ask<std::string>([&](auto a) { return calls.api->eventName(id, a); }).code(),
                refused);
            const auto again =
                DynamicScene::ask<void>([&](auto a) { return calls.api->redeliver("h1", id, a); });
            QVERIFY(again.answer && !again.answer->has_value());
        }
        QVERIFY(calls.server.requests.isEmpty());
    }
};

COUNTERSIGN_GUILESS_TEST(HttpInspectionApiTest)
#include "HttpInspectionApi_test.moc"
