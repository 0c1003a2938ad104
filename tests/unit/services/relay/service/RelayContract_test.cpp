#include "tests/support/TestProgram.h"
#include "tests/support/fakes/RawHttp.h"
#include "tests/support/fixtures/relay/RelayScene.h"
#include "tests/unit/services/relay/service/ContractRecord.h"

#include <QTest>

#include <set>

using namespace countersign;
using namespace countersign::relay;
using namespace countersign::relay::testing;
using namespace countersign::testing;

// docs/relay.openapi.json is what other people's programs are written from: it must say what the server does.
// Every call is made over HTTP until each status that the document names has come, and no other one has.
// Whether heads and bodies are what the document's schemas say judges ajv (tests/oracles/openapi.mjs), where
// it is installed.

namespace {

constexpr std::string_view jobType = jobPayloadType;

}  // namespace

class RelayContractTest : public QObject, private RelayScene
{
    Q_OBJECT

private Q_SLOTS:
    void init() { setUp(); }

    void cleanup() { tearDown(); }

    void theDocumentNamesTheRoutes()
    {
        std::set<std::string> served;
        for (const RelayOperation& operation : relayOperations()) {
            served.insert(std::string(operation.method) + " " + std::string(operation.path));
        }
        QCOMPARE(m_record.operations(), served);
    }

    void deliver()
    {
        RelayService::Options options;
        options.posts = PostRates{{0.01, 2}, {1e9, 1e9}};
        begin({"POST", "/in/{inbox}"}, options);
        QCOMPARE(send("/in/demo", {}, "{}"), 200);
        QCOMPARE(send("/in/nobody", {}, "{}"), 404);
        broken = true;
        QCOMPARE(send("/in/demo", {}, "{}"), 503);
        QCOMPARE(send("/in/demo", {}, "{}"), 429);
        breakTheProtocol("/in/demo");
        finish();
    }

    void readEntries()
    {
        begin({"GET", "/v1/inboxes/{inbox}/entries"});
        const std::string path = "/v1/inboxes/demo/entries";
        http::HttpRequest delivery = requestOf("POST", "/in/demo", {{"X-Dyn-A", "1"}, {"X-Dyn-A", "2"}});
        delivery.body = "not even JSON";
        QCOMPARE(ask(delivery).status, 200U);
        QCOMPARE(ask(submit("{}")).status, 201U);
        QCOMPARE(send(path, token), 200);
        QCOMPARE(send(path + "?after=2&limit=1&wait=0&feed=&head=", token), 200);
        QCOMPARE(send(path + "?after=x", token), 400);
        QCOMPARE(send(path + "?after=3", token), 409);
        QCOMPARE(send(path + "?after=1&feed=" + std::string(32, '0'), token), 409);
        refuseStrangers("/v1/inboxes/nobody/entries", path, submitters[0]);
        broken = true;
        QCOMPARE(send(path, token), 503);
        breakTheProtocol(path);
        finish();
    }

    void submitJob()
    {
        RelayService::Options options;
        options.jobQuota.envelopesPerJob = 1;
        options.jobQuota.pendingJobs = 1;
        begin({"POST", "/v1/inboxes/{inbox}/jobs"}, options);
        const std::string path = "/v1/inboxes/demo/jobs";
        const std::string& submitter = submitters[0];
        QCOMPARE(send(path, submitter, envelopeOf(jobType, "{}", 'a')), 201);
        QCOMPARE(send(path, submitter, envelopeOf(jobType, "{}", 'a')), 200);
        QCOMPARE(send(path, submitter, "{}"), 400);
        QCOMPARE(send(path, submitter, envelopeOf(jobType, "{}", 'b')), 409);
        QCOMPARE(send(path, submitter, envelopeOf(jobType, "[]", 'a')), 429);
        refuseStrangers("/v1/inboxes/nobody/jobs", path, token);
        broken = true;
        QCOMPARE(send(path, submitter, envelopeOf(jobType, "{}", 'a')), 503);
        breakTheProtocol(path);
        finish();
    }

