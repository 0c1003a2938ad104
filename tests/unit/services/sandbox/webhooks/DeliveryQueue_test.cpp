#include "services/sandbox/webhooks/DeliveryQueue.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace countersign::sandbox;
using std::chrono::milliseconds;

class DeliveryQueueTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void givesWhatIsDueInOrder()
    {
        ManualClock clock(1'000);
        DeliveryQueue queue(clock, 8);
        QCOMPARE(queue.waitTime(), std::optional<milliseconds>());
        queue.add("later", 1'500);
        queue.add("second", 1'000);
        queue.add("third", 1'000);
        queue.add("first", 900);
        QCOMPARE(queue.waitTime(), std::optional(milliseconds(0)));
        QCOMPARE(queue.take(), std::optional<std::string>("first"));
        QCOMPARE(queue.take(), std::optional<std::string>("second"));
        QCOMPARE(queue.take(), std::optional<std::string>("third"));
        QCOMPARE(queue.take(), std::optional<std::string>());
        QCOMPARE(queue.waitTime(), std::optional(milliseconds(500)));
        clock.advance(milliseconds(499));
        QCOMPARE(queue.take(), std::optional<std::string>());
        clock.advance(milliseconds(1));
        QCOMPARE(queue.take(), std::optional<std::string>("later"));
    }

    void keepsToItsBound()
    {
        const ManualClock clock(1'000);
        DeliveryQueue queue(clock, 2);
        for (const char* id : {"a", "b", "c"}) {
            queue.add(id, 0);
        }
        QVERIFY(queue.take() && queue.take());
        QCOMPARE(queue.take(), std::optional<std::string>());
        QCOMPARE(queue.waitTime(), std::optional<milliseconds>());
        queue.finish("a", std::nullopt);
        QCOMPARE(queue.take(), std::optional<std::string>("c"));
    }

    void aMessageIsNeverInFlightTwice()
    {
        const ManualClock clock(1'000);
        DeliveryQueue queue(clock, 8);
        queue.add("a", 0);
        queue.add("a", 0);
        QCOMPARE(queue.waiting(), std::size_t(1));
        QVERIFY(queue.take().has_value());
        queue.add("a", 0);
        QCOMPARE(queue.take(), std::optional<std::string>());
        queue.finish("a", std::nullopt);
        QCOMPARE(queue.take(), std::optional<std::string>("a"));
        queue.finish("a", std::nullopt);
        QCOMPARE(queue.take(), std::optional<std::string>());
        QCOMPARE(queue.inFlight(), std::size_t(0));
    }

    void aRetryWaitsAgain()
    {
        ManualClock clock(1'000);
        DeliveryQueue queue(clock, 8);
        queue.add("a", 1'000);
        QVERIFY(queue.take().has_value());
        queue.finish("a", 16'000);
        queue.finish("a", 1'000);  // not in flight any more
        QCOMPARE(queue.waitTime(), std::optional(milliseconds(15'000)));
        clock.set(16'000);
        QCOMPARE(queue.take(), std::optional<std::string>("a"));
    }
};

COUNTERSIGN_GUILESS_TEST(DeliveryQueueTest)
#include "DeliveryQueue_test.moc"
