#include "core/signing/relay/HttpJobRelay.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/ScriptedHttpServer.h"

#include <QTest>

using namespace countersign;

namespace {

const std::string endorsedJobId(64, 'a');
const QByteArray keptJson = "{\"jobId\":\"" + QByteArray(64, 'a') + "\",\"seq\":7}";

std::unique_ptr<HttpJobRelay> relayAt(const QString& url)
{
    return HttpJobRelay::make(url, "main", SecretBytes::copyOf("token-123")).value();
}

template <typename Start>
std::optional<Status> answerOf(const Start& start)
{
    std::optional<Status> answer;
    const PendingCallPtr call = start([&answer](const Status& given) { answer = given; });
    if (answer) {
        qWarning("answered before the call returned");
        return std::nullopt;
    }
    (void)waitUntil([&] { return answer.has_value(); }, patienceMs);
    return answer;
}

std::optional<Status> approve(HttpJobRelay& relay, const std::string& job = endorsedJobId)
{
    return answerOf([&](auto answered) { return relay.postApproval(job, "{\"a\":1}", std::move(answered)); });
}

std::optional<Status> state(HttpJobRelay& relay)
{
    return answerOf([&](auto answered) { return relay.postStatement("{\"b\":2}", std::move(answered)); });
}

}  // namespace

/// A desk's calls about what operators say; the others: HttpJobRelayTest.
class HttpJobRelayStatementsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void postsApprovals()
    {
        ScriptedHttpServer server;
        for (const int status : {201, 200}) {
            server.answers.push_back({ScriptedHttpServer::http(status, keptJson)});
        }
        const auto relay = relayAt(server.url());
        QVERIFY(approve(*relay).value().has_value());
        QVERIFY(approve(*relay).value().has_value());
        QVERIFY(server.requests.front().startsWith("POST /v1/inboxes/main/jobs/" + QByteArray(64, 'a') +
                                                   "/approvals HTTP/1.1\r\n"));
        QVERIFY(server.requests.front().contains("Authorization: Bearer token-123\r\n"));
        QVERIFY(server.requests.front().endsWith("\r\n\r\n{\"a\":1}"));
    }

    void postsStatements()
    {
        ScriptedHttpServer server;
        for (const int status : {201, 200}) {
            server.answers.push_back({ScriptedHttpServer::http(status, "{\"seq\":7,\"more\":1}")});
        }
        const auto relay = relayAt(server.url());
        QVERIFY(state(*relay).value().has_value());
        QVERIFY(state(*relay).value().has_value());
        QVERIFY(server.requests.front().startsWith("POST /v1/inboxes/main/statements HTTP/1.1\r\n"));
        QVERIFY(server.requests.front().endsWith("\r\n\r\n{\"b\":2}"));
    }

    void statuses_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<ErrorCode>("code");
        QTest::newRow("400") << 400 << ErrorCode::InvalidInput;
        QTest::newRow("401") << 401 << ErrorCode::Denied;
        QTest::newRow("403") << 403 << ErrorCode::Denied;
        QTest::newRow("404") << 404 << ErrorCode::NotFound;
        QTest::newRow("409") << 409 << ErrorCode::Busy;
        QTest::newRow("413") << 413 << ErrorCode::InvalidInput;
        QTest::newRow("429") << 429 << ErrorCode::Network;
        QTest::newRow("202") << 202 << ErrorCode::Network;
        QTest::newRow("302") << 302 << ErrorCode::Network;
        QTest::newRow("500") << 500 << ErrorCode::Network;
    }
    void statuses()
    {
        QFETCH(const int, status);
        QFETCH(const ErrorCode, code);
        ScriptedHttpServer server;
        const QByteArray problem = "{\"type\":\"about:blank\",\"status\":" + QByteArray::number(status) +
                                   ",\"detail\":\"The job is finished.\"}";
        for (int i = 0; i < 2; ++i) {
            server.answers.push_back({ScriptedHttpServer::http(status, problem, "Location: /x\r\n")});
        }
        const auto relay = relayAt(server.url());
        QCOMPARE(approve(*relay)->error().code, code);
        const auto stated = state(*relay);
        QCOMPARE(stated->error().code, code);
        QVERIFY(!stated->error().sentence.isEmpty());
    }

    void strangeAnswersAreNoSuccess()
    {
        ScriptedHttpServer server;
        const auto relay = relayAt(server.url());
        for (const QByteArray& body :
             {QByteArray(), QByteArray("{}"), QByteArray("[]"), QByteArray("null"), QByteArray("{\"seq\":0}"),
              QByteArray("{\"seq\":-1}"), QByteArray("{\"seq\":\"7\"}"), QByteArray("{\"seq\":7.5}"),
              QByteArray("{\"seq\":null}"), "{\"jobId\":\"" + QByteArray(64, 'b') + "\"}",
              "{\"seq\":7}" + QByteArray(20'000, ' ')}) {
            server.answers.push_back({ScriptedHttpServer::http(201, body)});
            server.answers.push_back({ScriptedHttpServer::http(201, body)});
            QVERIFY2(approve(*relay)->error().code == ErrorCode::Network, body.left(80).constData());
            QVERIFY2(state(*relay)->error().code == ErrorCode::Network, body.left(80).constData());
        }
        // A page of a proxy's says nothing about it.
        server.answers.push_back({ScriptedHttpServer::http(200, "<html>", "Content-Type: text/html\r\n")});
        QCOMPARE(approve(*relay)->error().code, ErrorCode::Network);
    }

    void waitsAsLongAsTheRelayAsks()
    {
        ScriptedHttpServer server;
        server.answers = {{ScriptedHttpServer::http(429, "{}", "Retry-After: 0\r\n")},
                          {ScriptedHttpServer::http(201, keptJson)}};
        QVERIFY(approve(*relayAt(server.url())).value().has_value());
        QCOMPARE(server.requests.size(), 2);
        QCOMPARE(server.requests.at(1), server.requests.at(0));
    }

    void otherIdsAreNotSent()
    {
        ScriptedHttpServer server;
        const auto relay = relayAt(server.url());
        for (const std::string& id : {std::string(), std::string(".."), std::string(64, 'A'),
                                      std::string(63, 'a'), std::string(60, 'a') + "/../"}) {
            QCOMPARE(approve(*relay, id)->error().code, ErrorCode::InvalidInput);
        }
        QVERIFY(server.requests.isEmpty());
    }
};

COUNTERSIGN_GUILESS_TEST(HttpJobRelayStatementsTest)
#include "HttpJobRelayStatements_test.moc"
