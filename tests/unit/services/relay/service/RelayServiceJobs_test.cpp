#include "services/relay/service/RelayService.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/relay/RelayScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::relay;
using namespace countersign::relay::testing;

class RelayServiceJobsTest : public QObject, private RelayScene
{
    Q_OBJECT

private Q_SLOTS:
    void init() { setUp(); }
    void cleanup() { tearDown(); }

    void jobsWaitForTheDiskToo()
    {
        open({});
        broken = true;
        const http::HttpRequest submission = submit("{}");
        http::HttpResponse response = ask(submission);
        QCOMPARE(response.status, 503U);
        QVERIFY(response.headers.contains("retry-after"));
        broken = false;
        response = ask(submission);
        QCOMPARE(response.status, 201U);
        const std::string path =
            "/v1/inboxes/demo/jobs/" + parseJson(response.body)->at("jobId").get<std::string>();
        QCOMPARE(ask(job("GET", path)).status, 200U);
        broken = true;
        QCOMPARE(ask(job("GET", path)).status, 503U);
    }

    void leasesAreTheClocks()
    {
        RelayService::Options options;
        options.claimLease = std::chrono::seconds(5);
        open(options);
        const std::string path = "/v1/inboxes/demo/jobs/" +
                                 parseJson(ask(submit("{}")).body)->at("jobId").get<std::string>() + "/claim";
        const http::HttpResponse claimed = ask(job("POST", path, "{\"desk\":\"one\"}"));
        QCOMPARE(claimed.status, 200U);
        QCOMPARE(parseJson(claimed.body)->at("leaseUntil").get<std::string>(), toIso8601(clock.now() + 5000));
        clock.advance(std::chrono::milliseconds(4999));
        QCOMPARE(ask(job("POST", path, "{\"desk\":\"two\"}")).status, 409U);
        clock.advance(std::chrono::milliseconds(1));
        QCOMPARE(ask(job("POST", path, "{\"desk\":\"two\"}")).status, 200U);
        QVERIFY(ask(requestOf("GET", "/metrics")).body.find("{reason=\"job_conflict\"} 1\n") !=
                std::string::npos);
    }

    void aRenewedLeaseGoesOnAndOn()
    {
        open({});
        const std::string path = "/v1/inboxes/demo/jobs/" +
                                 parseJson(ask(submit("{}")).body)->at("jobId").get<std::string>() + "/claim";
        for (int i = 0; i < 10; ++i) {
            QCOMPARE(ask(job("POST", path, "{\"desk\":\"one\"}")).status, 200U);
            clock.advance(std::chrono::seconds(59));
            QCOMPARE(ask(job("POST", path, "{\"desk\":\"two\"}")).status, 409U);
        }
        clock.advance(std::chrono::seconds(1));
        QCOMPARE(ask(job("POST", path, "{\"desk\":\"two\"}")).status, 200U);
        // Too late is too late, and the other is told until when.
        const http::HttpResponse late = ask(job("POST", path, "{\"desk\":\"one\"}"));
        QCOMPARE(late.status, 409U);
        QVERIFY(late.body.find(toIso8601(clock.now() + 60'000)) != std::string::npos);
    }

    void aClockThatIsSetBackLocksNothing()
    {
        open({});
        clock.advance(std::chrono::hours(48));
        const std::string path = "/v1/inboxes/demo/jobs/" +
                                 parseJson(ask(submit("{}")).body)->at("jobId").get<std::string>() + "/claim";
        QCOMPARE(ask(job("POST", path, "{\"desk\":\"one\"}")).status, 200U);
        clock.advance(-std::chrono::hours(24));
        const http::HttpResponse claimed = ask(job("POST", path, "{\"desk\":\"two\"}"));
        QCOMPARE(claimed.status, 200U);
        QCOMPARE(parseJson(claimed.body)->at("leaseUntil").get<std::string>(),
                 toIso8601(clock.now() + 60'000));
        QCOMPARE(ask(job("POST", path, "{\"desk\":\"one\"}")).status, 409U);
    }

    void aBegunJobNamesItsLastWord()
    {
        RelayService::Options options;
        options.claimLease = std::chrono::seconds(5);
        open(options);
        const std::string jobId = parseJson(ask(submit("{}")).body)->at("jobId").get<std::string>();
        const std::string path = "/v1/inboxes/demo/jobs/" + jobId;
        QCOMPARE(ask(job("POST", path + "/claim", "{\"desk\":\"one\"}")).status, 200U);
        const Json event = {{"jobId", jobId},
                            {"desk", "one"},
                            {"state", "signing"},
                            {"at", "2026-01-31T12:00:00.000Z"},
                            {"final", false}};
        const SecretBytes seed = SecretBytes::copyOf(std::string(32, 'd'));
        QCOMPARE(ask(job("POST", path + "/events",
                         signDsse(jobEventPayloadType, asBytes(dumpJson(event)), seed).value()))
                     .status,
                 200U);
        clock.advance(std::chrono::seconds(5));
        const http::HttpResponse refused = ask(job("POST", path + "/claim", "{\"desk\":\"two\"}"));
        QCOMPARE(refused.status, 409U);
        QVERIFY(refused.body.find("signing") != std::string::npos);
        QVERIFY(refused.body.find("Only that desk") != std::string::npos);
        QCOMPARE(ask(job("POST", path + "/claim", "{\"desk\":\"one\"}")).status, 200U);
    }

    void aFullQueueRefusesJobs()
    {
        RelayService::Options options;
        options.queue.queueEntries = 0;
        open(options);
        QCOMPARE(ask(submit("{}")).status, 503U);
    }

    void changesAreLimitedPerToken()
    {
        RelayService::Options options;
        options.jobChanges = {0.001, 2};
        open(options);
        QCOMPARE(ask(submit("1")).status, 201U);
        QCOMPARE(ask(submit("1")).status, 200U);
        const http::HttpResponse response = ask(submit("1"));
        QCOMPARE(response.status, 429U);
        QVERIFY(response.headers.contains("retry-after"));
        // Asking how a job stands is free.
        QCOMPARE(ask(job("GET", "/v1/inboxes/demo/jobs/" + std::string(64, 'a'))).status, 404U);
    }

    void submittersSeeTheirOwnJobs()
    {
        open({});
        const auto as = [this](const std::string& token, http::HttpRequest request) {
            request.headers.set("Authorization", "Bearer " + token);
            return ask(std::move(request));
        };
        const http::HttpResponse created = as(submitters[0], submit("{}"));
        QCOMPARE(created.status, 201U);
        const std::string path =
            "/v1/inboxes/demo/jobs/" + parseJson(created.body)->at("jobId").get<std::string>();
        QCOMPARE(as(submitters[0], job("GET", path)).status, 200U);
        QCOMPARE(as(submitters[1], job("GET", path)).status, 404U);
        QCOMPARE(as(token, job("GET", path)).status, 200U);
        QCOMPARE(as(adminToken, job("GET", path)).status, 200U);
    }
};

COUNTERSIGN_GUILESS_TEST(RelayServiceJobsTest)
#include "RelayServiceJobs_test.moc"