    void showJob()
    {
        begin({"GET", "/v1/inboxes/{inbox}/jobs/{jobId}"});
        const std::string path = newJob();
        QCOMPARE(send(path, token), 200);
        QCOMPARE(withdraw(path).status, 200U);
        QCOMPARE(report(path, "signed").status, 200U);
        QCOMPARE(send(path, token), 200);
        QCOMPARE(send("/v1/inboxes/demo/jobs/" + std::string(64, 'a'), token), 404);
        QCOMPARE(send(path, submitters[0]), 404);
        QCOMPARE(send(path), 401);
        // Every role may ask, so this is a token of another inbox.
        QCOMPARE(send("/v1/inboxes/signed/jobs/" + std::string(64, 'a'), token), 403);
        broken = true;
        QCOMPARE(send(path, token), 503);
        breakTheProtocol(path);
        finish();
    }

    void claimJob()
    {
        begin({"POST", "/v1/inboxes/{inbox}/jobs/{jobId}/claim"});
        const std::string job = newJob();
        const std::string path = job + "/claim";
        QCOMPARE(withdraw(job).status, 200U);
        QCOMPARE(send(path, token, R"({"desk":"one"})"), 200);
        QCOMPARE(send(path, token, R"({"desk":"two"})"), 409);
        QCOMPARE(send(path, token, R"({"desk":""})"), 400);
        QCOMPARE(send("/v1/inboxes/demo/jobs/" + std::string(64, 'a') + "/claim", token, R"({"desk":"one"})"),
                 404);
        refuseStrangers("/v1/inboxes/nobody/jobs/" + std::string(64, 'a') + "/claim", path, submitters[0]);
        broken = true;
        QCOMPARE(send(path, token, R"({"desk":"one"})"), 503);
        breakTheProtocol(path);
        finish();
    }

    void reportJob()
    {
        begin({"POST", "/v1/inboxes/{inbox}/jobs/{jobId}/events"});
        const std::string job = newJob();
        const std::string path = job + "/events";
        QCOMPARE(send(path, token, eventOf(job, "signing")), 200);
        QCOMPARE(send(path, token, eventOf(job, "signing")), 200);
        QCOMPARE(send(path, token, eventOf(job, "approved", "two")), 409);
        QCOMPARE(send(path, token, eventOf(job, "dreaming")), 400);
        const std::string unknown = "/v1/inboxes/demo/jobs/" + std::string(64, 'a');
        QCOMPARE(send(unknown + "/events", token, eventOf(unknown, "signing")), 404);
        refuseStrangers("/v1/inboxes/nobody/jobs/" + std::string(64, 'a') + "/events", path, submitters[0]);
        broken = true;
        QCOMPARE(send(path, token, eventOf(job, "signed")), 503);
        breakTheProtocol(path);
        finish();
    }

    void withdrawJob()
    {
        begin({"POST", "/v1/inboxes/{inbox}/jobs/{jobId}/withdraw"});
        const std::string job = newJob();
        const std::string path = job + "/withdraw";
        QCOMPARE(send(path, adminToken, withdrawalOf(job)), 200);
        QCOMPARE(send(path, adminToken, "{}"), 400);
        QCOMPARE(send(path, submitters[0], withdrawalOf(job)), 404);
        QCOMPARE(report(job, "signed").status, 200U);
        QCOMPARE(send(path, adminToken, withdrawalOf(job, 'x')), 409);
        refuseStrangers("/v1/inboxes/nobody/jobs/" + std::string(64, 'a') + "/withdraw", path, token);
        broken = true;
        QCOMPARE(send(path, adminToken, withdrawalOf(job)), 503);
        breakTheProtocol(path);
        finish();
    }

