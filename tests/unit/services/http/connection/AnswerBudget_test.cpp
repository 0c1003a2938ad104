#include "services/http/connection/AnswerBudget.h"

#include "services/http/server/IoThreads.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"

#include <QRandomGenerator>
#include <QTest>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>

#include <atomic>
#include <optional>

using namespace countersign;

namespace {

namespace answerBudgetAsio = boost::asio;
using Share = std::shared_ptr<http::AnswerShare>;

std::shared_ptr<http::AnswerBudget> budget(
    std::size_t bytes, std::size_t perHolder,
    std::chrono::milliseconds patience = std::chrono::milliseconds(patienceMs))
{
    return std::make_shared<http::AnswerBudget>(http::AnswerBudget::Limits{bytes, perHolder, patience});
}

/// Waits in its own strand of a context that the test runs by hand.
struct Asking
{
    std::optional<Share> got;

    void start(answerBudgetAsio::io_context& context, const std::shared_ptr<http::AnswerBudget>& of,
               std::string holder, std::size_t bytes)
    {
        answerBudgetAsio::co_spawn(
            answerBudgetAsio::make_strand(context),
            [of, holder = std::move(holder), bytes] { return of->reserve(holder, bytes); },
            [this](const std::exception_ptr&, Share share) { got = std::move(share); });
    }
};

}  // namespace

class AnswerBudgetTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void holdsUntilGivenBack()
    {
        const auto of = budget(100, 100);
        Share first = of->tryReserve("a", 60);
        QVERIFY(first && of->bytesInUse() == 60);
        QVERIFY(!of->tryReserve("b", 41));
        Share second = of->tryReserve("b", 40);
        QVERIFY(second && of->bytesInUse() == 100);
        first->resize(10);
        QCOMPARE(of->bytesInUse(), std::size_t(50));
        // The truth is counted even where it is too much.
        first->resize(90);
        QCOMPARE(of->bytesInUse(), std::size_t(130));
        QVERIFY(!of->tryReserve("c", 1));
        first.reset();
        second.reset();
        QCOMPARE(of->bytesInUse(), std::size_t(0));
    }

    void oneHolderHasItsPart()
    {
        const auto of = budget(100, 40);
        const Share first = of->tryReserve("a", 30);
        QVERIFY(first && !of->tryReserve("a", 11));
        QVERIFY(of->tryReserve("b", 40));
        QVERIFY(of->tryReserve("a", 10));
    }

    void noAnswerIsTooLargeForEver()
    {
        const auto of = budget(100, 40);
        const Share large = of->tryReserve("a", 1000);
        QVERIFY(large);
        QVERIFY(!of->tryReserve("b", 1));
    }

    void nothingIsNothing()
    {
        const auto of = budget(100, 40);
        Share none = of->tryReserve("a", 0);
        none->resize(5);
        none->resize(0);
        none.reset();
        QCOMPARE(of->bytesInUse(), std::size_t(0));
    }

    void othersWaitForTheirTurn()
    {
        answerBudgetAsio::io_context context;
        const auto of = budget(100, 60);
        Share first = of->tryReserve("a", 60);
        Asking second;
        Asking third;
        Asking fourth;
        second.start(context, of, "b", 50);
        third.start(context, of, "c", 50);
        fourth.start(context, of, "d", 1);
        context.poll();
        // The fourth would fit, but it came last: many small ones must not keep a large one out.
        QCOMPARE(of->waiting(), std::size_t(3));
        QVERIFY(!second.got && !third.got && !fourth.got);
        first.reset();
        context.restart();
        context.poll();
        QVERIFY(second.got && *second.got && third.got && *third.got);
        QVERIFY(!fourth.got);
        second.got.reset();
        context.restart();
        context.poll();
        QVERIFY(fourth.got && *fourth.got);
        QCOMPARE(of->waiting(), std::size_t(0));
    }

    void aHolderWithEnoughKeepsNobody()
    {
        answerBudgetAsio::io_context context;
        const auto of = budget(100, 40);
        const Share first = of->tryReserve("a", 40);
        Asking greedy;
        Asking other;
        greedy.start(context, of, "a", 40);
        other.start(context, of, "b", 40);
        context.poll();
        QVERIFY(other.got && *other.got);
        QVERIFY(!greedy.got);
        QCOMPARE(of->waiting(), std::size_t(1));
    }

    void patienceEnds()
    {
        answerBudgetAsio::io_context context;
        const auto of = budget(10, 10, std::chrono::milliseconds(20));
        const Share first = of->tryReserve("a", 10);
        Asking second;
        second.start(context, of, "b", 5);
        context.run_for(std::chrono::milliseconds(patienceMs));
        QVERIFY(second.got && !*second.got);
        QCOMPARE(of->waiting(), std::size_t(0));
    }

    void whoIsGoneWaitsNoLonger()
    {
        const auto of = budget(10, 10);
        Share first = of->tryReserve("a", 10);
        {
            answerBudgetAsio::io_context context;
            Asking second;
            second.start(context, of, "b", 5);
            context.poll();
            QCOMPARE(of->waiting(), std::size_t(1));
        }
        QCOMPARE(of->waiting(), std::size_t(0));
        first.reset();
        QCOMPARE(of->bytesInUse(), std::size_t(0));
    }

    /// Many at once, on several threads: the limit holds at every moment and everybody gets a turn.
    void underLoad()
    {
        constexpr int askers = 200;
        constexpr std::size_t limit = 1000;
        http::IoThreads io(4);
        const auto of = budget(limit, 400);
        std::atomic<int> served = 0;
        std::atomic<bool> exceeded = false;
        for (int i = 0; i < askers; ++i) {
            const std::size_t bytes = QRandomGenerator::global()->bounded(1U, 400U);
            answerBudgetAsio::co_spawn(
                answerBudgetAsio::make_strand(io.context()),
                [of, bytes, holder = std::to_string(i % 7)] { return of->reserve(holder, bytes); },
                [&, of](const std::exception_ptr&, Share share) {
                    exceeded = exceeded || of->bytesInUse() > limit;
                    served += share ? 1 : 0;
                });
        }
        QTRY_COMPARE_WITH_TIMEOUT(served.load(), askers, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(of->bytesInUse(), std::size_t(0), patienceMs);
        QVERIFY(!exceeded);
        io.stop();
    }
};

COUNTERSIGN_GUILESS_TEST(AnswerBudgetTest)
#include "AnswerBudget_test.moc"
