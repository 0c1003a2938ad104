#include "core/dynamic/HttpDynamicApi.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fakes/ScriptedHttpServer.h"
#include "tests/support/fixtures/dynamic/DynamicScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace std::chrono_literals;

class HttpDynamicApiTest : public QObject, private DynamicScene
{
    Q_OBJECT

private Q_SLOTS:
    void refusesWhatItCannotUse()
    {
        const auto code = [](const char* url, const std::string& environment, const char* token) {
            const auto made = HttpDynamicApi::make(QString::fromLatin1(url), environment,
                                                   SecretBytes::copyOf(std::string_view(token)), {});
            return made ? -1 : codeOf(made.error().code);
        };
        const int input = codeOf(ErrorCode::InvalidInput);
        QCOMPARE(code("http://app.example", "e", "t"), input);
        QCOMPARE(code("https://app.example", "", "t"), input);
        QCOMPARE(code("https://app.example", "..", "t"), input);
        QCOMPARE(code("https://app.example", std::string(129, 'e'), "t"), input);
        QCOMPARE(code("https://app.example", "e", ""), input);
        QCOMPARE(code("https://app.example", "e", "a b"), input);
        QCOMPARE(code("https://app.example", "e", "a\r\nx: y"), input);
        QCOMPARE(code("https://app.example", "e", "t"), -1);
    }

    void looksUpWallets()
    {
        ScriptedHttpServer server;
        server.answers.push_back({ScriptedHttpServer::http(200, walletJson("w/1"))});
        const auto api = makeApi(server.url() + QStringLiteral("/base/"));
        const auto outcome = lookUp(*api, "w/1");
        QCOMPARE(outcome.count, 1);
        QVERIFY(outcome.answer->has_value());
        QCOMPARE((*outcome.answer)->derivationPath, std::vector<std::uint32_t>{44});
        const QByteArray& sent = server.requests.front();
        QVERIFY2(sent.startsWith("GET /base/api/v0/environments/env-1/waas/w%2F1 HTTP/1.1\r\n"),
                 sent.constData());
        QVERIFY(sent.contains("Authorization: Bearer dyn_token123\r\n"));
        QVERIFY(sent.contains("x-dyn-wallet-sdk-version: 1.0.99\r\n"));
        QVERIFY(sent.contains("Accept: application/json\r\n"));
        QVERIFY(!sent.contains("x-dyn-wallet-api-key"));
    }

    void refusesOtherWallets()
    {
        ScriptedHttpServer server;
        server.answers.push_back({ScriptedHttpServer::http(200, walletJson("w2"))});
        server.answers.push_back({ScriptedHttpServer::http(200, "{}")});
        const auto api = makeApi(server.url());
        QCOMPARE(lookUp(*api).code(), codeOf(ErrorCode::Network));
        QCOMPARE(lookUp(*api).code(), codeOf(ErrorCode::Network));
        for (const std::string id : {"", "..", "a b"}) {
            QCOMPARE(lookUp(*api, id).code(), codeOf(ErrorCode::InvalidInput));
        }
        QCOMPARE(server.requests.size(), 2);
    }

    void verifiesTheToken()
    {
        ScriptedHttpServer server;
        server.answers.push_back(
            {ScriptedHttpServer::http(200, R"({"environmentId":"env-1","verified":true})")});
        server.answers.push_back(
            {ScriptedHttpServer::http(200, R"({"environmentId":"env-1","verified":false})")});
        server.answers.push_back({ScriptedHttpServer::http(401, R"({"error":"bad token dyn_token123"})")});
        const auto api = makeApi(server.url());
        QCOMPARE(**verify(*api).answer, true);
        QVERIFY(server.requests.front().startsWith(
            "POST /api/v0/environments/env-1/waas/verifyApiKey HTTP/1.1\r\n"));
        QCOMPARE(**verify(*api).answer, false);
        const auto refused = verify(*api);
        QCOMPARE(refused.code(), codeOf(ErrorCode::Denied));
        QVERIFY(refused.answer->error().sentence.contains(QStringLiteral("“bad token ***”")));
    }

