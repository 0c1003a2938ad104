#include "services/sandbox/webhooks/RetrySchedule.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace countersign::sandbox;

class RetryScheduleTest : public QObject
{
    Q_OBJECT

private:
    static AttemptOutcome refused(UnixMillis at)
    {
        return {"m", at, 503, "the receiver answered 503", false};
    }

private Q_SLOTS:
    void sandboxTriesThreeTimesWithinAMinute()
    {
        const RetrySchedule schedule;
        QCOMPARE(schedule.maxAttempts(), 3);
        Message message;
        schedule.apply(refused(1'000'000), message);
        QCOMPARE(message.status, MessageStatus::Pending);
        QCOMPARE(message.nextAttemptAt, UnixMillis(1'015'000));
        schedule.apply(refused(1'015'400), message);
        QCOMPARE(message.status, MessageStatus::Pending);
        QCOMPARE(message.nextAttemptAt, UnixMillis(1'060'000));
        schedule.apply(refused(1'060'010), message);
        QCOMPARE(message.status, MessageStatus::Failed);
        QCOMPARE(message.attempts, 3);
        QCOMPARE(message.lastHttpStatus, 503);
        QCOMPARE(message.lastAttemptAt, UnixMillis(1'060'010));
    }

    void successEndsTheRound()
    {
        const RetrySchedule schedule;
        Message message;
        schedule.apply(refused(5), message);
        schedule.apply({"m", 15'005, 200, "", true}, message);
        QCOMPARE(message.status, MessageStatus::Delivered);
        QCOMPARE(message.attempts, 2);
        QCOMPARE(message.lastHttpStatus, 200);
        QVERIFY(message.lastError.empty());
    }

    void withoutRetriesTheFirstFailureIsFinal()
    {
        const RetrySchedule schedule{std::vector<std::chrono::milliseconds>{}};
        QCOMPARE(schedule.maxAttempts(), 1);
        Message message;
        schedule.apply(refused(5), message);
        QCOMPARE(message.status, MessageStatus::Failed);
    }

    void parses()
    {
        const Result<RetrySchedule> schedule = RetrySchedule::parse("0.25,1,86400");
        QVERIFY(schedule.has_value());
        QCOMPARE(schedule->maxAttempts(), 4);
        QCOMPARE(schedule->nextAttempt(1, 100), std::optional<UnixMillis>(350));
        QCOMPARE(schedule->nextAttempt(2, 100), std::optional<UnixMillis>(1'100));
        QCOMPARE(schedule->nextAttempt(3, 100), std::optional<UnixMillis>(86'400'100));
        QCOMPARE(schedule->nextAttempt(4, 100), std::optional<UnixMillis>());
        QCOMPARE(schedule->nextAttempt(0, 100), std::optional<UnixMillis>());
    }

    void refusesNonsense()
    {
        for (const char* text : {"", ",", "15,", ",15", "15,,60", "60,15", "-1", "a", "15 ", " 15", "nan",
                                 "inf", "1e9", "86401", "1,2,3,4,5,6,7,8,9,10,11"}) {
            QVERIFY2(!RetrySchedule::parse(text).has_value(), text);
        }
    }
};

COUNTERSIGN_GUILESS_TEST(RetryScheduleTest)
#include "RetrySchedule_test.moc"
