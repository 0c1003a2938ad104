#include "core/net/HttpExchange.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/ScriptedHttpServer.h"
#include "tests/support/fixtures/relay/HttpAsker.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace std::chrono_literals;

class HttpExchangeStreamsTest : public QObject, private HttpAsker
{
    Q_OBJECT

private Q_SLOTS:
    void streams()
    {
        ScriptedHttpServer server;
        server.answers.push_back({"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nabc",
                                  ScriptedHttpServer::Then::Hold, 1, 1});
        HttpClient client;
        QByteArray received;
        QStringList order;
        int ended = 0;
        PendingCallPtr call = client.stream(
            requestTo(server.url()),
            {.head = [&](const HttpHead& head) { order << QString::fromLatin1(head.contentType); },
             .data =
                 [&](BytesView bytes) {
                     order << QStringLiteral("data");
                     received.append(reinterpret_cast<const char*>(bytes.data()),
                                     static_cast<qsizetype>(bytes.size()));
                 },
             .ended = [&](const Status&) { ++ended; }});
        QTRY_COMPARE_WITH_TIMEOUT(received, QByteArray("abc"), patienceMs);
        QCOMPARE(order.front(), QStringLiteral("text/event-stream"));
        QCOMPARE(order.count(QStringLiteral("text/event-stream")), 1);
        QCOMPARE(ended, 0);
        call.reset();
        QTRY_COMPARE_WITH_TIMEOUT(server.closed, 1, patienceMs);
        QCOMPARE(ended, 0);
    }

    void streamsCanBeDroppedInEveryCallback()
    {
        for (int where = 0; where < 3; ++where) {
            ScriptedHttpServer server;
            server.answers.push_back({ScriptedHttpServer::http(200, QByteArray(3000, 'a')),
                                      ScriptedHttpServer::Then::Close, 500, 1});
            HttpClient client;
            PendingCallPtr call;
            std::array<int, 3> calls{};
            const auto at = [&](std::size_t index) {
                ++calls[index];
                if (index == static_cast<std::size_t>(where)) {
                    call.reset();
                }
            };
            call = client.stream(requestTo(server.url()), {.head = [&](const HttpHead&) { at(0); },
                                                           .data = [&](BytesView) { at(1); },
                                                           .ended = [&](const Status&) { at(2); }});
            QTRY_COMPARE_WITH_TIMEOUT(call.get(), nullptr, patienceMs);
            QTest::qWait(50);
            QCOMPARE(calls[static_cast<std::size_t>(where)], 1);
            for (std::size_t later = static_cast<std::size_t>(where) + 1; later < 3; ++later) {
                QCOMPARE(calls[later], 0);
            }
        }
    }

    /// RFC 9110 §15.2: they may come before any answer, whoever it is from.
    void passesInterimAnswersOver_data()
    {
        QTest::addColumn<QByteArray>("interim");
        QTest::newRow("103") << QByteArray("HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n");
        QTest::newRow("102") << QByteArray("HTTP/1.1 102 Processing\r\n\r\n");
        QTest::newRow("100") << QByteArray("HTTP/1.1 100 Continue\r\n\r\n");
        QTest::newRow("199") << QByteArray("HTTP/1.1 199 Whatever\r\nContent-Type: text/html\r\n\r\n");
        QTest::newRow("twenty") << QByteArray("HTTP/1.1 103 Early Hints\r\n\r\n").repeated(20);
        QTest::newRow("mixed") << QByteArray(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\n"
            "Retry-After: 9\r\nContent-Encoding: gzip\r\n\r\n");
    }

    void passesInterimAnswersOver()
    {
        QFETCH(const QByteArray, interim);
        for (const QByteArray method : {"GET", "POST", "DELETE"}) {
            for (const qsizetype pieceBytes : {0, 13}) {
                ScriptedHttpServer server;
                server.answers.push_back(
                    {interim + ScriptedHttpServer::http(403, "why", "Content-Type: text/plain\r\n"),
                     ScriptedHttpServer::Then::Close, pieceBytes, 0});
                HttpRequest request = requestTo(server.url());
                request.method = method;
                request.body = method == "POST" ? "{}" : "";
                const Outcome outcome = ask(std::move(request));
                QCOMPARE(outcome.count, 1);
                QVERIFY2(outcome.answer->has_value(), qPrintable(outcome.sentence()));
                QCOMPARE((*outcome.answer)->status, 403);
                QCOMPARE((*outcome.answer)->contentType, QByteArray("text/plain"));
                QVERIFY(!(*outcome.answer)->retryAfter);
                QCOMPARE(bodyOf(**outcome.answer), QByteArray("why"));
                QCOMPARE(server.requests.size(), 1);
            }
        }
    }

    void streamsAfterInterimAnswers()
    {
        ScriptedHttpServer server;
        server.answers.push_back(
            {"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nabc",
             ScriptedHttpServer::Then::Hold, 7, 1});
        HttpClient client;
        QByteArray received;
        QByteArrayList types;
        const PendingCallPtr call = client.stream(
            requestTo(server.url()), {.head = [&](const HttpHead& head) { types << head.contentType; },
                                      .data =
                                          [&](BytesView bytes) {
                                              received.append(reinterpret_cast<const char*>(bytes.data()),
                                                              static_cast<qsizetype>(bytes.size()));
                                          },
                                      .ended = {}});
        QTRY_COMPARE_WITH_TIMEOUT(received, QByteArray("abc"), patienceMs);
        QCOMPARE(types, QByteArrayList{"text/event-stream"});
    }

    void boundsInterimAnswers()
    {
        const QByteArray hint = "HTTP/1.1 103 Early Hints\r\n\r\n";
        for (const QByteArray& answer :
             {hint.repeated(1000) + ScriptedHttpServer::http(200, "late"),
              QByteArray("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n") +
                  ScriptedHttpServer::http(200, "late")}) {
            ScriptedHttpServer server;
            server.answers.push_back({answer});
            const Outcome outcome = ask(server);
            QCOMPARE(outcome.count, 1);
            QCOMPARE(outcome.code(), ErrorCode::Network);
        }
        // Nor do they keep an answer waiting for ever.
        ScriptedHttpServer server;
        server.answers.push_back({hint.repeated(30), ScriptedHttpServer::Then::Hold, 29, 20});
        HttpRequest request = requestTo(server.url());
        request.total = 300ms;
        QCOMPARE(ask(std::move(request)).code(), ErrorCode::Timeout);
    }
};

COUNTERSIGN_GUILESS_TEST(HttpExchangeStreamsTest)
#include "HttpExchangeStreams_test.moc"
