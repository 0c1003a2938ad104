#include "core/rpc/JsonRpcClient.h"

#include "core/rpc/RpcUrl.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/rpc/RpcScene.h"

using namespace countersign;
using namespace std::chrono_literals;
using test::errorAnswer;
using test::resultAnswer;

namespace {

const QString secretPath = QStringLiteral("/v3/secret-key-one?api=secret-key-two");

}  // namespace

class JsonRpcClientTest : public QObject
{
    Q_OBJECT

    static Result<RpcReply> ask(const QString& url, std::chrono::milliseconds timeout = 10s)
    {
        JsonRpcClient client(*parseRpcUrl(url + secretPath), timeout);
        const auto answer = test::answerOf<RpcReply>([&](Callback<RpcReply> answered) {
            return client.call("eth_chainId", Json::array({1, "two"}), std::move(answered));
        });
        return answer.value_or(failure(ErrorCode::Internal, QStringLiteral("not answered once")));
    }

private Q_SLOTS:
    void asksAndReads()
    {
        ScriptedHttpServer server;
        server.answers.push_back(resultAnswer(1, R"({"a":null})"));
        const auto reply = ask(server.url());
        QVERIFY(reply.has_value());
        QVERIFY(!reply->error);
        QVERIFY(reply->result.is_object());
        QCOMPARE(server.requests.size(), qsizetype{1});
        const QByteArray& request = server.requests.front();
        QVERIFY(request.startsWith("POST /v3/secret-key-one?api=secret-key-two HTTP/1.1\r\n"));
        QVERIFY(request.contains("Content-Type: application/json\r\n"));
        QCOMPARE(QByteArray::fromStdString(dumpJson(test::bodyOf(request))),
                 QByteArray(R"({"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[1,"two"]})"));
    }

    void countsItsRequests()
    {
        ScriptedHttpServer server;
        server.answers = {resultAnswer(1, "1"), resultAnswer(2, "2"), resultAnswer(2, "3")};
        JsonRpcClient client(*parseRpcUrl(server.url()));
        const auto next = [&] {
            return *test::answerOf<RpcReply>([&](Callback<RpcReply> answered) {
                return client.call("m", Json::array(), std::move(answered));
            });
        };
        QVERIFY(next()->result == 1);
        QVERIFY(next()->result == 2);
        // A second answer to the request before is none to this one.
        QCOMPARE(next().error().code, ErrorCode::Network);
    }

