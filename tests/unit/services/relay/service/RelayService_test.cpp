#include "services/relay/service/RelayService.h"

#include "core/crypto/envelopes/WebhookSignature.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/relay/RelayScene.h"

#include <QRandomGenerator>
#include <QTest>

using namespace countersign;
using namespace countersign::relay;
using namespace countersign::relay::testing;

class RelayServiceTest : public QObject, private RelayScene
{
    Q_OBJECT

private Q_SLOTS:
    void init() { setUp(); }
    void cleanup() { tearDown(); }

    void aFailingStoreIsA503AndRecovers()
    {
        open({});
        broken = true;
        http::HttpResponse response = ask(requestOf("POST", "/in/demo"));
        QCOMPARE(response.status, 503U);
        QVERIFY(response.headers.contains("retry-after"));
        QCOMPARE(ask(requestOf("GET", "/readyz")).status, 503U);
        QCOMPARE(ask(requestOf("GET", "/healthz")).status, 200U);
        QCOMPARE(ask(entries("after=0")).status, 503U);
        broken = false;
        clock.advance(std::chrono::seconds(2));
        QCOMPARE(ask(requestOf("GET", "/readyz")).status, 200U);
        QCOMPARE(ask(requestOf("POST", "/in/demo")).status, 200U);
        // What was refused was not stored.
        QCOMPARE(parseJson(ask(entries("after=0")).body)->at("cursor").get<int>(), 1);
    }

    void aFullQueueIsA503()
    {
        RelayService::Options options;
        options.queue.queueEntries = 0;
        open(options);
        const http::HttpResponse response = ask(requestOf("POST", "/in/demo"));
        QCOMPARE(response.status, 503U);
        QVERIFY(response.headers.contains("retry-after"));
        QVERIFY(ask(requestOf("GET", "/metrics")).body.find("{reason=\"queue_full\"} 1\n") !=
                std::string::npos);
    }

    void receivedAtIsTheClocks()
    {
        open({});
        clock.set(1'000);
        QCOMPARE(ask(requestOf("POST", "/in/demo")).status, 200U);
        const Json page = parseJson(ask(entries("after=0")).body).value();
        QCOMPARE(page.at("entries").at(0).at("receivedAt").get<std::string>(),
                 std::string("1970-01-01T00:00:01.000Z"));
    }

    void deliveriesNeedNoToken()
    {
        open({});
        const http::HttpRequest withCredentials =
            requestOf("POST", "/in/demo", {{"Authorization", "Bearer cs_" + std::string(43, 'A')}});
        for (int i = 0; i < 50; ++i) {
            QCOMPARE(ask(withCredentials).status, 200U);
        }
    }

    void postsAreLimitedPerClient()
    {
        RelayService::Options options;
        options.posts = PostRates{{0.01, 3}, {10, 1000}};
        open(options);
        const auto post = [this](const char* client, std::size_t bytes) {
            http::HttpRequest request = requestOf("POST", "/in/demo");
            request.peerAddress = client;
            request.body = std::string(bytes, 'x');
            return ask(std::move(request));
        };
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(post("192.0.2.1", 1).status, 200U);
        }
        http::HttpResponse refused = post("192.0.2.1", 1);
        QCOMPARE(refused.status, 429U);
        QCOMPARE(refused.headers.first("retry-after"), std::string_view("100"));
        // Bytes count too, and everybody has a rate of their own.
        QCOMPARE(post("192.0.2.2", 900).status, 200U);
        refused = post("192.0.2.2", 900);
        QCOMPARE(refused.status, 429U);
        QCOMPARE(refused.headers.first("retry-after"), std::string_view("80"));
        QCOMPARE(post("192.0.2.3", 900).status, 200U);
        QVERIFY(ask(requestOf("GET", "/metrics")).body.find("{reason=\"rate_limited\"} 2\n") !=
                std::string::npos);
    }

    /// By default a bulk of ordinary deliveries passes at once, and little more.
    void aBulkPassesTheDefaultRate()
    {
        PostLimiter limiter{PostRates()};
        const RateLimiter::Time now{std::chrono::hours(1)};
        QRandomGenerator& random = *QRandomGenerator::global();
        for (int i = 0; i < 4000; ++i) {
            QVERIFY(!limiter.take("a", static_cast<std::size_t>(random.bounded(3, 17)) * 1024, now));
        }
        std::size_t taken = 0;
        for (int second = 0; second < 15; ++second) {
            while (!limiter.take("b", 255 * 1024, now + std::chrono::seconds(second))) {
                taken += 255 * 1024;
            }
        }
        QVERIFY(taken < 110UL * 1024 * 1024);
    }

    void noRateWhereNoneIsWanted()
    {
        RelayService::Options options;
        options.posts.reset();
        open(options);
        for (int i = 0; i < 100; ++i) {
            QCOMPARE(ask(requestOf("POST", "/in/demo")).status, 200U);
        }
    }

    void strangersDoNotCrowdOutSignedDeliveries()
    {
        RelayService::Options options;
        options.feedQuota = {20 * leastEntryCost, 3 * leastEntryCost};
        options.unverified = {1000, 1000};
        open(options);
        const auto post = [this](std::string body, bool isSigned) {
            http::HttpRequest request = requestOf("POST", "/in/signed");
            request.body = std::move(body);
            if (isSigned) {
                request.headers.add("x-dynamic-signature-256",
                                    signWebhook(SecretBytes::copyOf(secret), asBytes(request.body)));
            }
            return ask(std::move(request));
        };
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(post("junk " + std::to_string(i), false).status, 200U);
        }
        const http::HttpResponse refused = post("junk", false);
        QCOMPARE(refused.status, 429U);
        QVERIFY(refused.headers.contains("retry-after"));
        for (int i = 0; i < 10; ++i) {
            QCOMPARE(post("genuine " + std::to_string(i), true).status, 200U);
            QCOMPARE(post("junk", false).status, 429U);
        }
        // What somebody has seen and sends again is no genuine one.
        QCOMPARE(post("genuine 1", true).status, 429U);
        QVERIFY(ask(requestOf("GET", "/metrics")).body.find("{reason=\"inbox_quota\"} 12\n") !=
                std::string::npos);
        // Where nobody can tell what is whose, all of it is the inbox's.
        for (int i = 0; i < 20; ++i) {
            QCOMPARE(ask(requestOf("POST", "/in/demo")).status, 200U);
        }
        QCOMPARE(ask(requestOf("POST", "/in/demo")).status, 429U);
    }
};

COUNTERSIGN_GUILESS_TEST(RelayServiceTest)
#include "RelayService_test.moc"
