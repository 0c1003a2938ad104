#include "core/dynamic/HttpRevocationApi.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/ScriptedHttpServer.h"

#include <QTest>

using namespace countersign;
using namespace std::chrono_literals;

namespace {

struct Scene
{
    ScriptedHttpServer server;
    std::unique_ptr<HttpRevocationApi> api;
    std::optional<RevocationAnswer> answer;
    std::optional<BulkRevocationAnswer> bulk;
    int answers = 0;

    explicit Scene(std::chrono::milliseconds answerTime = 30s)
    {
        DynamicConnection::Options options;
        options.answerTime = answerTime;
        auto connection =
            DynamicConnection::make(server.url(), "env-1", SecretBytes::copyOf("dyn_token123"), options);
        api = std::make_unique<HttpRevocationApi>(*std::move(connection));
    }

    RevocationAnswer revoke(const std::string& walletId, const std::string& shareSetId = {})
    {
        answer.reset();
        const auto keep = [this](const RevocationAnswer& said) {
            answer = said;
            ++answers;
        };
        const PendingCallPtr call = shareSetId.empty() ? api->revokeWallet(walletId, keep)
                                                       : api->revokeShareSet(walletId, shareSetId, keep);
        if (answer || !waitUntil([this] { return answer.has_value(); }, patienceMs)) {
            qFatal("no answer, or one within the call");
        }
        return *answer;
    }
    BulkRevocationAnswer revokeMany(const std::vector<std::string>& walletIds)
    {
        const PendingCallPtr call =
            api->revokeWallets(walletIds, [this](const BulkRevocationAnswer& said) { bulk = said; });
        if (bulk || !waitUntil([this] { return bulk.has_value(); }, patienceMs)) {
            qFatal("no answer, or one within the call");
        }
        return *bulk;
    }
    void say(int status, const QByteArray& body = {}, const QByteArray& headers = {})
    {
        server.answers.push_back({.bytes = ScriptedHttpServer::http(status, body, headers)});
    }
};

}  // namespace

class HttpRevocationApiTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asksOneWallet()
    {
        Scene scene;
        scene.say(204, {}, "Date: Mon, 30 Nov 2026 10:00:00 GMT\r\n");
        const RevocationAnswer answer = scene.revoke("w/1");
        QVERIFY(answer.outcome == RevocationOutcome::Revoked);
        QCOMPARE(answer.httpStatus, 204);
        QVERIFY(answer.serverTime == 1796032800000);
        const QByteArray request = scene.server.requests.at(0);
        QVERIFY2(
            request.startsWith("DELETE /api/v0/environments/env-1/waas/w%2F1/delegatedAccess HTTP/1.1\r\n"),
            request.constData());
        QVERIFY(request.contains("Authorization: Bearer dyn_token123\r\n"));
        QVERIFY(!request.contains("x-dyn-wallet-api-key"));
    }

    void asksOneShareSet()
    {
        Scene scene;
        scene.say(204);
        QVERIFY(scene.revoke("w1", "s1").outcome == RevocationOutcome::Revoked);
        QVERIFY(scene.server.requests.at(0).startsWith(
            "DELETE /api/v0/server/env-1/waas/w1/delegatedAccess/s1 HTTP/1.1\r\n"));
    }

    void asksManyAtOnce()
    {
        Scene scene;
        scene.say(200, R"({"results":[{"walletId":"w1","success":true}]})",
                  "Content-Type: application/json\r\n");
        const BulkRevocationAnswer answer = scene.revokeMany({"w1", "w2"});
        QVERIFY(answer.whole.outcome == RevocationOutcome::Revoked);
        QCOMPARE(answer.results.size(), 1U);
        const QByteArray request = scene.server.requests.at(0);
        QVERIFY(
            request.startsWith("POST /api/v0/environments/env-1/waas/delegatedAccess/revoke HTTP/1.1\r\n"));
        QVERIFY(request.endsWith(R"({"walletIds":["w1","w2"]})"));
    }

    void anUnreadableBulkAnswerSettlesNothing()
    {
        Scene scene;
        scene.say(200, "{", "Content-Type: application/json\r\n");
        const BulkRevocationAnswer answer = scene.revokeMany({"w1", "w2"});
        QVERIFY(answer.whole.outcome == RevocationOutcome::Pending && answer.results.empty());
        QVERIFY(!answer.whole.sentence.isEmpty());
    }

    void refusalsSayWhatToDo()
    {
        Scene scene;
        scene.say(403, R"({"error":"policy of dyn_token123 says no"})", "Content-Type: application/json\r\n");
        const RevocationAnswer answer = scene.revoke("w1");
        QVERIFY(answer.outcome == RevocationOutcome::Refused);
        QVERIFY2(answer.sentence.contains(QStringLiteral("policy of *** says no")),
                 qPrintable(answer.sentence));
        QVERIFY(answer.sentence.contains(QStringLiteral("scope")));
        scene.say(404, R"({"error":"no such wallet"})", "Content-Type: application/json\r\n");
        QVERIFY(scene.revoke("w1").outcome == RevocationOutcome::Absent);
        scene.say(500);
        QVERIFY(scene.revoke("w1").outcome == RevocationOutcome::Pending);
    }

    void aPauseIsNotCutAndNothingIsSentWithin()
    {
        Scene scene;
        scene.say(429, {}, "Retry-After: 7200\r\n");
        const RevocationAnswer first = scene.revoke("w1");
        QVERIFY(first.outcome == RevocationOutcome::Pending && first.retryAfter == 7200s);
        const RevocationAnswer second = scene.revoke("w1");
        QVERIFY(second.outcome == RevocationOutcome::Pending);
        QCOMPARE(second.httpStatus, 0);
        QCOMPARE(scene.server.requests.size(), 1);
    }

    void noAnswerIsPending()
    {
        Scene scene(300ms);
        scene.server.answers.push_back({.bytes = "HTTP/1.1 204", .then = ScriptedHttpServer::Then::Hold});
        QVERIFY(scene.revoke("w1").outcome == RevocationOutcome::Pending);
        scene.server.answers.push_back({.bytes = {}});
        const RevocationAnswer cut = scene.revoke("w1");
        QVERIFY(cut.outcome == RevocationOutcome::Pending && !cut.sentence.isEmpty());
        QCOMPARE(cut.httpStatus, 0);
        // Each reached the service at most once.
        QCOMPARE(scene.server.requests.size(), 2);
        scene.server.stop();
        QVERIFY(scene.revoke("w1").outcome == RevocationOutcome::Pending);
    }

    void somebodyInBetweenIsNotDynamic()
    {
        Scene scene;
        scene.say(404, "<html>sign in</html>", "Content-Type: text/html\r\n");
        const RevocationAnswer answer = scene.revoke("w1");
        QVERIFY(answer.outcome == RevocationOutcome::Pending);  // not "absent"
        scene.say(200, "<html>sign in</html>", "Content-Type: text/html\r\n");
        QVERIFY(scene.revoke("w1").outcome == RevocationOutcome::Pending);  // not "revoked"
    }

    void whatNoPathCarriesIsNotSent()
    {
        Scene scene;
        for (const std::string& id :
             {std::string(), std::string(".."), std::string("a b"), std::string(129, 'x')}) {
            QVERIFY(scene.revoke(id).outcome == RevocationOutcome::Refused);
            QVERIFY(scene.revokeMany({"w1", id}).whole.outcome == RevocationOutcome::Refused);
            scene.bulk.reset();
        }
        QVERIFY(scene.revokeMany(std::vector<std::string>(101, "w")).whole.outcome ==
                RevocationOutcome::Refused);
        scene.bulk.reset();
        QVERIFY(scene.revokeMany({}).whole.outcome == RevocationOutcome::Refused);
        QVERIFY(scene.server.requests.isEmpty());
    }
};

COUNTERSIGN_GUILESS_TEST(HttpRevocationApiTest)
#include "HttpRevocationApi_test.moc"
