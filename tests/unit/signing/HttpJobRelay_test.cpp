#include "core/signing/HttpJobRelay.h"

#include "core/base/Json.h"
#include "tests/support/Patience.h"
#include "tests/support/ScriptedHttpServer.h"

#include <QTest>

using namespace countersign;

namespace {

const std::string jobId(64, 'a');

template <typename T>
struct Outcome
{
    std::optional<Result<T>> answer;
    int count = 0;

    ErrorCode code() const
    {
        return !answer || answer->has_value() ? ErrorCode::Internal : answer->error().code;
    }
};

QByteArray problem(const QByteArray& detail)
{
    return "{\"type\":\"about:blank\",\"title\":\"Conflict\",\"status\":409,\"detail\":\"" + detail + "\"}";
}

std::unique_ptr<HttpJobRelay> make(const QString& url)
{
    auto relay = HttpJobRelay::make(url, "main", SecretBytes::copyOf("token-123"));
    return relay ? *std::move(relay) : nullptr;
}

template <typename T, typename Start>
Outcome<T> wait(const Start& start)
{
    Outcome<T> outcome;
    const PendingCallPtr call = start([&outcome](Result<T> answer) {
        outcome.answer = std::move(answer);
        ++outcome.count;
    });
    if (outcome.count > 0) {
        outcome.count = 99;  // answered before the call returned
    }
    (void)QTest::qWaitFor([&] { return outcome.count > 0; }, patienceMs);
    QTest::qWait(20);  // a second answer would be a defect
    return outcome;
}

Outcome<JobClaim> claim(HttpJobRelay& relay, const std::string& job = jobId)
{
    return wait<JobClaim>([&](auto answered) { return relay.claim(job, "desk-1", std::move(answered)); });
}

Outcome<void> postEvent(HttpJobRelay& relay, const std::string& job = jobId)
{
    return wait<void>([&](auto answered) { return relay.postEvent(job, "{\"a\":1}", std::move(answered)); });
}

}  // namespace

class HttpJobRelayTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void claims()
    {
        ScriptedHttpServer server;
        server.answers.push_back(
            {ScriptedHttpServer::http(200, "{\"leaseUntil\":\"2026-01-31T12:00:00.500Z\",\"more\":true}")});
        const auto relay = make(server.url() + QStringLiteral("/base/"));
        const auto outcome = claim(*relay);
        QCOMPARE(outcome.count, 1);
        QVERIFY(outcome.answer->has_value());
        QCOMPARE(toIso8601((*outcome.answer)->leaseUntil), std::string("2026-01-31T12:00:00.500Z"));
        const QByteArray& request = server.requests.front();
        QVERIFY(request.startsWith("POST /base/v1/inboxes/main/jobs/" + QByteArray(64, 'a') +
                                   "/claim HTTP/1.1\r\n"));
        QVERIFY(request.contains("Authorization: Bearer token-123\r\n"));
        QVERIFY(request.contains("Content-Type: application/json\r\n"));
        QVERIFY(request.endsWith("\r\n\r\n{\"desk\":\"desk-1\"}"));
    }

    void tellsEvents()
    {
        ScriptedHttpServer server;
        server.answers.push_back({ScriptedHttpServer::http(
            200, "{\"jobId\":\"" + QByteArray(64, 'a') + "\",\"state\":\"signed\"}")});
        const auto relay = make(server.url());
        const auto outcome = postEvent(*relay);
        QCOMPARE(outcome.count, 1);
        QVERIFY(outcome.answer->has_value());
        QVERIFY(server.requests.front().startsWith("POST /v1/inboxes/main/jobs/" + QByteArray(64, 'a') +
                                                   "/events HTTP/1.1\r\n"));
        QVERIFY(server.requests.front().endsWith("\r\n\r\n{\"a\":1}"));
    }

    void aConflictIsBusyWithTheRelaysReason()
    {
        ScriptedHttpServer server;
        const QByteArray reason = "A desk holds this job until 2026-01-31T12:00:00.500Z.";
        server.answers.push_back({ScriptedHttpServer::http(409, problem(reason))});
        server.answers.push_back({ScriptedHttpServer::http(409, problem("The job is finished."))});
        server.answers.push_back({ScriptedHttpServer::http(409, "no JSON")});
        server.answers.push_back({ScriptedHttpServer::http(
            409, problem(QByteArray("\\u0007\\u202e\xc3\xa4") + QByteArray(900, 'x')))});
        const auto relay = make(server.url());
        const auto held = claim(*relay);
        QCOMPARE(held.code(), ErrorCode::Busy);
        QVERIFY(held.answer->error().sentence.contains(QString::fromLatin1(reason)));
        const auto finished = postEvent(*relay);
        QCOMPARE(finished.code(), ErrorCode::Busy);
        QVERIFY(finished.answer->error().sentence.contains(QStringLiteral("finished")));
        const auto wordless = claim(*relay);
        QCOMPARE(wordless.code(), ErrorCode::Busy);
        QVERIFY(!wordless.answer->error().sentence.isEmpty());
        // What a stranger says is cut and cleaned before it is shown.
        const QString shown = claim(*relay).answer->error().sentence;
        QVERIFY(shown.size() < 260);
        QVERIFY(std::ranges::all_of(shown,
                                    [](QChar c) { return c >= QLatin1Char(' ') && c <= QLatin1Char('~'); }));
    }

    void statuses_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<ErrorCode>("code");
        QTest::newRow("400") << 400 << ErrorCode::InvalidInput;
        QTest::newRow("413") << 413 << ErrorCode::InvalidInput;
        QTest::newRow("422") << 422 << ErrorCode::InvalidInput;
        QTest::newRow("401") << 401 << ErrorCode::Denied;
        QTest::newRow("403") << 403 << ErrorCode::Denied;
        QTest::newRow("404") << 404 << ErrorCode::NotFound;
        QTest::newRow("302") << 302 << ErrorCode::Network;
        QTest::newRow("201") << 201 << ErrorCode::Network;
        // Not Busy: that would mean that the job is another's.
        QTest::newRow("429") << 429 << ErrorCode::Network;
        QTest::newRow("500") << 500 << ErrorCode::Network;
        QTest::newRow("503") << 503 << ErrorCode::Network;
    }

    void statuses()
    {
        QFETCH(const int, status);
        QFETCH(const ErrorCode, code);
        ScriptedHttpServer server;
        server.answers.push_back({ScriptedHttpServer::http(status, problem("Words."), "Location: /x\r\n")});
        server.answers.push_back({ScriptedHttpServer::http(status, problem("Words."), "Location: /x\r\n")});
        const auto relay = make(server.url());
        const auto claimed = claim(*relay);
        QCOMPARE(claimed.code(), code);
        QVERIFY(!claimed.answer->error().sentence.isEmpty());
        QCOMPARE(postEvent(*relay).code(), code);
    }

    void strangeAnswersAreNoSuccess()
    {
        const std::vector<QByteArray> bodies{
            "",
            "{}",
            "null",
            "[]",
            "{\"leaseUntil\":7}",
            "{\"leaseUntil\":\"soon\"}",
            "{\"jobId\":\"x\"}",
            "{\"leaseUntil\":\"2026-01-31T12:00:00Z\"} x",
            "{\"jobId\":\"" + QByteArray(64, 'b') + "\",\"state\":\"signed\"}",
            QByteArray(20'000, ' ') + "{}"};
        ScriptedHttpServer server;
        const auto relay = make(server.url());
        for (const QByteArray& body : bodies) {
            server.answers.push_back({ScriptedHttpServer::http(200, body)});
            server.answers.push_back({ScriptedHttpServer::http(200, body)});
            QVERIFY2(claim(*relay).code() == ErrorCode::Network, body.left(80).constData());
            QVERIFY2(postEvent(*relay).code() == ErrorCode::Network, body.left(80).constData());
        }
        server.stop();
        QCOMPARE(claim(*make(server.url())).code(), ErrorCode::Network);
    }

    void otherIdsAreNotSent()
    {
        ScriptedHttpServer server;
        const auto relay = make(server.url());
        for (const std::string& id : {std::string(), std::string(".."), std::string(64, 'A'),
                                      std::string(63, 'a'), std::string(60, 'a') + "/../"}) {
            const auto outcome = claim(*relay, id);
            QCOMPARE(outcome.count, 1);
            QCOMPARE(outcome.code(), ErrorCode::InvalidInput);
            QCOMPARE(postEvent(*relay, id).code(), ErrorCode::InvalidInput);
        }
        QVERIFY(server.requests.isEmpty());
    }

    void refusesWhatItCannotUse()
    {
        const auto code = [](const char* url, const char* inbox, const char* token) {
            const auto made = HttpJobRelay::make(QString::fromLatin1(url), inbox,
                                                 SecretBytes::copyOf(std::string_view(token)));
            return made ? ErrorCode::Internal : made.error().code;
        };
        QCOMPARE(code("https://relay.example", "main", "t"), ErrorCode::Internal);
        QCOMPARE(code("http://127.0.0.1:1", "main", "t"), ErrorCode::Internal);
        QCOMPARE(code("http://relay.example", "main", "t"), ErrorCode::InvalidInput);
        QCOMPARE(code("https://user:pass@relay.example", "main", "t"), ErrorCode::InvalidInput);
        QCOMPARE(code("https://relay.example", "", "t"), ErrorCode::InvalidInput);
        QCOMPARE(code("https://relay.example", "..", "t"), ErrorCode::InvalidInput);
        QCOMPARE(code("https://relay.example", "main", ""), ErrorCode::InvalidInput);
        QCOMPARE(code("https://relay.example", "main", "a\r\nX: y"), ErrorCode::InvalidInput);
    }

    void anAbandonedCallIsSilent()
    {
        ScriptedHttpServer server;  // never answers
        const auto relay = make(server.url());
        bool answered = false;
        PendingCallPtr call = relay->claim(jobId, "desk-1", [&](const auto&) { answered = true; });
        QTRY_VERIFY_WITH_TIMEOUT(!server.requests.isEmpty(), patienceMs);
        call.reset();
        QTest::qWait(50);
        QVERIFY(!answered);
    }
};

QTEST_GUILESS_MAIN(HttpJobRelayTest)
#include "HttpJobRelay_test.moc"
