#include "services/relay/service/RelayService.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/relay/RelayScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::relay;
using namespace countersign::relay::testing;

class RelayServiceFeedTest : public QObject, private RelayScene
{
    Q_OBJECT

private Q_SLOTS:
    void init() { setUp(); }
    void cleanup() { tearDown(); }

    void aStopEndsALongPoll()
    {
        open({});
        auto answer = start(entries("after=0&wait=30"));
        service->beginStop();
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
        service->setAnswerBudget(budget);
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
        service->beginStop();
        QVERIFY(poll.wait_for(std::chrono::milliseconds(patienceMs)) == std::future_status::ready);
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
        QTRY_COMPARE_WITH_TIMEOUT(reads.load(), 40, patienceMs);
        QCOMPARE(ask(requestOf("POST", "/in/demo")).status, 200U);
        for (auto& poller : pollers) {
            QCOMPARE(parseJson(poller.get().body)->at("cursor").get<int>(), 1);
        }
        QCOMPARE(reads.load(), 41);
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
        clock.advance(std::chrono::hours(25));
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
};

COUNTERSIGN_GUILESS_TEST(RelayServiceFeedTest)
#include "RelayServiceFeed_test.moc"
