#include "core/dynamic/HttpDynamicApi.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/RudeServer.h"
#include "tests/support/fakes/ScriptedHttpServer.h"
#include "tests/support/fixtures/dynamic/DynamicScene.h"

#include <QRegularExpression>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace std::chrono_literals;

class HttpDynamicRoomsTest : public QObject, private DynamicScene
{
    Q_OBJECT

private Q_SLOTS:
    void opensRooms()
    {
        ScriptedHttpServer server;
        server.answers.push_back({eventStream(": hi\n\nevent: other\ndata: 1\n\n" + roomEvent + roomEvent),
                                  ScriptedHttpServer::Then::Hold, 7, 1});
        const auto api = makeApi(server.url());
        SigningRoomRequest request = roomRequest();
        request.context = Json{{"evmMessage", "Hello"}, {"big", "5"}};
        request.shareSetId = "s1";
        const auto room = openRoom(*api, std::move(request));
        QTest::qWait(100);
        QCOMPARE(room->opened, QStringList{QString::fromLatin1(roomHex)});
        QVERIFY(room->failures.isEmpty());

        const QByteArray& sent = server.requests.front();
        QVERIFY(sent.startsWith(
            "POST /api/v0/environments/env-1/waas/w1/delegatedAccess/signMessage HTTP/1.1\r\n"));
        for (const char* header :
             {"Authorization: Bearer dyn_token123\r\n", "x-dyn-wallet-api-key: wallet-key-456\r\n",
              "Accept: text/event-stream\r\n", "Content-Type: application/json\r\n",
              "Cache-Control: no-cache\r\n", "Connection: keep-alive\r\n",
              "x-dyn-wallet-sdk-version: 1.0.99\r\n"}) {
            QVERIFY2(sent.contains(header), header);
        }
        static const QRegularExpression requestId(QStringLiteral(
            "\r\nx-dyn-request-id: [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\r\n"));
        QVERIFY(requestId.match(QString::fromLatin1(sent)).hasMatch());
        QVERIFY(sent.endsWith(
            "\r\n\r\n"
            R"({"message":"0x48656c6c6f","isFormatted":false,"context":{"evmMessage":"Hello","big":"5"},"shareSetId":"s1"})"));
        // The server sees the end when the call is dropped, and not before.
        QCOMPARE(server.closed, 0);
        room->call.reset();
        QTRY_COMPARE_WITH_TIMEOUT(server.closed, 1, patienceMs);
    }

    void leavesOutWhatIsAbsent()
    {
        ScriptedHttpServer server;
        server.answers.push_back({eventStream(roomEvent)});
        const auto api = makeApi(server.url());
        SigningRoomRequest request = roomRequest();
        request.message = std::string(64, 'a');
        request.isFormatted = true;
        const auto room = openRoom(*api, std::move(request));
        QVERIFY(server.requests.front().endsWith("\r\n\r\n{\"message\":\"" + QByteArray(64, 'a') +
                                                 "\",\"isFormatted\":true}"));
        // The end of the stream after the room is no failure.
        QCOMPARE(room->opened.size(), 1);
        QVERIFY(room->failures.isEmpty());
    }

