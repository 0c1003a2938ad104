#include "core/signing/relay/HttpJobRelay.h"

#include "core/base/encoding/Json.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/ScriptedHttpServer.h"

#include <QTest>

using namespace countersign;

namespace {

const std::string relayedJobId(64, 'a');

template <typename T>
struct RelayOutcome
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

const QByteArray grantedJson = "{\"leaseUntil\":\"2026-01-31T12:00:00.500Z\"}";
const QByteArray toldJson = "{\"jobId\":\"" + QByteArray(64, 'a') + "\",\"state\":\"signed\"}";

ScriptedHttpServer::Answer pausedAnswer(int status, const QByteArray& seconds)
{
    return {ScriptedHttpServer::http(status, problem("Too many."), "Retry-After: " + seconds + "\r\n")};
}

template <typename T, typename Start>
RelayOutcome<T> wait(const Start& start)
{
    RelayOutcome<T> outcome;
    const PendingCallPtr call = start([&outcome](Result<T> answer) {
        outcome.answer = std::move(answer);
        ++outcome.count;
    });
    if (outcome.count > 0) {
        outcome.count = 99;  // answered before the call returned
    }
    (void)waitUntil([&] { return outcome.count > 0; }, patienceMs);
    QTest::qWait(20);  // a second answer would be a defect
    return outcome;
}

RelayOutcome<JobClaim> claim(HttpJobRelay& relay, const std::string& job = relayedJobId)
{
    return wait<JobClaim>([&](auto answered) { return relay.claim(job, "desk-1", std::move(answered)); });
}

RelayOutcome<void> postEvent(HttpJobRelay& relay, const std::string& job = relayedJobId)
{
    return wait<void>([&](auto answered) {
        return relay.postEvent(
            job, [] { return std::string("{\"a\":1}"); }, std::move(answered));
    });
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
        server.answers.push_back({ScriptedHttpServer::http(409, "{}")});
        server.answers.push_back({ScriptedHttpServer::http(409, "<html>", "Content-Type: text/html\r\n")});
        server.answers.push_back({ScriptedHttpServer::http(200, "<html>", "Content-Type: text/html\r\n")});
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
        // What a proxy says is nothing about the job.
        for (int i = 0; i < 2; ++i) {
            const auto proxied = claim(*relay);
            QCOMPARE(proxied.code(), ErrorCode::Network);
            QVERIFY(proxied.answer->error().sentence.contains(QStringLiteral("proxy")));
        }
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

    /// A signature depends on it: what is not what it should be is not taken for "no withdrawal".
    void readsWithdrawals()
    {
        const auto ask = [](const QByteArray& members) {
            ScriptedHttpServer server;
            server.answers.push_back({ScriptedHttpServer::http(
                200, "{\"leaseUntil\":\"2026-01-31T12:00:00.500Z\"" + members + "}")});
            return claim(*make(server.url()));
        };
        const auto none = ask("");
        QVERIFY(!(*none.answer)->withdrawalRequested && !(*none.answer)->withdrawalSeq);
        QVERIFY(!(*ask(",\"withdrawalRequested\":false").answer)->withdrawalRequested);
        const auto old = ask(",\"withdrawalRequested\":true");
        QVERIFY((*old.answer)->withdrawalRequested && !(*old.answer)->withdrawalSeq);
        const auto told = ask(",\"withdrawalRequested\":true,\"withdrawalSeq\":9223372036854775807");
        QVERIFY((*told.answer)->withdrawalRequested);
        QCOMPARE((*told.answer)->withdrawalSeq, std::optional<std::int64_t>(9'223'372'036'854'775'807));
        QVERIFY((*ask(",\"withdrawalSeq\":3").answer)->withdrawalRequested);
        for (const char* strange :
             {"\"withdrawalRequested\":\"true\"", "\"withdrawalRequested\":1", "\"withdrawalRequested\":null",
              "\"withdrawalSeq\":\"3\"", "\"withdrawalSeq\":-3", "\"withdrawalSeq\":3.0",
              "\"withdrawalSeq\":9223372036854775808", "\"withdrawalSeq\":null"}) {
            QVERIFY2(ask(QByteArray(",") + strange).code() == ErrorCode::Network, strange);
        }
    }

    /// A relay that asks for a moment gets it, and nobody hears of it.
    void waitsAsLongAsTheRelayAsks()
    {
        ScriptedHttpServer server;
        server.answers = {pausedAnswer(429, "1"),
                          {ScriptedHttpServer::http(200, grantedJson)},
                          pausedAnswer(503, "1"),
                          pausedAnswer(429, "0"),
                          {ScriptedHttpServer::http(200, toldJson)}};
        const auto relay = make(server.url());
        const auto claimed = claim(*relay);
        QCOMPARE(claimed.count, 1);
        QVERIFY(claimed.answer->has_value());
        QVERIFY((*claimed.answer)->waited >= std::chrono::seconds(1));
        QCOMPARE(server.requests.size(), 2);
        QCOMPARE(server.requests.at(1), server.requests.at(0));
        QVERIFY(postEvent(*relay).answer->has_value());
        QCOMPARE(server.requests.size(), 5);
    }

    void butNotForEver()
    {
        ScriptedHttpServer server;
        for (int i = 0; i < 50; ++i) {
            server.answers.push_back(pausedAnswer(429, "0"));
        }
        HttpJobRelay::Options options;
        options.patience = std::chrono::seconds(1);
        const auto relay =
            HttpJobRelay::make(server.url(), "main", SecretBytes::copyOf("token-123"), options);
        const auto refused = claim(**relay);
        QCOMPARE(refused.code(), ErrorCode::Network);
        QVERIFY(refused.answer->error().sentence.contains(QStringLiteral("Nothing is lost")));
        QVERIFY(server.requests.size() > 1);
        QVERIFY(server.requests.size() < 20);
        // A longer pause than the patience is not waited for.
        const auto before = server.requests.size();
        server.answers = {pausedAnswer(429, "3600")};
        QCOMPARE(postEvent(**relay).code(), ErrorCode::Network);
        QCOMPARE(server.requests.size(), before + 1);
        // And binds the next call too.
        QCOMPARE(claim(**relay).code(), ErrorCode::Network);
        QCOMPARE(server.requests.size(), before + 1);
    }

    /// Ten jobs in a row do not each find out.
    void aPauseIsForAllThatShareIt()
    {
        ScriptedHttpServer server;
        server.answers = {pausedAnswer(429, "1"),
                          {ScriptedHttpServer::http(200, grantedJson)},
                          {ScriptedHttpServer::http(200, toldJson)}};
        HttpJobRelay::Options options;
        options.pause = std::make_shared<RetryAfterGate>();
        const auto made = [&] {
            return HttpJobRelay::make(server.url(), "main", SecretBytes::copyOf("token-123"), options)
                .value();
        };
        const auto first = made();
        std::optional<Result<JobClaim>> granted;
        const PendingCallPtr call =
            first->claim(relayedJobId, "desk-1", [&](const auto& given) { granted = given; });
        QTRY_VERIFY_WITH_TIMEOUT(options.pause->left() > std::chrono::milliseconds(0), patienceMs);
        options.pause->note(std::chrono::milliseconds(1500));
        const auto second = made();
        std::optional<Status> told;
        const PendingCallPtr other = second->postEvent(
            relayedJobId, [] { return std::string("{}"); }, [&](const Status& given) { told = given; });
        QTest::qWait(300);
        QCOMPARE(server.requests.size(), 1);
        QTRY_VERIFY_WITH_TIMEOUT(granted && told, patienceMs);
        QCOMPARE(server.requests.size(), 3);
    }

    /// While the relay was busy the event became untrue: it is not sent any more.
    void whatIsNotTrueAnyMoreIsNotSentAgain()
    {
        ScriptedHttpServer server;
        server.answers = {pausedAnswer(429, "1"), {ScriptedHttpServer::http(200, toldJson)}};
        const auto relay = HttpJobRelay::make(server.url(), "main", SecretBytes::copyOf("token-123"));
        int tries = 0;
        std::optional<Status> told;
        const PendingCallPtr call = (*relay)->postEvent(
            relayedJobId,
            [&]() -> Result<std::string> {
                return ++tries == 1 ? Result<std::string>("{}") : failure(ErrorCode::Cancelled, {});
            },
            [&](const Status& given) { told = given; });
        QTRY_VERIFY_WITH_TIMEOUT(told, patienceMs);
        QCOMPARE(told->error().code, ErrorCode::Cancelled);
        QCOMPARE(tries, 2);
        QCOMPARE(server.requests.size(), 1);
        // Nor is it before the call has returned where it was not true from the beginning.
        told.reset();
        const PendingCallPtr never = (*relay)->postEvent(
            relayedJobId, []() -> Result<std::string> { return failure(ErrorCode::Cancelled, {}); },
            [&](const Status& given) { told = given; });
        QVERIFY(!told);
        QTRY_VERIFY_WITH_TIMEOUT(told, patienceMs);
        QCOMPARE(server.requests.size(), 1);
    }

    void aWaitingCallCanBeAbandoned()
    {
        ScriptedHttpServer server;
        server.answers = {pausedAnswer(429, "1"), {ScriptedHttpServer::http(200, grantedJson)}};
        auto relay = make(server.url());
        bool answered = false;
        PendingCallPtr call = relay->claim(relayedJobId, "desk-1", [&](const auto&) { answered = true; });
        QTRY_COMPARE_WITH_TIMEOUT(server.requests.size(), 1, patienceMs);
        QTest::qWait(50);
        relay.reset();
        call.reset();
        QTest::qWait(1500);
        QVERIFY(!answered);
        QCOMPARE(server.requests.size(), 1);
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

    /// By the rules of RelayInbox, which has tests of its own.
    void refusesWhatItCannotUse()
    {
        const auto made =
            HttpJobRelay::make(QStringLiteral("http://relay.example"), "main", SecretBytes::copyOf("t"));
        QCOMPARE(made.error().code, ErrorCode::InvalidInput);
        const auto feed = make(QStringLiteral("https://relay.example/base/"))->feed();
        QCOMPARE(feed.url, std::string("https://relay.example/base"));
        QCOMPARE(feed.inbox, std::string("main"));
    }

    void anAbandonedCallIsSilent()
    {
        ScriptedHttpServer server;  // never answers
        const auto relay = make(server.url());
        bool answered = false;
        PendingCallPtr call = relay->claim(relayedJobId, "desk-1", [&](const auto&) { answered = true; });
        QTRY_VERIFY_WITH_TIMEOUT(!server.requests.isEmpty(), patienceMs);
        call.reset();
        QTest::qWait(50);
        QVERIFY(!answered);
    }
};

COUNTERSIGN_GUILESS_TEST(HttpJobRelayTest)
#include "HttpJobRelay_test.moc"