    void addApproval()
    {
        begin({"POST", "/v1/inboxes/{inbox}/jobs/{jobId}/approvals"});
        const std::string job = newJob();
        const std::string path = job + "/approvals";
        QCOMPARE(send(path, token, approvalOf(job)), 201);
        QCOMPARE(send(path, token, approvalOf(job)), 200);
        QCOMPARE(send(path, token, withdrawalOf(job)), 400);
        const std::string unknown = "/v1/inboxes/demo/jobs/" + std::string(64, 'a');
        QCOMPARE(send(unknown + "/approvals", token, approvalOf(unknown)), 404);
        QCOMPARE(report(job, "rejected", true).status, 200U);
        QCOMPARE(send(path, token, approvalOf(job, 'x')), 409);
        refuseStrangers("/v1/inboxes/nobody/jobs/" + std::string(64, 'a') + "/approvals", path,
                        submitters[0]);
        broken = true;
        QCOMPARE(send(path, token, approvalOf(job)), 503);
        breakTheProtocol(path);
        finish();
    }

    void addStatement()
    {
        begin({"POST", "/v1/inboxes/{inbox}/statements"});
        const std::string path = "/v1/inboxes/demo/statements";
        const std::string freeze = envelopeOf(freezePayloadType, "{}", 'o');
        QCOMPARE(send(path, token, freeze), 201);
        QCOMPARE(send(path, token, freeze), 200);
        QCOMPARE(send(path, token, "{}"), 400);
        refuseStrangers("/v1/inboxes/nobody/statements", path, submitters[0]);
        broken = true;
        QCOMPARE(send(path, token, freeze), 503);
        breakTheProtocol(path);
        finish();
    }

    void health()
    {
        begin({"GET", "/healthz"});
        QCOMPARE(send("/healthz"), 200);
        breakTheProtocol("/healthz");
        finish();
    }

    void ready()
    {
        begin({"GET", "/readyz"});
        QCOMPARE(send("/readyz"), 200);
        broken = true;
        clock.advance(std::chrono::seconds(2));
        QCOMPARE(send("/readyz"), 503);
        breakTheProtocol("/readyz");
        finish();
    }

    void metrics()
    {
        begin({"GET", "/metrics"});
        QCOMPARE(send("/metrics"), 200);
        QCOMPARE(exchange(m_port, "GET /metrics HTTP/1.1\r\nHost: test\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n",
                          "/metrics"),
                 403);
        breakTheProtocol("/metrics");
        finish();
    }

    void whatNoOperationTakes()
    {
        begin({"DELETE", {}});
        QCOMPARE(send("/elsewhere"), 404);
        for (const RelayOperation& operation : relayOperations()) {
            QCOMPARE(send(concrete(operation.path)), 405);
        }
        finish();
    }

    /// The head of GET's answer, and no body: the document says so once for all.
    void headIsGetWithoutTheBody()
    {
        begin({"GET", {}});
        for (const RelayOperation& operation : relayOperations()) {
            if (operation.method == "GET") {
                std::string request = RawHttp::get(concrete(operation.path), adminToken);
                const auto got = RawHttp::exchange(m_port, request);
                const auto head = RawHttp::exchange(m_port, request.replace(0, 3, "HEAD"));
                QVERIFY(got && head);
                QCOMPARE(head->status, got->status);
                QCOMPARE(head->headers.at("content-type"), got->headers.at("content-type"));
                QVERIFY(head->body.empty());
            }
        }
    }

    /// Of all that came above.
    void headsAndBodiesAreWhatTheSchemasSay()
    {
        if (m_record.isEmpty()) {
            QSKIP("Judges what the functions before it have seen.");
        }
        const auto judgement = m_record.judgement();
        if (!judgement) {
            QSKIP("Node or its packages absent: npm ci --prefix tests/oracles");
        }
        QVERIFY2(judgement->empty(), judgement->c_str());
    }

private:
    void begin(ContractRecord::Operation operation, RelayService::Options options = {})
    {
        // So few that a slow machine uses them up, too.
        options.failures = {0.001, 5};
        open(std::move(options));
        m_record.begin(std::move(operation));
        m_port = serve();
    }

    // The calls that bring a job into a state, past HTTP.

