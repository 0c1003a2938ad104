#include "services/relay/service/RelayService.h"

#include "core/crypto/envelopes/Dsse.h"
#include "core/crypto/envelopes/WebhookSignature.h"
#include "services/http/IoThreads.h"
#include "services/relay/store/FeedState.h"
#include "services/relay/store/sqlite/SqliteRelayStore.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"

#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <boost/asio/co_spawn.hpp>

#include <array>
#include <atomic>
#include <future>

using namespace countersign;
using namespace countersign::relay;

namespace {

/// A real store whose disk can be made to fail.
class FragileStore final : public RelayStore
{
public:
    FragileStore(std::unique_ptr<RelayStore> store, std::atomic<bool>& broken, std::atomic<int>& reads)
        : m_store(std::move(store)), m_broken(broken), m_reads(reads)
    {}

    Result<std::vector<std::int64_t>> append(std::span<const NewEntry> entries) override
    {
        return m_broken ? Result<std::vector<std::int64_t>>(diskFull()) : m_store->append(entries);
    }
    Result<EntryPage> read(InboxId inbox, std::int64_t after, std::size_t limit,
                           std::size_t maxBytes) override
    {
        ++m_reads;
        return m_broken ? Result<EntryPage>(diskFull()) : m_store->read(inbox, after, limit, maxBytes);
    }
    Result<std::vector<JobAnswer>> changeJobs(std::span<const JobChange> changes) override
    {
        return m_broken ? Result<std::vector<JobAnswer>>(diskFull()) : m_store->changeJobs(changes);
    }
    Result<JobStatus> findJob(InboxId inbox, const std::string& jobId, const std::string& submitter) override
    {
        return m_broken ? Result<JobStatus>(diskFull()) : m_store->findJob(inbox, jobId, submitter);
    }
    Status noteConsumers(std::span<const ConsumerPosition> positions) override
    {
        return m_broken ? Status(diskFull()) : m_store->noteConsumers(positions);
    }
    Result<Removed> removeOld(const Retention& retention) override
    {
        return m_broken ? Result<Removed>(diskFull()) : m_store->removeOld(retention);
    }
    Status probeWrite(UnixMillis now) override
    {
        return m_broken ? Status(diskFull()) : m_store->probeWrite(now);
    }
    Result<InboxRecord> createInbox(const std::string& name, const SecretBytes& secret,
                                    UnixMillis now) override
    {
        return m_store->createInbox(name, secret, now);
    }
    Result<std::vector<InboxRecord>> inboxes() override { return m_store->inboxes(); }
    Status setWebhookSecret(const std::string& inbox, const SecretBytes& webhookSecret) override
    {
        return m_store->setWebhookSecret(inbox, webhookSecret);
    }
    Result<TokenRecord> addToken(const std::string& inbox, TokenRole role, BytesView hash,
                                 UnixMillis now) override
    {
        return m_store->addToken(inbox, role, hash, now);
    }
    Result<std::vector<TokenRecord>> tokens() override { return m_store->tokens(); }
    Status revokeToken(const std::string& id, UnixMillis now) override
    {
        return m_store->revokeToken(id, now);
    }
    Result<std::int64_t> directoryVersion() override { return m_store->directoryVersion(); }
    Result<DirectoryContents> directory() override { return m_store->directory(); }

private:
    static tl::unexpected<Error> diskFull()
    {
        return failure(ErrorCode::Storage, {}, QStringLiteral("disk full"));
    }

    std::unique_ptr<RelayStore> m_store;
    std::atomic<bool>& m_broken;
    std::atomic<int>& m_reads;
};

/// The service looks at it on threads of its own.
class SharedClock final : public Clock
{
public:
    UnixMillis now() const override { return m_now; }
    void set(UnixMillis time) { m_now = time; }
    void advance(std::chrono::milliseconds step) { m_now += step.count(); }

private:
    std::atomic<UnixMillis> m_now{1'000'000};
};

constexpr std::string_view secret = "whsec-of-the-test";

http::HttpRequest requestOf(std::string method, std::string_view target, http::HttpHeaders headers = {})
{
    http::HttpRequest request;
    request.method = std::move(method);
    request.target = http::parseHttpTarget(target).value();
    request.headers = std::move(headers);
    request.peerAddress = "127.0.0.1";
    request.peerIsLoopback = true;
    return request;
}

}  // namespace

class RelayServiceTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_broken = false;
        m_folder = std::make_unique<QTemporaryDir>();
        m_file = m_folder->filePath(QStringLiteral("relay.sqlite")).toStdString();
        const auto store = SqliteRelayStore::open(m_file, OpenMode::CreateIfMissing).value();
        store->createInbox("demo", {}, 1);
        const SecretBytes token = newRelayToken();
        m_token = token.text();
        store->addToken("demo", TokenRole::Consumer, *relayTokenHash(token.text()), 1);
        const SecretBytes admin = newRelayToken();
        m_adminToken = admin.text();
        store->addToken("demo", TokenRole::Admin, *relayTokenHash(admin.text()), 1);
        store->createInbox("signed", SecretBytes::copyOf(std::string_view(secret)), 1);
        for (std::string& one : m_submitters) {
            const SecretBytes submitter = newRelayToken();
            one = submitter.text();
            store->addToken("demo", TokenRole::Submitter, *relayTokenHash(submitter.text()), 1);
        }
        m_reads = 0;
        m_io = std::make_unique<http::IoThreads>(1);
    }

    void cleanup()
    {
        m_io->stop();
        m_service.reset();
        m_io.reset();
    }

    void aFailingStoreIsA503AndRecovers()
    {
        open({});
        m_broken = true;
        http::HttpResponse response = ask(requestOf("POST", "/in/demo"));
        QCOMPARE(response.status, 503U);
        QVERIFY(response.headers.contains("retry-after"));
        QCOMPARE(ask(requestOf("GET", "/readyz")).status, 503U);
        QCOMPARE(ask(requestOf("GET", "/healthz")).status, 200U);
        QCOMPARE(ask(entries("after=0")).status, 503U);
        m_broken = false;
        m_clock.advance(std::chrono::seconds(2));
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
        m_clock.set(1'000);
        QCOMPARE(ask(requestOf("POST", "/in/demo")).status, 200U);
        const Json page = parseJson(ask(entries("after=0")).body).value();
        QCOMPARE(page.at("entries").at(0).at("receivedAt").get<std::string>(),
                 std::string("1970-01-01T00:00:01.000Z"));
    }

    void aStopEndsALongPoll()
    {
        open({});
        auto answer = start(entries("after=0&wait=30"));
        m_service->beginStop();
        QVERIFY(answer.wait_for(std::chrono::milliseconds(patienceMs)) == std::future_status::ready);
        QCOMPARE(answer.get().status, 200U);
        // And those that come later do not begin to wait.
        QCOMPARE(ask(entries("after=0&wait=30")).status, 200U);
    }

    void aLostClientEndsALongPoll()
    {
        open({});
        http::HttpRequest request = entries("after=0&wait=30");
        request.whenClientLeaves = [](const std::function<void()>& gone) { gone(); };
        auto answer = start(std::move(request));
        QVERIFY(answer.wait_for(std::chrono::milliseconds(patienceMs)) == std::future_status::ready);
        QCOMPARE(answer.get().status, 200U);
    }

    void pagesTakeTheirPartOfTheBudget()
    {
        open({});
        const std::size_t page = entriesPageMemory(defaultPageEntries);
        const auto budget = std::make_shared<http::AnswerBudget>(
            http::AnswerBudget::Limits{page, page, std::chrono::milliseconds(50)});
        m_service->setAnswerBudget(budget);
        QCOMPARE(ask(requestOf("POST", "/in/demo")).status, 200U);
        {
            // As large as it is, not as it might have been, and until it is written.
            const http::HttpResponse response = ask(entries("after=0"));
            QCOMPARE(response.status, 200U);
            QCOMPARE(budget->bytesInUse(), response.body.size());
        }
        QCOMPARE(budget->bytesInUse(), std::size_t(0));
        // Who waits for something to arrive holds nothing.
        auto poll = start(entries("after=1&wait=30"));
        const auto pollsWaiting = [this] {
            return ask(requestOf("GET", "/metrics")).body.find("polls_waiting 1\n") != std::string::npos;
        };
        QTRY_VERIFY_WITH_TIMEOUT(pollsWaiting() && budget->bytesInUse() == 0, patienceMs);
        // All is held by somebody else: later, please.
        const auto held = budget->tryReserve("somebody", page);
        const http::HttpResponse refused = ask(entries("after=0"));
        QCOMPARE(refused.status, 503U);
        QVERIFY(refused.headers.contains("retry-after"));
        QVERIFY(ask(requestOf("GET", "/metrics")).body.find("{reason=\"answers_full\"} 1\n") !=
                std::string::npos);
        m_service->beginStop();
        QVERIFY(poll.wait_for(std::chrono::milliseconds(patienceMs)) == std::future_status::ready);
    }

    void jobsWaitForTheDiskToo()
    {
        open({});
        m_broken = true;
        const http::HttpRequest submission = submit("{}");
        http::HttpResponse response = ask(submission);
        QCOMPARE(response.status, 503U);
        QVERIFY(response.headers.contains("retry-after"));
        m_broken = false;
        response = ask(submission);
        QCOMPARE(response.status, 201U);
        const std::string path =
            "/v1/inboxes/demo/jobs/" + parseJson(response.body)->at("jobId").get<std::string>();
        QCOMPARE(ask(job("GET", path)).status, 200U);
        m_broken = true;
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
        QCOMPARE(parseJson(claimed.body)->at("leaseUntil").get<std::string>(),
                 toIso8601(m_clock.now() + 5000));
        m_clock.advance(std::chrono::milliseconds(4999));
        QCOMPARE(ask(job("POST", path, "{\"desk\":\"two\"}")).status, 409U);
        m_clock.advance(std::chrono::milliseconds(1));
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
            m_clock.advance(std::chrono::seconds(59));
            QCOMPARE(ask(job("POST", path, "{\"desk\":\"two\"}")).status, 409U);
        }
        m_clock.advance(std::chrono::seconds(1));
        QCOMPARE(ask(job("POST", path, "{\"desk\":\"two\"}")).status, 200U);
        // Too late is too late, and the other is told until when.
        const http::HttpResponse late = ask(job("POST", path, "{\"desk\":\"one\"}"));
        QCOMPARE(late.status, 409U);
        QVERIFY(late.body.find(toIso8601(m_clock.now() + 60'000)) != std::string::npos);
    }

    void aClockThatIsSetBackLocksNothing()
    {
        open({});
        m_clock.advance(std::chrono::hours(48));
        const std::string path = "/v1/inboxes/demo/jobs/" +
                                 parseJson(ask(submit("{}")).body)->at("jobId").get<std::string>() + "/claim";
        QCOMPARE(ask(job("POST", path, "{\"desk\":\"one\"}")).status, 200U);
        m_clock.advance(-std::chrono::hours(24));
        const http::HttpResponse claimed = ask(job("POST", path, "{\"desk\":\"two\"}"));
        QCOMPARE(claimed.status, 200U);
        QCOMPARE(parseJson(claimed.body)->at("leaseUntil").get<std::string>(),
                 toIso8601(m_clock.now() + 60'000));
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
        m_clock.advance(std::chrono::seconds(5));
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

    void anotherFeedOrHistoryIsTold()
    {
        open({});
        QCOMPARE(ask(requestOf("POST", "/in/demo")).status, 200U);
        const Json page = parseJson(ask(entries("after=0")).body).value();
        const auto feed = page.at("feed").get<std::string>();
        const auto head = page.at("head").get<std::string>();
        QCOMPARE(page.at("firstSeq").get<int>(), 1);
        QCOMPARE(ask(entries("after=1&feed=" + feed + "&head=" + head)).status, 200U);
        QCOMPARE(ask(entries("after=0&feed=" + feed + "&head=" + std::string(64, '0'))).status, 200U);
        const auto type = [this](const std::string& query) {
            const http::HttpResponse response = ask(entries(query));
            return response.status == 409 ? parseJson(response.body)->at("type").get<std::string>()
                                          : std::string();
        };
        // At once, not when the poll's time is over.
        QCOMPARE(type("wait=30&after=1&feed=" + std::string(32, '0')),
                 std::string("urn:countersign:feed-replaced"));
        QCOMPARE(type("wait=30&after=1&feed=" + feed + "&head=" + std::string(64, '0')),
                 std::string("urn:countersign:feed-history"));
        QCOMPARE(type("wait=30&after=2&feed=" + feed + "&head=" + head),
                 std::string("urn:countersign:feed-history"));
    }

    void onePageForAllThatWait()
    {
        open({});
        std::vector<std::future<http::HttpResponse>> pollers;
        for (int i = 0; i < 40; ++i) {
            pollers.push_back(start(entries("after=0&wait=30&limit=" + std::to_string(1 + i % 3))));
        }
        QTRY_VERIFY_WITH_TIMEOUT(
            ask(requestOf("GET", "/metrics")).body.find("polls_waiting 40\n") != std::string::npos,
            patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(m_reads.load(), 40, patienceMs);
        QCOMPARE(ask(requestOf("POST", "/in/demo")).status, 200U);
        for (auto& poller : pollers) {
            QCOMPARE(parseJson(poller.get().body)->at("cursor").get<int>(), 1);
        }
        QCOMPARE(m_reads.load(), 41);
        // And what came later is not hidden by it.
        QCOMPARE(ask(requestOf("POST", "/in/demo")).status, 200U);
        QCOMPARE(parseJson(ask(entries("after=0&wait=30")).body)->at("cursor").get<int>(), 2);
    }

    void whatEverybodyHasReadGoesWhenItIsOld()
    {
        RelayService::Options options;
        options.directoryInterval = std::chrono::milliseconds(5);
        options.housekeepingInterval = std::chrono::milliseconds(5);
        options.keep = std::chrono::hours(24);
        open(options);
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(ask(requestOf("POST", "/in/demo")).status, 200U);
        }
        m_clock.advance(std::chrono::hours(25));
        QCOMPARE(ask(requestOf("POST", "/in/demo")).status, 200U);
        QCOMPARE(parseJson(ask(entries("after=0")).body)->at("firstSeq").get<int>(), 1);
        QCOMPARE(ask(entries("after=2")).status, 200U);
        // A cursor that the feed never had is nobody's position.
        QCOMPARE(ask(entries("after=5")).status, 409U);
        QTRY_COMPARE_WITH_TIMEOUT(parseJson(ask(entries("after=0")).body)->at("firstSeq").get<int>(), 3,
                                  patienceMs);
        const Json page = parseJson(ask(entries("after=0")).body).value();
        QCOMPARE(page.at("entries").size(), std::size_t(2));
        QCOMPARE(page.at("cursor").get<int>(), 4);
        QVERIFY(ask(requestOf("GET", "/metrics")).body.find("entries_removed_total 2\n") !=
                std::string::npos);
    }

    void submittersSeeTheirOwnJobs()
    {
        open({});
        const auto as = [this](const std::string& token, http::HttpRequest request) {
            request.headers.set("Authorization", "Bearer " + token);
            return ask(std::move(request));
        };
        const http::HttpResponse created = as(m_submitters[0], submit("{}"));
        QCOMPARE(created.status, 201U);
        const std::string path =
            "/v1/inboxes/demo/jobs/" + parseJson(created.body)->at("jobId").get<std::string>();
        QCOMPARE(as(m_submitters[0], job("GET", path)).status, 200U);
        QCOMPARE(as(m_submitters[1], job("GET", path)).status, 404U);
        QCOMPARE(as(m_token, job("GET", path)).status, 200U);
        QCOMPARE(as(m_adminToken, job("GET", path)).status, 200U);
    }

private:
    void open(RelayService::Options options)
    {
        const auto opener = [this]() -> Result<std::unique_ptr<RelayStore>> {
            return std::make_unique<FragileStore>(SqliteRelayStore::open(m_file, OpenMode::Existing).value(),
                                                  m_broken, m_reads);
        };
        m_service = RelayService::open(std::move(options), opener, m_clock).value();
    }

    http::HttpRequest entries(const std::string& query) const
    {
        return requestOf("GET", "/v1/inboxes/demo/entries?" + query,
                         {{"Authorization", "Bearer " + m_token}});
    }

    http::HttpRequest job(std::string method, const std::string& path, std::string body = {}) const
    {
        http::HttpRequest request =
            requestOf(std::move(method), path, {{"Authorization", "Bearer " + m_adminToken}});
        request.body = std::move(body);
        return request;
    }

    http::HttpRequest submit(std::string_view document) const
    {
        const SecretBytes seed = SecretBytes::copyOf(std::string(32, 's'));
        return job("POST", "/v1/inboxes/demo/jobs",
                   signDsse(jobPayloadType, asBytes(document), seed).value());
    }

    std::future<http::HttpResponse> start(http::HttpRequest request)
    {
        auto promise = std::make_shared<std::promise<http::HttpResponse>>();
        auto future = promise->get_future();
        boost::asio::co_spawn(m_io->context(), m_service->handle(std::move(request)),
                              [promise](const std::exception_ptr&, http::HttpResponse response) {
                                  promise->set_value(std::move(response));
                              });
        return future;
    }

    http::HttpResponse ask(http::HttpRequest request) { return start(std::move(request)).get(); }

    std::atomic<bool> m_broken = false;
    std::atomic<int> m_reads = 0;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::string m_file;
    std::string m_token;
    std::string m_adminToken;
    std::array<std::string, 2> m_submitters;
    SharedClock m_clock;
    std::unique_ptr<http::IoThreads> m_io;
    std::unique_ptr<RelayService> m_service;
};

COUNTERSIGN_GUILESS_TEST(RelayServiceTest)
#include "RelayService_test.moc"