    void sendsTheExtraHeader()
    {
        ScriptedHttpServer server;
        server.answers.push_back({eventStream(roomEvent)});
        HttpDynamicApi::Options options;
        options.connection.extraHeader = [](const QByteArray& method, const QUrl& url,
                                            const QByteArray& body) {
            return std::pair{QByteArray("x-dyn-server-signing-proof"),
                             SecretBytes::copyOf(
                                 (method + url.path().right(11).toLatin1() + QByteArray::number(body.size()))
                                     .toStdString())};
        };
        const auto api = makeApi(server.url(), options);
        const auto room = openRoom(*api);
        QVERIFY2(server.requests.front().contains("x-dyn-server-signing-proof: POSTsignMessage"),
                 server.requests.front().constData());
    }

    void mapsRefusals_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("code");
        QTest::newRow("400") << 400 << codeOf(ErrorCode::InvalidInput);
        QTest::newRow("401") << 401 << codeOf(ErrorCode::Denied);
        QTest::newRow("403") << 403 << codeOf(ErrorCode::Denied);
        QTest::newRow("404") << 404 << codeOf(ErrorCode::NotFound);
        QTest::newRow("422") << 422 << codeOf(ErrorCode::InvalidInput);
        QTest::newRow("429") << 429 << codeOf(ErrorCode::Busy);
        QTest::newRow("500") << 500 << codeOf(ErrorCode::Network);
        QTest::newRow("302") << 302 << codeOf(ErrorCode::Network);
    }

    void mapsRefusals()
    {
        QFETCH(const int, status);
        QFETCH(const int, code);
        ScriptedHttpServer server;
        server.answers.assign(2, {ScriptedHttpServer::http(status, R"({"error":"because"})",
                                                           "Content-Type: text/event-stream\r\n")});
        const auto api = makeApi(server.url());
        const auto looked = lookUp(*api);
        QCOMPARE(looked.code(), code);
        const auto room = openRoom(*api);
        QCOMPARE(room->failures.size(), 1);
        QCOMPARE(codeOf(room->failures.front().code), code);
        if (status != 302) {
            QVERIFY(looked.answer->error().sentence.contains(QStringLiteral("“because”")));
            QVERIFY(room->failures.front().sentence.contains(QStringLiteral("“because”")));
            QVERIFY(room->failures.front().detail.contains(QString::number(status)));
        }
    }

    void sendsNothingItShouldNot_data()
    {
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<bool>("isFormatted");
        QTest::addColumn<bool>("isSent");
        QTest::newRow("text") << QByteArray("Hello") << false << false;
        QTest::newRow("empty") << QByteArray() << false << false;
        QTest::newRow("only 0x") << QByteArray("0x") << false << false;
        QTest::newRow("odd") << QByteArray("0x123") << false << false;
        QTest::newRow("digest of 31 bytes") << QByteArray(62, 'a') << true << false;
        QTest::newRow("digest") << "0x" + QByteArray(64, 'a') << true << true;
        QTest::newRow("bare hex") << QByteArray(66, 'a') << false << true;
        QTest::newRow("longest") << QByteArray(16384, 'a') << false << true;
        QTest::newRow("too long") << QByteArray(16386, 'a') << false << false;
    }

    void sendsNothingItShouldNot()
    {
        QFETCH(const QByteArray, message);
        QFETCH(const bool, isFormatted);
        QFETCH(const bool, isSent);
        ScriptedHttpServer server;
        server.answers.push_back({eventStream(roomEvent)});
        const auto api = makeApi(server.url());
        SigningRoomRequest request = roomRequest();
        request.message = message.toStdString();
        request.isFormatted = isFormatted;
        const auto room = openRoom(*api, std::move(request));
        QCOMPARE(room->hasFailed(ErrorCode::InvalidInput), !isSent);
        QCOMPARE(server.requests.size(), isSent ? 1 : 0);
    }
};

COUNTERSIGN_GUILESS_TEST(HttpDynamicApiTest)
#include "HttpDynamicApi_test.moc"