    /// The path of a new job.
    std::string newJob()
    {
        const http::HttpResponse response = ask(submit("{}"));
        return "/v1/inboxes/demo/jobs/" + parseJson(response.body)->at("jobId").get<std::string>();
    }
    static std::string eventOf(const std::string& path, const char* state, const char* desk = "one",
                               bool isFinal = false)
    {
        const Json event = {
            {"jobId", idOf(path)},
            {"desk", desk},
            {"state", state},
            {"at", "2026-01-31T12:00:00.000Z"},
            {"final", isFinal},
            {"result",
             {{"signature", "0x01"}, {"signedTransaction", "0x02"}, {"hash", "0x03"}, {"error", "none"}}}};
        return envelopeOf(jobEventPayloadType, dumpJson(event), 'd');
    }

    http::HttpResponse withdraw(const std::string& path)
    {
        return ask(job("POST", path + "/withdraw", withdrawalOf(path)));
    }
    http::HttpResponse report(const std::string& path, const char* state, bool isFinal = false)
    {
        return ask(job("POST", path + "/events", eventOf(path, state, "one", isFinal)));
    }

    /// Makes the call; the status that came, and the exchange is remembered.
    int send(const std::string& target, const std::string& bearer = {}, const std::string& body = {})
    {
        const std::string authorization = bearer.empty() ? "" : "Authorization: Bearer " + bearer + "\r\n";
        return exchange(m_port, requestWith(target, authorization, body), target, body);
    }

    std::string requestWith(const std::string& target, const std::string& headers,
                            const std::string& body = {}) const
    {
        const std::string length =
            body.empty() ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n";
        return m_record.operation().method + " " + target + " HTTP/1.1\r\nHost: test\r\n" + headers + length +
               "\r\n" + body;
    }

    int exchange(std::uint16_t port, const std::string& request, const std::string& target,
                 const std::string& body = {})
    {
        const auto response = RawHttp::exchange(port, request);
        if (!response) {
            return 0;
        }
        m_record.add(target, body, *response);
        return response->status;
    }

    /// No token, another role's, another inbox, and too often.
    void refuseStrangers(const std::string& elsewhere, const std::string& target,
                         const std::string& otherRole)
    {
        QCOMPARE(send(target), 401);
        QCOMPARE(send(target, otherRole), 403);
        int status = send(elsewhere, token);
        QCOMPARE(status, 404);
        for (int i = 0; i < 5 && status == 404; ++i) {
            status = send(elsewhere, token);
        }
        QCOMPARE(status, 429);
    }

    /// What the server refuses before any call is looked at.
    void breakTheProtocol(const std::string& target)
    {
        QCOMPARE(exchange(m_port, requestWith(target, "Host: twice\r\n"), target), 400);
        QCOMPARE(exchange(m_port, requestWith(target, "Content-Length: 1000000\r\n"), target), 413);
        QCOMPARE(exchange(m_port, requestWith(target, "Expect: tea\r\n"), target), 417);
        QCOMPARE(exchange(m_port, requestWith(target, "A: " + std::string(20'000, 'a') + "\r\n"), target),
                 431);
        QCOMPARE(exchange(m_port, requestWith(target, "Transfer-Encoding: gzip\r\n"), target), 501);

        http::HttpLimits impatient;
        impatient.bodyTimeout = std::chrono::milliseconds(20);
        QCOMPARE(exchange(serve(impatient), requestWith(target, "Content-Length: 1\r\n"), target), 408);
        http::HttpLimits full;
        full.maxConnections = 0;
        QCOMPARE(exchange(serve(full), requestWith(target, {}), target), 503);
        http::HttpLimits none;
        none.maxConnectionsPerAddress = 0;
        http::ProxyTrust proxies;
        QVERIFY(proxies.add("loopback"));
        QCOMPARE(exchange(serve(none, proxies), requestWith(target, {}), target), 429);
    }

    void finish()
    {
        const std::string differences = m_record.differences();
        QVERIFY2(differences.empty(), differences.c_str());
    }

    ContractRecord m_record;
    std::uint16_t m_port = 0;
};

COUNTERSIGN_GUILESS_TEST(RelayContractTest)
#include "RelayContract_test.moc"
