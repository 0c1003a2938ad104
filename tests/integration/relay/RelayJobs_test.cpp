#include "core/base/Base64.h"
#include "core/base/Clock.h"
#include "core/base/Json.h"
#include "core/crypto/envelopes/Dsse.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/JobSubmitter.h"
#include "tests/support/processes/RelayProcess.h"
#include "tests/support/processes/TestDatabase.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <barrier>
#include <functional>
#include <thread>

using namespace countersign;
using namespace countersign::testing;

namespace {

SecretBytes seedOf(char fill)
{
    return SecretBytes::copyOf(std::string(32, fill));
}

struct RelayJobsRelay
{
    TestDatabase database;
    RelayProcess process{database.url()};
    std::string consumer;
    std::string submitterToken;

    explicit RelayJobsRelay(const QStringList& options = {})
    {
        if (process.createInbox(QStringLiteral("demo"))) {
            consumer = process.createToken(QStringLiteral("demo"), QStringLiteral("consumer"));
            submitterToken = process.createSubmitterToken(QStringLiteral("demo"));
        }
        if (!process.start(options)) {
            qFatal("The relay did not start: %s", process.errors().constData());
        }
    }

    JobSubmitter submitter(char seed = 'a') const { return {"demo", submitterToken, seedOf(seed)}; }

