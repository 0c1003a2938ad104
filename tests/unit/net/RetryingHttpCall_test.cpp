#include "core/net/RetryingHttpCall.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fakes/ScriptedHttpServer.h"

#include <QTest>

using namespace countersign;
using namespace std::chrono_literals;

namespace {

constexpr int waitMs = 30'000;

/// A client, a pause, and the calls' answers in their order.
struct Scene
{
    ScriptedHttpServer server;
    std::shared_ptr<HttpClient> client = std::make_shared<HttpClient>();
    std::shared_ptr<RetryAfterGate> pause = std::make_shared<RetryAfterGate>();
    std::vector<Result<PatientAnswer>> answers;
    int made = 0;

    PendingCallPtr call(std::chrono::milliseconds patience = 20s)
    {
        const auto make = [this] {
            ++made;
            HttpRequest request;
            request.url = QUrl(server.url() + QStringLiteral("/x"));
            return request;
        };
        return std::make_unique<RetryingHttpCall>(
            client, pause, patience, make,
            [this](Result<PatientAnswer> answer) { answers.push_back(std::move(answer)); });
    }
    void script(int status, const QByteArray& retryAfter = {})
    {
        server.answers.push_back({ScriptedHttpServer::http(
            status, "body", retryAfter.isEmpty() ? QByteArray() : "Retry-After: " + retryAfter + "\r\n")});
    }
    bool waitForAnswers(std::size_t count)
    {
        return waitUntil([&] { return answers.size() >= count; }, waitMs);
    }
};

}  // namespace

class RetryingHttpCallTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsNoPauseIsAnsweredAtOnce()
    {
        Scene scene;
        // Also a 429 that names no time: nobody knows when to come back.
        for (const int status : {200, 404, 429, 503}) {
            scene.script(status);
            const PendingCallPtr call = scene.call();
            QVERIFY(scene.answers.empty());
            QVERIFY(scene.waitForAnswers(1));
            QCOMPARE(scene.answers.front()->status, status);
            QCOMPARE(asText(scene.answers.front()->body), std::string_view("body"));
            scene.answers.clear();
        }
        scene.script(500, "1");  // no promise that it works later
        const PendingCallPtr call = scene.call();
        QVERIFY(scene.waitForAnswers(1));
        QCOMPARE(scene.answers.front()->status, 500);
        QCOMPARE(scene.made, 5);
    }

    void comesBackUntilItIsAnswered()
    {
        Scene scene;
        scene.script(429, "1");
        scene.script(503, "0");
        scene.script(200);
        const PendingCallPtr call = scene.call();
        QVERIFY(scene.waitForAnswers(1));
        QCOMPARE(scene.answers.front()->status, 200);
        QVERIFY(scene.answers.front()->waited >= 1s);
        QCOMPARE(scene.made, 3);
        QTest::qWait(300);
        QCOMPARE(scene.answers.size(), std::size_t{1});
    }

    void whenPatienceEndsTheRefusalIsTheAnswer()
    {
        Scene scene;
        for (int i = 0; i < 50; ++i) {
            scene.script(503, "0");
        }
        const PendingCallPtr call = scene.call(700ms);
        QVERIFY(scene.waitForAnswers(1));
        QCOMPARE(scene.answers.front()->status, 503);
        QVERIFY(scene.made >= 1 && scene.made < 5);
        scene.server.answers.clear();
        scene.script(429, "100");
        const PendingCallPtr longer = scene.call(5s);
        QVERIFY(scene.waitForAnswers(2));
        QCOMPARE(scene.answers.back()->status, 429);
    }

    void aPauseThatIsKnownIsKept()
    {
        Scene scene;
        scene.script(200);
        scene.pause->note(600ms);
        const PendingCallPtr call = scene.call();
        QTest::qWait(200);
        QCOMPARE(scene.made, 0);
        QVERIFY(scene.waitForAnswers(1));
        QVERIFY(scene.answers.front()->waited >= 600ms);
        // Beyond the patience nothing is sent, and that is said soon.
        scene.pause->note(100s);
        const PendingCallPtr refused = scene.call(50s);
        QCOMPARE(scene.answers.size(), std::size_t{1});
        QVERIFY(scene.waitForAnswers(2));
        QCOMPARE(scene.answers.back().error().code, ErrorCode::Network);
        QVERIFY(!scene.answers.back().error().sentence.isEmpty());
        QCOMPARE(scene.made, 1);
    }

    void brokenConnectionsAreNoPause()
    {
        Scene scene;
        scene.server.stop();
        const PendingCallPtr call = scene.call();
        QVERIFY(scene.waitForAnswers(1));
        QCOMPARE(scene.answers.front().error().code, ErrorCode::Network);
        QCOMPARE(scene.made, 1);
    }

    void canBeDroppedAnyTime()
    {
        Scene scene;
        scene.script(429, "1");
        scene.script(200);
        PendingCallPtr call = scene.call();
        QTRY_VERIFY_WITH_TIMEOUT(scene.pause->left() > 0ms, waitMs);
        call.reset();
        scene.client.reset();
        QTest::qWait(1500);
        QVERIFY(scene.answers.empty());
        QCOMPARE(scene.made, 1);
    }

    /// The callback is the last thing that happens, and may be the end of the call.
    void mayEndItself()
    {
        Scene scene;
        scene.script(429, "0");
        scene.script(200);
        PendingCallPtr call;
        int answered = 0;
        call = std::make_unique<RetryingHttpCall>(
            scene.client, scene.pause, 20s,
            [&] {
                HttpRequest request;
                request.url = QUrl(scene.server.url());
                return request;
            },
            [&](const Result<PatientAnswer>&) {
                ++answered;
                call.reset();
            });
        QTRY_COMPARE_WITH_TIMEOUT(answered, 1, waitMs);
        QVERIFY(!call);
    }

    void pausesArePerService()
    {
        RetryAfterGates pauses;
        QVERIFY(pauses.of("a") == pauses.of("a"));
        QVERIFY(pauses.of("a") != pauses.of("b"));
        pauses.of("a")->note(100s);
        QVERIFY(pauses.of("a")->left() > 0ms);
        QVERIFY(pauses.of("b")->left() == 0ms);
        // A slip of the server locks nobody out for a day; nothing said changes nothing.
        pauses.of("b")->note(24h);
        QVERIFY(pauses.of("b")->left() <= RetryAfterGate::longest);
        pauses.of("b")->note({});
        QVERIFY(pauses.of("b")->left() > 0ms);
    }
};

COUNTERSIGN_GUILESS_TEST(RetryingHttpCallTest)
#include "RetryingHttpCall_test.moc"