    /// RFC 9110 §15.2
    void passesInterimAnswersOver()
    {
        ScriptedHttpServer server;
        auto answer = resultAnswer(1, "true");
        answer.bytes.prepend("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
        server.answers.push_back(answer);
        const auto reply = ask(server.url());
        QVERIFY(reply && reply->result == true);
        QCOMPARE(server.requests.size(), qsizetype{1});
    }

    /// A node may answer all the others well.
    void namesTheMethodWhoseAnswerIsAmiss()
    {
        ScriptedHttpServer server;
        server.answers = {{ScriptedHttpServer::http(200, "{}")},
                          {ScriptedHttpServer::http(405, "no")},
                          resultAnswer(1, "null"),
                          errorAnswer(1, -32601, "no such method")};
        for (int i = 0; i < 4; ++i) {
            JsonRpcClient client(*parseRpcUrl(server.url()));
            const auto answer = test::answerOf<bool>([&](Callback<bool> answered) {
                return client.call<bool>(
                    "eth_mining", Json::array(),
                    [](const Json&) -> Result<bool> { return brokenRpcAnswer(QStringLiteral("no bool")); },
                    std::move(answered));
            });
            QVERIFY(answer && !*answer);
            QVERIFY2(answer->error().sentence.contains(QStringLiteral("eth_mining")),
                     qPrintable(answer->error().sentence));
        }
    }

    void handsRefusalsOn()
    {
        ScriptedHttpServer server;
        for (const int status : {200, 400, 422}) {
            server.answers.push_back(errorAnswer(1, -32000, "nonce too low", status));
            const auto reply = ask(server.url());
            QVERIFY(reply && reply->error);
            QCOMPARE(reply->error->message, QStringLiteral("nonce too low"));
        }
    }

    void survivesHostileServers_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QString>("words");
        const auto http = [](int status, const QByteArray& body, const QByteArray& headers = {}) {
            return ScriptedHttpServer::http(status, body, headers);
        };
        const QString broken = QStringLiteral("cannot be understood");
        const QByteArray good = R"({"jsonrpc":"2.0","id":1,"result":"0x1"})";
        QTest::newRow("HTML") << http(200, "<html><body>Welcome</body></html>") << broken;
        for (const int status : {200, 400, 403, 407, 502, 503}) {
            QTest::addRow("a page for people, %d", status)
                << http(status, "<html><body>Sign in</body></html>", "Content-Type: text/html\r\n")
                << (status == 407 ? QStringLiteral("proxy") : QStringLiteral("answered in its place"));
        }
        QTest::newRow("early hints and then no node") << "HTTP/1.1 103 Early Hints\r\n\r\n" + http(401, "no")
                                                      << QStringLiteral("does not let this program in");
        QTest::newRow("nothing") << http(200, {}) << broken;
        QTest::newRow("another id") << http(200, R"({"jsonrpc":"2.0","id":2,"result":"0x1"})") << broken;
        QTest::newRow("another version") << http(200, R"({"jsonrpc":"1.0","id":1,"result":"0x1"})") << broken;
        QTest::newRow("cut off") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + good)
                                 << QStringLiteral("before its answer was complete");
        QTest::newRow("huge") << http(200, QByteArray(3 * 1024 * 1024, ' ') + good)
                              << QStringLiteral("larger");
        QTest::newRow("redirect") << http(307, {}, "Location: http://127.0.0.1:1/elsewhere\r\n")
                                  << QStringLiteral("leads elsewhere");
        QTest::newRow("401") << http(401, "no") << QStringLiteral("does not let this program in");
        QTest::newRow("403") << http(403, good) << QStringLiteral("does not let this program in");
        QTest::newRow("404") << http(404, "no") << QStringLiteral("no RPC node at this address");
        QTest::newRow("405 with a result") << http(405, good) << QStringLiteral("does not take requests");
        QTest::newRow("429") << errorAnswer(1, 429, "slow down", 429).bytes
                             << QStringLiteral("asked too often");
        QTest::newRow("500") << errorAnswer(1, -32000, "oops", 500).bytes
                             << QStringLiteral("failure of its own");
        QTest::newRow("no HTTP") << QByteArray("SSH-2.0-OpenSSH_9.2\r\n\r\n") << QString();
    }

    void survivesHostileServers()
    {
        QFETCH(const QByteArray, answer);
        QFETCH(const QString, words);
        ScriptedHttpServer server;
        server.answers.assign(2, {answer});
        const auto reply = ask(server.url());
        QVERIFY(!reply);
        const Error& error = reply.error();
        QCOMPARE(error.code, ErrorCode::Network);
        QVERIFY2(error.sentence.contains(words), qPrintable(error.sentence));
        QVERIFY(!(error.sentence + error.detail).contains(QStringLiteral("secret")));
        QVERIFY(!(error.sentence + error.detail).contains(QStringLiteral("v3")));
    }

    void doesNotWaitForSilence()
    {
        ScriptedHttpServer server;  // never answers
        const auto reply = ask(server.url(), 300ms);
        QCOMPARE(reply.error().code, ErrorCode::Timeout);
        QVERIFY(!(reply.error().sentence + reply.error().detail).contains(QStringLiteral("secret")));
    }

    void doesNotWaitForDrops()
    {
        ScriptedHttpServer server;
        auto slow = resultAnswer(1, '"' + QByteArray(4000, 'x') + '"');
        slow.pieceBytes = 1;
        server.answers.push_back(slow);
        QCOMPARE(ask(server.url(), 300ms).error().code, ErrorCode::Timeout);
    }

    void tellsWhenNobodyAnswers()
    {
        ScriptedHttpServer server;
        const QString url = server.url();
        server.stop();
        const auto reply = ask(url);
        QCOMPARE(reply.error().code, ErrorCode::Network);
        QVERIFY(reply.error().sentence.contains(QStringLiteral("127.0.0.1")));
        QVERIFY(!(reply.error().sentence + reply.error().detail).contains(QStringLiteral("secret")));
    }

    void keepsTheKeyFromTheNodesWords()
    {
        ScriptedHttpServer server;
        server.answers.push_back(
            errorAnswer(1, -32002, "project secret-key-one (secret-key-two) is over quota"));
        const auto reply = ask(server.url());
        QCOMPARE(reply->error->message, QStringLiteral("project … (…) is over quota"));
    }

    void canBeDroppedInTheMiddle()
    {
        ScriptedHttpServer server;
        auto client = std::make_unique<JsonRpcClient>(*parseRpcUrl(server.url()));
        bool answered = false;
        PendingCallPtr dropped =
            client->call("m", Json::array(), [&](const Result<RpcReply>&) { answered = true; });
        QTRY_COMPARE_WITH_TIMEOUT(server.requests.size(), qsizetype{1}, patienceMs);
        dropped.reset();
        QTRY_COMPARE_WITH_TIMEOUT(server.closed, 1, patienceMs);
        QVERIFY(!answered);

        // A call outlives its client, and may be destroyed by its own answer.
        server.answers.push_back(resultAnswer(2, "true"));
        PendingCallPtr outliving;
        outliving = client->call("m", Json::array(), [&](const Result<RpcReply>& reply) {
            answered = reply.has_value();
            outliving.reset();
        });
        client.reset();
        QTRY_VERIFY_WITH_TIMEOUT(answered, patienceMs);
    }
};

COUNTERSIGN_GUILESS_TEST(JsonRpcClientTest)
#include "JsonRpcClient_test.moc"