    void readsPlainAnswers()
    {
        ScriptedHttpServer server;
        const QByteArray json = "Content-Type: application/json\r\n";
        server.answers.push_back({ScriptedHttpServer::http(200, R"({"roomId":")" + roomHex + R"("})", json)});
        server.answers.push_back({ScriptedHttpServer::http(200, R"({"error":"no"})", json)});
        server.answers.push_back({ScriptedHttpServer::http(200, R"({})", json)});
        server.answers.push_back({ScriptedHttpServer::http(200, QByteArray(70'000, ' '), json)});
        server.answers.push_back({ScriptedHttpServer::http(200, "<html>", "Content-Type: text/html\r\n")});
        server.answers.push_back({ScriptedHttpServer::http(200, roomEvent)});
        const auto api = makeApi(server.url());
        const auto opened = openRoom(*api);
        QCOMPARE(opened->opened, QStringList{QString::fromLatin1(roomHex)});
        QVERIFY(opened->failures.isEmpty());
        const auto refused = openRoom(*api);
        QVERIFY(refused->hasFailed(ErrorCode::Denied));
        QVERIFY(refused->failures.front().sentence.contains(QStringLiteral("“no”")));
        for (int i = 0; i < 4; ++i) {
            QVERIFY(openRoom(*api)->hasFailed(ErrorCode::Network));
        }
    }

    void passesErrorEventsOn()
    {
        ScriptedHttpServer server;
        server.answers.push_back({eventStream(errorEvent + roomEvent), ScriptedHttpServer::Then::Hold});
        server.answers.push_back(
            {eventStream(roomEvent + errorEvent + errorEvent), ScriptedHttpServer::Then::Hold});
        server.answers.push_back(
            {eventStream(roomEvent + errorEvent), ScriptedHttpServer::Then::Hold, 10, 20});
        server.answers.push_back({eventStream("event: error\ndata: wallet-key-456 is wrong\n\n")});
        const auto api = makeApi(server.url());
        const auto first = openRoom(*api);
        QVERIFY(first->opened.isEmpty());
        QVERIFY(first->hasFailed(ErrorCode::Denied));
        QVERIFY(first->failures.front().sentence.contains(QStringLiteral("“policy says no”")));
        QVERIFY(first->failures.front().detail.contains(QStringLiteral("code policy")));
        for (int i = 0; i < 2; ++i) {
            const auto room = openRoom(*api);
            QTRY_VERIFY_WITH_TIMEOUT(room->hasFailed(ErrorCode::Denied), patienceMs);
            QCOMPARE(room->opened.size(), 1);
        }
        QVERIFY(openRoom(*api)->failures.front().sentence.contains(QStringLiteral("“*** is wrong”")));
    }

    void refusesBrokenStreams_data()
    {
        QTest::addColumn<QByteArray>("events");
        QTest::addColumn<bool>("opens");
        QTest::newRow("empty") << QByteArray() << false;
        QTest::newRow("nothing known") << QByteArray("event: other\ndata: 1\n\n") << false;
        QTest::newRow("cut off") << roomEvent.chopped(1) << false;
        QTest::newRow("no JSON") << QByteArray("event: room_created\ndata: room\n\n") << false;
        QTest::newRow("no room") << QByteArray("event: room_created\ndata: {}\n\n") << false;
        QTest::newRow("bad room") << QByteArray("event: room_created\ndata: {\"roomId\":\"12\"}\n\n")
                                  << false;
        QTest::newRow("endless line") << QByteArray(100'000, 'a') << false;
        QTest::newRow("endless line afterwards") << roomEvent + QByteArray(100'000, 'a') << true;
    }

    void refusesBrokenStreams()
    {
        QFETCH(const QByteArray, events);
        QFETCH(const bool, opens);
        ScriptedHttpServer server;
        server.answers.push_back({eventStream(events)});
        const auto api = makeApi(server.url());
        const auto room = openRoom(*api);
        QTRY_VERIFY_WITH_TIMEOUT(room->hasFailed(ErrorCode::Network), patienceMs);
        QCOMPARE(room->opened.isEmpty(), !opens);
    }

    void givesUpWithoutARoom()
    {
        ScriptedHttpServer server;
        server.answers.push_back({"", ScriptedHttpServer::Then::Hold});
        server.answers.push_back({eventStream(": hi\n\n"), ScriptedHttpServer::Then::Hold});
        server.answers.push_back({"HTTP/1.1 403 No\r\n\r\n{", ScriptedHttpServer::Then::Hold});
        server.answers.push_back({eventStream(roomEvent), ScriptedHttpServer::Then::Hold});
        const auto hasty = makeApi(server.url(), {.roomTime = 300ms});
        QVERIFY(openRoom(*hasty)->hasFailed(ErrorCode::Timeout));
        QVERIFY(openRoom(*hasty)->hasFailed(ErrorCode::Timeout));
        // From here on something has to arrive in time, on a busy machine too.
        const auto api = makeApi(server.url(), {.roomTime = 1500ms});
        QVERIFY(openRoom(*api)->hasFailed(ErrorCode::Denied));
        // But with one it waits as long as it takes.
        const auto room = openRoom(*api);
        QTest::qWait(2000);
        QCOMPARE(room->opened.size(), 1);
        QVERIFY(room->failures.isEmpty());
    }

    /// An edge's or a proxy's page says nothing about credentials.
    void tellsWhenSomebodyElseAnswers()
    {
        ScriptedHttpServer server;
        const auto api = makeApi(server.url());
        for (const int status : {200, 400, 401, 403, 404, 502, 503}) {
            server.answers.assign(2, {ScriptedHttpServer::http(status, "<html>Access denied</html>",
                                                               "Content-Type: text/html\r\n")});
            const auto looked = lookUp(*api);
            QCOMPARE(looked.code(), codeOf(ErrorCode::Network));
            QVERIFY(looked.answer->error().sentence.contains(QStringLiteral("proxy")));
            const auto room = openRoom(*api);
            QVERIFY(room->hasFailed(ErrorCode::Network));
            QVERIFY(room->failures.front().sentence.contains(QStringLiteral("proxy")));
        }
    }

    /// Wherever the connection ends, there is no second room.
    void asksForOneRoomOnly()
    {
        for (const QByteArray& answer :
             {QByteArray(), QByteArray("HTTP/1.1 103 Early Hints\r\n\r\n"), QByteArray("HTTP/1.1 200 OK\r\n"),
              QByteArray("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nevent: room")}) {
            for (const bool reset : {false, true}) {
                RudeServer server;
                server.isRude = true;
                server.cut = {.requestBytes = {}, .answer = answer, .reset = reset};
                const auto api = makeApi(server.url());
                const auto room = openRoom(*api);
                QVERIFY(room->hasFailed(ErrorCode::Network));
                QTest::qWait(30);
                QCOMPARE(server.arrivals, 1);
            }
        }
    }

    void opensARoomAfterEarlyHints()
    {
        ScriptedHttpServer server;
        server.answers.push_back({"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + eventStream(roomEvent),
                                  ScriptedHttpServer::Then::Hold, 20, 1});
        const auto api = makeApi(server.url());
        QCOMPARE(openRoom(*api)->opened.size(), 1);
    }

    void waitsAsLongAsDynamicAsks()
    {
        ScriptedHttpServer server;
        server.answers.push_back({ScriptedHttpServer::http(429, "slow down", "Retry-After: 4\r\n")});
        server.answers.push_back({ScriptedHttpServer::http(200, walletJson("w1"))});
        server.answers.push_back({ScriptedHttpServer::http(429, "slow down", "Retry-After: 99999\r\n")});
        const auto api = makeApi(server.url());
        QVERIFY(openRoom(*api)->hasFailed(ErrorCode::Busy));
        QCOMPARE(lookUp(*api).code(), codeOf(ErrorCode::Busy));
        const auto room = openRoom(*api);
        QVERIFY(room->hasFailed(ErrorCode::Busy));
        QVERIFY(room->failures.front().sentence.contains(QStringLiteral("seconds")));
        QCOMPARE(server.requests.size(), 1);
        QVERIFY(waitUntil([&] { return lookUp(*api).answer->has_value(); }, patienceMs));
        QCOMPARE(server.requests.size(), 2);
        QCOMPARE(lookUp(*api).code(), codeOf(ErrorCode::Busy));
        QVERIFY(openRoom(*api)->failures.front().sentence.contains(QStringLiteral(" 300 seconds")));
        QCOMPARE(server.requests.size(), 3);
    }

    void refusesImpossibleRooms()
    {
        ScriptedHttpServer server;
        const auto api = makeApi(server.url());
        std::vector<SigningRoomRequest> requests;
        for (int i = 0; i < 6; ++i) {
            requests.push_back(roomRequest());
        }
        requests[0].walletId = "..";
        requests[1].walletApiKey = SecretBytes::copyOf("a\r\nb");
        requests[2].walletApiKey = SecretBytes();
        requests[3].context = "text";
        requests[4].shareSetId = "";
        requests[5].context = Json{{"evmMessage", std::string(1'100'000, 'a')}};
        for (SigningRoomRequest& request : requests) {
            QVERIFY(openRoom(*api, std::move(request))->hasFailed(ErrorCode::InvalidInput));
        }
        QVERIFY(server.requests.isEmpty());
    }

    void canBeDroppedAnyTime()
    {
        ScriptedHttpServer server;
        server.answers.push_back({"", ScriptedHttpServer::Then::Hold});
        auto api = makeApi(server.url());
        Room room;
        api->openSigningRoom(roomRequest(), room.events()).reset();
        SigningRoomRequest bad = roomRequest();
        bad.message = "";
        api->openSigningRoom(std::move(bad), room.events()).reset();
        QTest::qWait(100);
        QVERIFY(room.opened.isEmpty());
        QVERIFY(room.failures.isEmpty());
    }

    void canBeDroppedInEveryCallback()
    {
        for (const QByteArray& events : {roomEvent + errorEvent, errorEvent}) {
            ScriptedHttpServer server;
            server.answers.assign(2, {eventStream(events), ScriptedHttpServer::Then::Hold});
            auto api = makeApi(server.url());
            PendingCallPtr call;
            int calls = 0;
            const auto drop = [&] {
                ++calls;
                call.reset();
                api.reset();
            };
            call = api->openSigningRoom(roomRequest(), {.opened = [&](const std::string&) { drop(); },
                                                        .failed = [&](const Error&) { drop(); }});
            QTRY_COMPARE_WITH_TIMEOUT(calls, 1, patienceMs);
            QTest::qWait(50);
            QCOMPARE(calls, 1);
        }
        for (const auto roomTime : {0ms, 50ms}) {  // refused without asking; too late
            ScriptedHttpServer server;             // never answers
            auto api = makeApi(server.url(), {.roomTime = roomTime});
            PendingCallPtr call;
            SigningRoomRequest request = roomRequest();
            if (roomTime == 0ms) {
                request.message = "";
            }
            bool done = false;
            call = api->openSigningRoom(std::move(request), {.opened = {}, .failed = [&](const Error&) {
                                                                 call.reset();
                                                                 api.reset();
                                                                 done = true;
                                                             }});
            QTRY_VERIFY_WITH_TIMEOUT(done, patienceMs);
        }
    }
};

COUNTERSIGN_GUILESS_TEST(HttpDynamicRoomsTest)
#include "HttpDynamicRooms_test.moc"
