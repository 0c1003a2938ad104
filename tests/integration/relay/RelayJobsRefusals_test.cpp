#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Json.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/relay/RelayJobsScene.h"
#include "tests/support/fixtures/signing/JobSubmitter.h"
#include "tests/support/processes/TestDatabase.h"

#include <QTest>

#include <array>
#include <functional>

using namespace countersign;
using namespace countersign::testing;

class RelayJobsRefusalsTest : public QObject, private RelayJobsScene
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString reason = TestDatabase::whyNot(); !reason.isEmpty()) {
            QSKIP(qPrintable(reason));
        }
    }

    void rolesAndRefusals()
    {
        RelayJobsRelay relay;
        QVERIFY(relay.process.createInbox(QStringLiteral("other")));
        const std::string foreign = relay.process.createSubmitterToken(QStringLiteral("other"));
        const std::string admin = relay.process.createToken(QStringLiteral("demo"), QStringLiteral("admin"));
        const JobSubmitter submitter = relay.submitter();
        const std::string envelope = submitter.envelopeOf("{}");
        QVERIFY(isProblem(relay.post("", envelope, {}), 401));
        QVERIFY(isProblem(relay.post("", envelope, "cs_" + std::string(43, 'A')), 401));
        QVERIFY(isProblem(relay.post("", envelope, foreign), 403));
        QVERIFY(isProblem(relay.post("", envelope, relay.consumer), 403));
        QCOMPARE(statusOf(relay.post("", envelope, admin)), 201);
        const std::string job = JobSubmitter::jobIdOf("{}");
        QVERIFY(isProblem(relay.claim(job, "d", relay.submitterToken), 403));
        QVERIFY(isProblem(
            relay.post("/" + job + "/events", eventOf(job, "failed", true), relay.submitterToken), 403));
        QVERIFY(
            isProblem(relay.post("/" + job + "/withdraw", submitter.withdrawalOf(job), relay.consumer), 403));
        QVERIFY(isProblem(
            relay.post("/" + job + "/approvals", approvalOf(job, "approve"), relay.submitterToken), 403));
        QVERIFY(isProblem(relay.ask(RawHttp::post("/v1/inboxes/demo/statements", "{}",
                                                  "Authorization: Bearer " + relay.submitterToken + "\r\n")),
                          403));
        const std::string unknown(64, '0');
        QVERIFY(isProblem(relay.approve(unknown, approvalOf(unknown, "approve")), 404, "job"));
        QVERIFY(isProblem(relay.claim(unknown, "d"), 404, "job"));
        QVERIFY(isProblem(relay.event(unknown, eventOf(unknown, "failed", true)), 404, "job"));
        QVERIFY(isProblem(submitter.withdraw(relay.process.port(), unknown), 404, "job"));
        QVERIFY(isProblem(submitter.show(relay.process.port(), unknown), 404, "job"));
        QVERIFY(isProblem(relay.ask(RawHttp::get("/v1/inboxes/demo/jobs/" + job, foreign)), 403));
        QVERIFY(isProblem(relay.ask(RawHttp::get("/v1/inboxes/demo/jobs/" + job)), 401));
        QVERIFY(isProblem(relay.ask(RawHttp::get("/v1/inboxes/none/jobs/" + job, relay.consumer)), 404));
        for (const char* call : {"", "/claim", "/events", "/withdraw", "/approvals"}) {
            const std::string path =
                "/v1/inboxes/none/jobs" + (*call == '\0' ? std::string() : "/" + job + call);
            QVERIFY2(
                isProblem(relay.ask(RawHttp::post(path, envelope, "Authorization: Bearer " + admin + "\r\n")),
                          404),
                call);
        }
        // The entries of a job are a consumer's, not a submitter's.
        QVERIFY(isProblem(relay.ask(RawHttp::get("/v1/inboxes/demo/entries?after=0", relay.submitterToken)),
                          403));
        QVERIFY(relay.metric("countersign_relay_refused_total{reason=\"wrong_role\"}") >= 6);
    }

    void hostileBodies()
    {
        RelayJobsRelay relay;
        const JobSubmitter submitter = relay.submitter();
        const std::string job = submitter.submit(relay.process.port(), "{}").value();
        const std::string deep = std::string(5000, '[') + std::string(5000, ']');
        const std::vector<std::string> garbage{"",
                                               "{}",
                                               "null",
                                               deep,
                                               std::string("\0\xff", 2),
                                               "{\"payload\":\"\",\"payloadType\":\"\"}",
                                               std::string(256 * 1024, '{'),
                                               submitter.withdrawalOf(std::string(64, '1'))};
        for (const std::string& body : garbage) {
            QVERIFY(isProblem(submitter.post(relay.process.port(), body), 400));
            QVERIFY(isProblem(relay.event(job, body), 400));
            // A withdrawal has nothing to be long about.
            QVERIFY(isProblem(relay.post("/" + job + "/withdraw", body, relay.submitterToken),
                              body.size() > 8 * 1024 ? 413 : 400));
            QVERIFY(isProblem(relay.approve(job, body), body.size() > 16 * 1024 ? 413 : 400));
            QVERIFY(isProblem(relay.state(body), body.size() > 16 * 1024 ? 413 : 400));
        }
        for (const std::string& body :
             {std::string(), std::string("{}"), std::string("{\"desk\":\"a b\"}"), std::string(600, '[')}) {
            QVERIFY(isProblem(relay.post("/" + job + "/claim", body, relay.consumer), 400));
        }
        QVERIFY(isProblem(submitter.post(relay.process.port(), std::string(256 * 1024 + 1, ' ')), 413));
        QVERIFY(isProblem(relay.event(job, std::string(272 * 1024 + 1, ' ')), 413));
        QVERIFY(isProblem(relay.claim(job, std::string(1100, 'd')), 413));
        // Another job's, another call's, and what is too long by one byte.
        QVERIFY(isProblem(relay.approve(job, approvalOf(std::string(64, '2'), "approve")), 400));
        QVERIFY(isProblem(relay.state(approvalOf(job, "approve")), 400));
        QVERIFY(isProblem(relay.approve(job, std::string(16 * 1024 + 1, ' ')), 413));
        Json forged = parseJson(eventOf(job, "rejected", true)).value();
        forged["signatures"][0]["sig"] = toBase64(Bytes(64, 7));
        QVERIFY(isProblem(relay.event(job, forged.dump()), 400, "verify"));
        QVERIFY(isProblem(relay.event(job, eventOf(std::string(64, '2'), "rejected", true)), 400));
        QCOMPARE(relay.entries("after=0").at("cursor").get<int>(), 1);
        QCOMPARE(bodyOf(submitter.show(relay.process.port(), job)).at("state").get<std::string>(),
                 std::string("pending"));
    }

    /// Either alphabet and no padding are allowed; white space, both alphabets and stray bits are not.
    void badlyEncodedEnvelopes()
    {
        RelayJobsRelay relay;
        const JobSubmitter submitter = relay.submitter();
        const std::string job = submitter.submit(relay.process.port(), "{}").value();
        const auto refused = [&](const std::function<void(Json&)>& spoil) {
            Json submission = parseJson(submitter.envelopeOf("{\"a\":1}")).value();
            Json event = parseJson(eventOf(job, "rejected", true)).value();
            Json withdrawal = parseJson(submitter.withdrawalOf(job)).value();
            spoil(submission);
            spoil(event);
            spoil(withdrawal);
            return isProblem(submitter.post(relay.process.port(), submission.dump()), 400) &&
                   isProblem(relay.event(job, event.dump()), 400) &&
                   isProblem(relay.post("/" + job + "/withdraw", withdrawal.dump(), relay.submitterToken),
                             400);
        };
        for (const char* bad : {"e", "e3=0", "e30\n", " e30=", "e31=", "-_+/", "e30===", "=", "%7B%7D"}) {
            QVERIFY2(refused([&](Json& json) { json["payload"] = bad; }), bad);
            QVERIFY2(refused([&](Json& json) { json["signatures"][0]["sig"] = bad; }), bad);
        }
        QVERIFY(refused([](Json& json) { json["payload"] = 7; }));
        QVERIFY(refused([](Json& json) { json["payload"] = nullptr; }));
        QVERIFY(refused([](Json& json) { json.erase("payloadType"); }));
        QVERIFY(refused([](Json& json) { json["signatures"] = Json::object(); }));
        QVERIFY(refused([](Json& json) { json["signatures"][0]["sig"] = Json::array(); }));
        QCOMPARE(relay.entries("after=0").at("cursor").get<int>(), 1);
    }

    /// However its length is told, or not told.
    void tooLargeIsTooLarge()
    {
        RelayJobsRelay relay;
        const std::string job = relay.submitter().submit(relay.process.port(), "{}").value();
        const auto chunked = [&](const std::string& path, std::size_t bytes) {
            std::string request =
                "POST /v1/inboxes/demo/jobs" + path +
                " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nAuthorization: Bearer " +
                relay.process.createToken(QStringLiteral("demo"), QStringLiteral("admin")) + "\r\n\r\n";
            for (std::size_t sent = 0; sent < bytes; sent += 4096) {
                request += "1000\r\n" + std::string(4096, ' ') + "\r\n";
            }
            return relay.ask(request + "0\r\n\r\n");
        };
        // A withdrawal has nothing to be long about.
        const std::array<std::pair<std::string, std::size_t>, 4> limits{
            {{"", 256 * 1024},
             {"/" + job + "/events", 272 * 1024},
             {"/" + job + "/withdraw", 8 * 1024},
             {"/" + job + "/approvals", 16 * 1024}}};
        for (const auto& [path, limit] : limits) {
            QVERIFY2(isProblem(chunked(path, limit), 400), path.c_str());
            QVERIFY2(isProblem(chunked(path, limit + 4096), 413), path.c_str());
        }
        QVERIFY(isProblem(chunked("/" + job + "/claim", 4096), 413));
        QCOMPARE(statusOf(relay.claim(job, "desk-1")), 200);
    }

    /// The relay knows no operator: whose statement it is, and whether, is nothing to it. But not without
    /// end.
    void statementsAreBounded()
    {
        RelayJobsRelay relay;
        const std::string job = relay.submitter().submit(relay.process.port(), "{}").value();
        Json forged = parseJson(approvalOf(job, "approve")).value();
        for (int i = 0; i < 64; ++i) {
            forged["signatures"][0]["sig"] = toBase64(Bytes(64, static_cast<std::uint8_t>(i)));
            QCOMPARE(statusOf(relay.approve(job, forged.dump())), 201);
        }
        QVERIFY(isProblem(relay.approve(job, approvalOf(job, "approve")), 409, "as many"));
        QCOMPARE(statusOf(relay.approve(job, forged.dump())), 200);
        // The genuine one of another desk has room of its own.
        const std::string other =
            relay.process.createToken(QStringLiteral("demo"), QStringLiteral("consumer"));
        QCOMPARE(statusOf(relay.post("/" + job + "/approvals", approvalOf(job, "approve"), other)), 201);
    }

    void submittersDoNotMeet()
    {
        RelayJobsRelay relay;
        const JobSubmitter mine = relay.submitter();
        const JobSubmitter other("demo", relay.process.createSubmitterToken(QStringLiteral("demo")),
                                 seedOf('a'));
        const std::string job = mine.submit(relay.process.port(), "{}").value();
        QVERIFY(isProblem(other.show(relay.process.port(), job), 404));
        for (int i = 0; i < 20; ++i) {
            QVERIFY(isProblem(other.withdraw(relay.process.port(), job), 404));
        }
        QCOMPARE(statusOf(mine.show(relay.process.port(), job)), 200);
        QCOMPARE(statusOf(mine.withdraw(relay.process.port(), job)), 200);
        QCOMPARE(statusOf(relay.ask(RawHttp::get("/v1/inboxes/demo/jobs/" + job, relay.consumer))), 200);
    }

    void aSubmitterIsBounded()
    {
        RelayJobsRelay relay({QStringLiteral("--max-pending-jobs"), QStringLiteral("2")});
        const JobSubmitter submitter = relay.submitter();
        QVERIFY(submitter.submit(relay.process.port(), "1").has_value());
        const std::string second = submitter.submit(relay.process.port(), "2").value();
        const auto refused = submitter.post(relay.process.port(), submitter.envelopeOf("3"));
        QVERIFY(isProblem(refused, 429, "not finished"));
        QVERIFY(refused->headers.contains("retry-after"));
        QCOMPARE(statusOf(relay.event(second, eventOf(second, "rejected", true))), 200);
        QVERIFY(submitter.submit(relay.process.port(), "3").has_value());
        bool limited = false;
        RawHttp connection(relay.process.port());
        for (int i = 0; i < 600 && !limited; ++i) {
            QVERIFY(connection.send(RawHttp::post("/v1/inboxes/demo/jobs", "x",
                                                  "Authorization: Bearer " + relay.submitterToken + "\r\n")));
            const auto response = connection.receive();
            limited = isProblem(response, 429, "Too many calls") && response->headers.contains("retry-after");
        }
        QVERIFY(limited);
        // Another token is not held up by it.
        QCOMPARE(statusOf(relay.claim(second, "d")), 409);
    }
};

COUNTERSIGN_GUILESS_TEST(RelayJobsRefusalsTest)
#include "RelayJobsRefusals_test.moc"
