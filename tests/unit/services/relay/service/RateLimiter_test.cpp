#include "services/relay/service/RateLimiter.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace countersign::relay;

class RateLimiterTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void burstThenRate()
    {
        RateLimiter limiter({2, 3});
        const RateLimiter::Time start{std::chrono::hours(1)};
        for (int i = 0; i < 3; ++i) {
            QVERIFY(!limiter.take("a", start).has_value());
        }
        QCOMPARE(limiter.take("a", start).value().count(), std::int64_t(1));
        QVERIFY(!limiter.take("b", start).has_value());
        QVERIFY(limiter.take("a", start + std::chrono::milliseconds(400)).has_value());
        QVERIFY(!limiter.take("a", start + std::chrono::milliseconds(600)).has_value());
        QVERIFY(limiter.take("a", start + std::chrono::milliseconds(600)).has_value());
        // Waiting long does not save up more than the burst.
        for (int i = 0; i < 3; ++i) {
            QVERIFY(!limiter.take("a", start + std::chrono::hours(2)).has_value());
        }
        QVERIFY(limiter.take("a", start + std::chrono::hours(2)).has_value());
    }

    void costsAreTaken()
    {
        RateLimiter limiter({10, 100});
        const RateLimiter::Time start{std::chrono::hours(1)};
        QVERIFY(!limiter.take("a", start, 60).has_value());
        QCOMPARE(limiter.take("a", start, 60).value().count(), std::int64_t(2));
        QVERIFY(!limiter.take("a", start, 40).has_value());
        QVERIFY(!limiter.take("b", start, 1000).has_value());
        QCOMPARE(limiter.take("b", start, 1000).value().count(), std::int64_t(10));
        QVERIFY(!limiter.take("b", start + std::chrono::seconds(10), 1000).has_value());
    }

    void slowRatesSayHowLong()
    {
        RateLimiter limiter({0.1, 1});
        const RateLimiter::Time start{std::chrono::hours(1)};
        QVERIFY(!limiter.take("a", start).has_value());
        QCOMPARE(limiter.take("a", start).value().count(), std::int64_t(10));
    }

    void forgetsTheHarmlessFirst()
    {
        RateLimiter limiter({1, 2}, 3);
        const RateLimiter::Time start{std::chrono::hours(1)};
        limiter.take("old", start);
        const RateLimiter::Time later = start + std::chrono::minutes(1);
        QVERIFY(!limiter.take("bad", later).has_value());
        QVERIFY(!limiter.take("bad", later).has_value());
        QVERIFY(limiter.take("bad", later).has_value());
        limiter.take("c", later);
        limiter.take("d", later);
        QVERIFY(limiter.take("bad", later).has_value());
    }
};

COUNTERSIGN_GUILESS_TEST(RateLimiterTest)
#include "RateLimiter_test.moc"