    std::optional<RawResponse> ask(std::string_view request) const
    {
        return RawHttp::exchange(process.port(), request);
    }
    std::optional<RawResponse> post(const std::string& path, std::string_view body,
                                    const std::string& token) const
    {
        return ask(RawHttp::post("/v1/inboxes/demo/jobs" + path, body,
                                 token.empty() ? "" : "Authorization: Bearer " + token + "\r\n"));
    }
    std::optional<RawResponse> claim(const std::string& job, const std::string& desk,
                                     const std::string& token = {}) const
    {
        return post("/" + job + "/claim", dumpJson({{"desk", desk}}), token.empty() ? consumer : token);
    }
    std::optional<RawResponse> event(const std::string& job, const std::string& envelope) const
    {
        return post("/" + job + "/events", envelope, consumer);
    }
    Json entries(const std::string& query) const
    {
        const auto response = ask(RawHttp::get("/v1/inboxes/demo/entries?" + query, consumer));
        return response && response->status == 200
                   ? parseJson(response->body, {16 * 1024 * 1024, 16, 100'000}).value_or(Json(nullptr))
                   : Json(nullptr);
    }
    double metric(const std::string& name) const
    {
        const auto response = ask(RawHttp::get("/metrics"));
        const std::size_t at = response ? response->body.find("\n" + name + " ") : std::string::npos;
        return at == std::string::npos ? -1 : std::stod(response->body.substr(at + name.size() + 2));
    }
};

int statusOf(const std::optional<RawResponse>& response)
{
    return response ? response->status : 0;
}

bool relayJobsIsProblem(const std::optional<RawResponse>& response, int status, std::string_view detail = {})
{
    if (!response || response->status != status ||
        response->headers.at("content-type") != "application/problem+json") {
        return false;
    }
    const auto json = parseJson(response->body);
    return json && json->at("status") == status &&
           json->at("detail").get<std::string>().find(detail) != std::string::npos;
}

Json bodyOf(const std::optional<RawResponse>& response)
{
    return response ? parseJson(response->body).value_or(Json(nullptr)) : Json(nullptr);
}

std::string eventOf(const std::string& job, const std::string& state, bool isFinal,
                    const Json& result = nullptr, char seed = 'd', const std::string& desk = "desk-1")
{
    Json payload = {{"jobId", job},
                    {"desk", desk},
                    {"state", state},
                    {"at", "2026-01-31T12:00:00.000Z"},
                    {"final", isFinal}};
    if (!result.is_null()) {
        payload["result"] = result;
    }
    const std::string text = dumpJson(payload);
    return signDsse(jobEventPayloadType, asBytes(text), seedOf(seed)).value();
}

}  // namespace

class RelayJobsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString reason = TestDatabase::whyNot(); !reason.isEmpty()) {
            QSKIP(qPrintable(reason));
        }
    }

    void aJobGoesItsWholeWay()
    {
        RelayJobsRelay relay;
        const JobSubmitter submitter = relay.submitter();
        const std::string document = "{\"wallet\": \"w\",\"kind\":\"evm.message\"}";
        const std::string envelope = submitter.envelopeOf(document);
        const auto created = submitter.post(relay.process.port(), envelope);
        QCOMPARE(statusOf(created), 201);
        const std::string job = bodyOf(created).at("jobId").get<std::string>();
        QCOMPARE(job, JobSubmitter::jobIdOf(document));
        QCOMPARE(bodyOf(created).at("seq").get<int>(), 1);
        const auto again = submitter.post(relay.process.port(), envelope);
        QCOMPARE(statusOf(again), 200);
        QCOMPARE(again->body, created->body);

        const Json entry = relay.entries("after=0").at("entries").at(0);
        QCOMPARE(entry.at("kind").get<std::string>(), std::string("job"));
        QCOMPARE(asText(*fromBase64(entry.at("bodyBase64").get<std::string>())), std::string_view(envelope));
        const Json pending = {{"jobId", job}, {"state", "pending"}};
        QCOMPARE(bodyOf(submitter.show(relay.process.port(), job)).dump(), pending.dump());

        const auto claimed = relay.claim(job, "desk-1");
        QCOMPARE(statusOf(claimed), 200);
        QVERIFY(fromIso8601(bodyOf(claimed).at("leaseUntil").get<std::string>()).has_value());
        QVERIFY(relayJobsIsProblem(relay.claim(job, "desk-2"), 409,
                                   bodyOf(claimed).at("leaseUntil").get<std::string>()));

        const std::string signedEvent = eventOf(job, "signed", false, {{"signature", "0x01"}});
        const auto told = relay.event(job, signedEvent);
        QCOMPARE(statusOf(told), 200);
        QCOMPARE(bodyOf(told).at("state").get<std::string>(), std::string("signed"));
        Json shown = bodyOf(submitter.show(relay.process.port(), job));
        QCOMPARE(shown.at("state").get<std::string>(), std::string("signed"));
        QCOMPARE(shown.at("result").at("signature").get<std::string>(), std::string("0x01"));
        QCOMPARE(shown.at("event").dump(), signedEvent);
        // What a back end checks: the event verifies under the desk's key.
        const auto desk = ed25519::publicKey(seedOf('d')).value();
        QVERIFY(verifyDsse(parseDsse(shown.at("event").dump()).value(), std::span(&desk, 1)).has_value());

        const std::string last = eventOf(job, "confirmed", true, {{"signature", "0x01"}, {"hash", "0x02"}});
        QCOMPARE(statusOf(relay.event(job, last)), 200);
        QCOMPARE(statusOf(relay.event(job, last)), 200);
        QVERIFY(relayJobsIsProblem(relay.event(job, eventOf(job, "failed", true)), 409, "finished"));
        QVERIFY(relayJobsIsProblem(relay.claim(job, "desk-1"), 409, "finished"));
        QVERIFY(relayJobsIsProblem(submitter.withdraw(relay.process.port(), job), 409, "finished"));
        shown = bodyOf(relay.ask(RawHttp::get("/v1/inboxes/demo/jobs/" + job, relay.consumer)));
        QCOMPARE(shown.at("state").get<std::string>(), std::string("confirmed"));
        QCOMPARE(shown.at("result").at("hash").get<std::string>(), std::string("0x02"));
        for (const auto& [action, count] : {std::pair("submitted", 1.0), std::pair("repeated", 2.0),
                                            std::pair("claimed", 1.0), std::pair("event", 2.0)}) {
            QCOMPARE(relay.metric("countersign_relay_jobs_total{action=\"" + std::string(action) + "\"}"),
                     count);
        }
    }

    void aBadlySignedCopyDoesNotBlockTheGenuineOne()
    {
        RelayJobsRelay relay;
        const std::string document = "{}";
        const JobSubmitter genuine = relay.submitter('a');
        Json bad = parseJson(genuine.envelopeOf(document)).value();
        bad["signatures"][0]["sig"] = toBase64(Bytes(64, 7));
        const Json first = bodyOf(genuine.post(relay.process.port(), bad.dump()));
        const auto second = genuine.post(relay.process.port(), genuine.envelopeOf(document));
        QCOMPARE(statusOf(second), 200);
        QVERIFY(bodyOf(second).at("jobId") == first.at("jobId"));
        QCOMPARE(first.at("seq").get<int>(), 1);
        QCOMPARE(bodyOf(second).at("seq").get<int>(), 2);
        const Json page = relay.entries("after=0");
        QCOMPARE(page.at("entries").size(), std::size_t(2));
        const Bytes body = fromBase64(page.at("entries").at(1).at("bodyBase64").get<std::string>()).value();
        const auto key = ed25519::publicKey(seedOf('a')).value();
        QVERIFY(verifyDsse(parseDsse(asText(body)).value(), std::span(&key, 1)).has_value());
        // But not without end.
        for (char seed = 'b'; seed < 'b' + 14; ++seed) {
            QCOMPARE(statusOf(genuine.post(relay.process.port(), relay.submitter(seed).envelopeOf(document))),
                     200);
        }
        QVERIFY(relayJobsIsProblem(
            genuine.post(relay.process.port(), relay.submitter('z').envelopeOf(document)), 409));
    }

    void rolesAndRefusals()
    {
        RelayJobsRelay relay;
        QVERIFY(relay.process.createInbox(QStringLiteral("other")));
        const std::string foreign = relay.process.createSubmitterToken(QStringLiteral("other"));
        const std::string admin = relay.process.createToken(QStringLiteral("demo"), QStringLiteral("admin"));
        const JobSubmitter submitter = relay.submitter();
        const std::string envelope = submitter.envelopeOf("{}");
        QVERIFY(relayJobsIsProblem(relay.post("", envelope, {}), 401));
        QVERIFY(relayJobsIsProblem(relay.post("", envelope, "cs_" + std::string(43, 'A')), 401));
        QVERIFY(relayJobsIsProblem(relay.post("", envelope, foreign), 403));
        QVERIFY(relayJobsIsProblem(relay.post("", envelope, relay.consumer), 403));
        QCOMPARE(statusOf(relay.post("", envelope, admin)), 201);
        const std::string job = JobSubmitter::jobIdOf("{}");
        QVERIFY(relayJobsIsProblem(relay.claim(job, "d", relay.submitterToken), 403));
        QVERIFY(relayJobsIsProblem(
            relay.post("/" + job + "/events", eventOf(job, "failed", true), relay.submitterToken), 403));
        QVERIFY(relayJobsIsProblem(
            relay.post("/" + job + "/withdraw", submitter.withdrawalOf(job), relay.consumer), 403));
        const std::string unknown(64, '0');
        QVERIFY(relayJobsIsProblem(relay.claim(unknown, "d"), 404, "job"));
        QVERIFY(relayJobsIsProblem(relay.event(unknown, eventOf(unknown, "failed", true)), 404, "job"));
        QVERIFY(relayJobsIsProblem(submitter.withdraw(relay.process.port(), unknown), 404, "job"));
        QVERIFY(relayJobsIsProblem(submitter.show(relay.process.port(), unknown), 404, "job"));
        QVERIFY(relayJobsIsProblem(relay.ask(RawHttp::get("/v1/inboxes/demo/jobs/" + job, foreign)), 403));
        QVERIFY(relayJobsIsProblem(relay.ask(RawHttp::get("/v1/inboxes/demo/jobs/" + job)), 401));
        QVERIFY(
            relayJobsIsProblem(relay.ask(RawHttp::get("/v1/inboxes/none/jobs/" + job, relay.consumer)), 404));
        for (const char* call : {"", "/claim", "/events", "/withdraw"}) {
            const std::string path =
                "/v1/inboxes/none/jobs" + (*call == '\0' ? std::string() : "/" + job + call);
            QVERIFY2(
                relayJobsIsProblem(
                    relay.ask(RawHttp::post(path, envelope, "Authorization: Bearer " + admin + "\r\n")), 404),
                call);
        }
        // The entries of a job are a consumer's, not a submitter's.
        QVERIFY(relayJobsIsProblem(
            relay.ask(RawHttp::get("/v1/inboxes/demo/entries?after=0", relay.submitterToken)), 403));
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
            QVERIFY(relayJobsIsProblem(submitter.post(relay.process.port(), body), 400));
            QVERIFY(relayJobsIsProblem(relay.event(job, body), 400));
            // A withdrawal has nothing to be long about.
            QVERIFY(relayJobsIsProblem(relay.post("/" + job + "/withdraw", body, relay.submitterToken),
                                       body.size() > 8 * 1024 ? 413 : 400));
        }
        for (const std::string& body :
             {std::string(), std::string("{}"), std::string("{\"desk\":\"a b\"}"), std::string(600, '[')}) {
            QVERIFY(relayJobsIsProblem(relay.post("/" + job + "/claim", body, relay.consumer), 400));
        }
        QVERIFY(
            relayJobsIsProblem(submitter.post(relay.process.port(), std::string(256 * 1024 + 1, ' ')), 413));
        QVERIFY(relayJobsIsProblem(relay.event(job, std::string(272 * 1024 + 1, ' ')), 413));
        QVERIFY(relayJobsIsProblem(relay.claim(job, std::string(1100, 'd')), 413));
        Json forged = parseJson(eventOf(job, "rejected", true)).value();
        forged["signatures"][0]["sig"] = toBase64(Bytes(64, 7));
        QVERIFY(relayJobsIsProblem(relay.event(job, forged.dump()), 400, "verify"));
        QVERIFY(relayJobsIsProblem(relay.event(job, eventOf(std::string(64, '2'), "rejected", true)), 400));
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
            return relayJobsIsProblem(submitter.post(relay.process.port(), submission.dump()), 400) &&
                   relayJobsIsProblem(relay.event(job, event.dump()), 400) &&
                   relayJobsIsProblem(
                       relay.post("/" + job + "/withdraw", withdrawal.dump(), relay.submitterToken), 400);
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
        const std::array<std::pair<std::string, std::size_t>, 3> limits{
            {{"", 256 * 1024}, {"/" + job + "/events", 272 * 1024}, {"/" + job + "/withdraw", 8 * 1024}}};
        for (const auto& [path, limit] : limits) {
            QVERIFY2(relayJobsIsProblem(chunked(path, limit), 400), path.c_str());
            QVERIFY2(relayJobsIsProblem(chunked(path, limit + 4096), 413), path.c_str());
        }
        QVERIFY(relayJobsIsProblem(chunked("/" + job + "/claim", 4096), 413));
        QCOMPARE(statusOf(relay.claim(job, "desk-1")), 200);
    }

    /// While another holds the job a desk without a claim is not heard; otherwise it is, and what it begins
    /// is its own.
    void eventsFromADeskThatHoldsNothing()
    {
        RelayJobsRelay relay;
        const std::string job = relay.submitter().submit(relay.process.port(), "{}").value();
        QCOMPARE(statusOf(relay.claim(job, "desk-1")), 200);
        for (const char* state : {"approved", "signing", "signed", "rejected", "expired", "pending"}) {
            QVERIFY(relayJobsIsProblem(relay.event(job, eventOf(job, state, false, nullptr, 'e', "desk-2")),
                                       409, "holds"));
        }
        const std::string free = relay.submitter().submit(relay.process.port(), "1").value();
        QCOMPARE(statusOf(relay.event(free, eventOf(free, "signing", false, nullptr, 'e', "desk-2"))), 200);
        QVERIFY(relayJobsIsProblem(relay.claim(free, "desk-1"), 409, "begun"));
        QVERIFY(relayJobsIsProblem(relay.event(free, eventOf(free, "rejected", true)), 409, "begun"));
        QCOMPARE(statusOf(relay.claim(free, "desk-2")), 200);
        QCOMPARE(statusOf(relay.event(free, eventOf(free, "failed", true, nullptr, 'e', "desk-2"))), 200);
    }

    void aLeaseEndsByItself()
    {
        RelayJobsRelay relay({QStringLiteral("--claim-lease"), QStringLiteral("1")});
        const std::string job = relay.submitter().submit(relay.process.port(), "{}").value();
        QCOMPARE(statusOf(relay.claim(job, "desk-1")), 200);
        QVERIFY(
            relayJobsIsProblem(relay.event(job, eventOf(job, "signed", false, nullptr, 'e', "desk-2")), 409));
        QTRY_COMPARE_WITH_TIMEOUT(statusOf(relay.claim(job, "desk-2")), 200, patienceMs);
    }

    void aRestartKeepsTheLease()
    {
        RelayJobsRelay relay;
        const std::string job = relay.submitter().submit(relay.process.port(), "{}").value();
        QCOMPARE(statusOf(relay.claim(job, "desk-1")), 200);
        relay.process.kill();
        QVERIFY(relay.process.start());
        QVERIFY(relayJobsIsProblem(relay.claim(job, "desk-2"), 409));
        QCOMPARE(statusOf(relay.claim(job, "desk-1")), 200);
    }

    void withdrawalsReachTheFeed()
    {
        // Long enough to be asked about while it lasts.
        RelayJobsRelay relay({QStringLiteral("--claim-lease"), QStringLiteral("5")});
        const JobSubmitter submitter = relay.submitter();
        const std::string job = submitter.submit(relay.process.port(), "{}").value();
        QCOMPARE(statusOf(relay.claim(job, "desk-1")), 200);
        QVERIFY(relayJobsIsProblem(submitter.withdraw(relay.process.port(), job), 409, "holds"));
        QTRY_COMPARE_WITH_TIMEOUT(statusOf(submitter.withdraw(relay.process.port(), job)), 200, patienceMs);
        const auto again = submitter.withdraw(relay.process.port(), job);
        QCOMPARE(bodyOf(again).at("seq").get<int>(), 2);
        const Json shown = bodyOf(submitter.show(relay.process.port(), job));
        QCOMPARE(shown.at("state").get<std::string>(), std::string("pending"));
        QVERIFY(shown.at("withdrawalRequested").get<bool>());
        const Json entry = relay.entries("after=1").at("entries").at(0);
        QCOMPARE(entry.at("kind").get<std::string>(), std::string("withdrawal"));
        QCOMPARE(asText(*fromBase64(entry.at("bodyBase64").get<std::string>())),
                 std::string_view(submitter.withdrawalOf(job)));
        QCOMPARE(shown.at("withdrawalSeq").get<int>(), 2);
        const Json claimed = bodyOf(relay.claim(job, "desk-1"));
        QVERIFY(claimed.at("withdrawalRequested").get<bool>());
        QCOMPARE(claimed.at("withdrawalSeq").get<int>(), 2);
        QCOMPARE(statusOf(relay.event(job, eventOf(job, "withdrawn", true))), 200);
        QCOMPARE(bodyOf(submitter.show(relay.process.port(), job)).at("state").get<std::string>(),
                 std::string("withdrawn"));
    }

    void aJobEndsALongPoll()
    {
        RelayJobsRelay relay;
        RawHttp poller(relay.process.port());
        QVERIFY(poller.send(RawHttp::get("/v1/inboxes/demo/entries?after=0&wait=30", relay.consumer)));
        QTRY_COMPARE_WITH_TIMEOUT(relay.metric("countersign_relay_polls_waiting"), 1.0, patienceMs);
        QVERIFY(relay.submitter().submit(relay.process.port(), "{}").has_value());
        const auto response = poller.receive(false, std::chrono::seconds(20));
        QVERIFY(response.has_value());
        QCOMPARE(bodyOf(response).at("entries").size(), std::size_t(1));
    }

    void submittersDoNotMeet()
    {
        RelayJobsRelay relay;
        const JobSubmitter mine = relay.submitter();
        const JobSubmitter other("demo", relay.process.createSubmitterToken(QStringLiteral("demo")),
                                 seedOf('a'));
        const std::string job = mine.submit(relay.process.port(), "{}").value();
        QVERIFY(relayJobsIsProblem(other.show(relay.process.port(), job), 404));
        for (int i = 0; i < 20; ++i) {
            QVERIFY(relayJobsIsProblem(other.withdraw(relay.process.port(), job), 404));
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
        QVERIFY(relayJobsIsProblem(refused, 429, "not finished"));
        QVERIFY(refused->headers.contains("retry-after"));
        QCOMPARE(statusOf(relay.event(second, eventOf(second, "rejected", true))), 200);
        QVERIFY(submitter.submit(relay.process.port(), "3").has_value());
        bool limited = false;
        RawHttp connection(relay.process.port());
        for (int i = 0; i < 600 && !limited; ++i) {
            QVERIFY(connection.send(RawHttp::post("/v1/inboxes/demo/jobs", "x",
                                                  "Authorization: Bearer " + relay.submitterToken + "\r\n")));
            const auto response = connection.receive();
            limited = relayJobsIsProblem(response, 429, "Too many calls") &&
                      response->headers.contains("retry-after");
        }
        QVERIFY(limited);
        // Another token is not held up by it.
        QCOMPARE(statusOf(relay.claim(second, "d")), 409);
    }

    void twoDesksAtOnceDoNotBothWin()
    {
        RelayJobsRelay relay;
        const JobSubmitter submitter = relay.submitter();
        for (int round = 0; round < 20; ++round) {
            const std::string job = submitter.submit(relay.process.port(), std::to_string(round)).value();
            std::array<int, 4> answers{};
            std::vector<std::thread> desks;
            for (std::size_t i = 0; i < answers.size(); ++i) {
                desks.emplace_back([&relay, &answers, &job, i] {
                    answers.at(i) = statusOf(relay.claim(job, "desk-" + std::to_string(i)));
                });
            }
            for (std::thread& desk : desks) {
                desk.join();
            }
            QCOMPARE(std::ranges::count(answers, 200), std::ptrdiff_t(1));
            QCOMPARE(std::ranges::count(answers, 409), std::ptrdiff_t(3));
        }
    }

    /// Desks with tokens of their own, on connections that are open already: nothing but the store decides.
    void claimsAtTheSameMoment()
    {
        RelayJobsRelay relay;
        constexpr std::size_t desks = 6;
        constexpr int rounds = 12;
        std::vector<std::string> jobs;
        for (int round = 0; round < rounds; ++round) {
            jobs.push_back(relay.submitter().submit(relay.process.port(), std::to_string(round)).value());
        }
        std::vector<std::string> tokens;
        for (std::size_t i = 0; i < desks; ++i) {
            tokens.push_back(relay.process.createToken(QStringLiteral("demo"), QStringLiteral("consumer")));
        }
        std::array<std::vector<int>, desks> answers;
        std::barrier start(static_cast<std::ptrdiff_t>(desks));
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < desks; ++i) {
            threads.emplace_back([&, i] {
                RawHttp connection(relay.process.port());
                for (const std::string& job : jobs) {
                    start.arrive_and_wait();
                    // Half of them under one name: the token tells them apart.
                    const std::string desk = i % 2 == 0 ? "desk" : "desk-" + std::to_string(i);
                    (void)connection.send(RawHttp::post("/v1/inboxes/demo/jobs/" + job + "/claim",
                                                        dumpJson({{"desk", desk}}),
                                                        "Authorization: Bearer " + tokens.at(i) + "\r\n"));
                    answers.at(i).push_back(statusOf(connection.receive()));
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        for (std::size_t round = 0; round < jobs.size(); ++round) {
            std::size_t won = 0;
            std::size_t refused = 0;
            for (const std::vector<int>& desk : answers) {
                won += desk.at(round) == 200 ? 1 : 0;
                refused += desk.at(round) == 409 ? 1 : 0;
            }
            QCOMPARE(won, std::size_t(1));
            QCOMPARE(refused, desks - 1);
        }
    }

    /// Either the withdrawal comes too late, or the desk is told of it.
    void aClaimAndAWithdrawalAtTheSameMoment()
    {
        RelayJobsRelay relay;
        const JobSubmitter submitter = relay.submitter();
        for (int round = 0; round < 12; ++round) {
            const std::string job = submitter.submit(relay.process.port(), std::to_string(round)).value();
            std::optional<RawResponse> withdrawn;
            std::barrier start(2);
            std::thread other([&] {
                start.arrive_and_wait();
                withdrawn = submitter.withdraw(relay.process.port(), job);
            });
            start.arrive_and_wait();
            const auto claimed = relay.claim(job, "desk-1");
            other.join();
            QCOMPARE(statusOf(claimed), 200);
            const Json claim = bodyOf(claimed);
            if (statusOf(withdrawn) == 409) {
                QVERIFY(!claim.contains("withdrawalSeq") && !claim.contains("withdrawalRequested"));
            } else {
                QCOMPARE(statusOf(withdrawn), 200);
                QVERIFY(claim.at("withdrawalSeq") == bodyOf(withdrawn).at("seq"));
            }
        }
    }

    void duplicatesAtTheSameMomentAreOne()
    {
        RelayJobsRelay relay;
        const JobSubmitter submitter = relay.submitter();
        const std::string envelope = submitter.envelopeOf("{}");
        std::array<std::optional<RawResponse>, 8> posted;
        std::barrier start(static_cast<std::ptrdiff_t>(posted.size()));
        std::vector<std::thread> threads;
        for (auto& answer : posted) {
            threads.emplace_back([&] {
                start.arrive_and_wait();
                answer = submitter.post(relay.process.port(), envelope);
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        std::array<int, posted.size()> statuses{};
        std::ranges::transform(posted, statuses.begin(), statusOf);
        QCOMPARE(std::ranges::count(statuses, 201), std::ptrdiff_t(1));
        QCOMPARE(std::ranges::count(statuses, 200), std::ptrdiff_t(posted.size() - 1));
        for (const auto& answer : posted) {
            QCOMPARE(answer->body, posted.front()->body);
        }
        QCOMPARE(relay.entries("after=0").at("entries").size(), std::size_t(1));
        // Two last words: the first counts.
        const std::string job = JobSubmitter::jobIdOf("{}");
        std::array<int, 2> last{};
        std::thread other([&] { last[0] = statusOf(relay.event(job, eventOf(job, "rejected", true))); });
        last[1] = statusOf(relay.event(job, eventOf(job, "expired", true)));
        other.join();
        QCOMPARE(std::ranges::count(last, 200), std::ptrdiff_t(1));
        QCOMPARE(std::ranges::count(last, 409), std::ptrdiff_t(1));
    }
};

COUNTERSIGN_GUILESS_TEST(RelayJobsTest)
#include "RelayJobs_test.moc"
