#include "core/policy/evaluation/PolicyWindow.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/policy/PolicySamples.h"

#include <QTest>

using namespace countersign;

namespace {

UnixMillis at(const char* iso)
{
    return fromIso8601(iso).value_or(-1);
}

PolicyTime windowOf(const std::string& members)
{
    const auto policy = policyOf(ruleText("a", R"({"time":{)" + members + "}}", oneApproval));
    return policy ? *policy->rules[0].when.time : PolicyTime();
}

}  // namespace

class PolicyWindowTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bothEndsAreInside()
    {
        const PolicyTime window = windowOf(R"("zone":"UTC","from":"09:00","to":"17:30")");
        QVERIFY(!isWithin(window, at("2026-01-30T08:59:59.999Z")));
        QVERIFY(isWithin(window, at("2026-01-30T09:00:00Z")));
        QVERIFY(isWithin(window, at("2026-01-30T17:30:00Z")));
        QVERIFY(!isWithin(window, at("2026-01-30T17:30:00.001Z")));
    }

    void daysAreThoseOfTheZone()
    {
        const PolicyTime friday = windowOf(R"("zone":"Europe/Zurich","days":["fri"])");
        QVERIFY(!isWithin(friday, at("2026-01-29T22:59:59.999Z")));
        QVERIFY(isWithin(friday, at("2026-01-29T23:00:00Z")));
        QVERIFY(isWithin(friday, at("2026-01-30T22:59:59.999Z")));
        QVERIFY(!isWithin(friday, at("2026-01-30T23:00:00Z")));
    }

    void aNightBelongsToTheDayOnWhichItBegan()
    {
        const PolicyTime night = windowOf(R"("zone":"UTC","days":["fri"],"from":"22:00","to":"06:00")");
        QVERIFY(!isWithin(night, at("2026-01-30T05:00:00Z")));  // the night of Thursday
        QVERIFY(!isWithin(night, at("2026-01-30T21:59:59.999Z")));
        QVERIFY(isWithin(night, at("2026-01-30T22:00:00Z")));
        QVERIFY(isWithin(night, at("2026-01-31T00:00:00Z")));
        QVERIFY(isWithin(night, at("2026-01-31T06:00:00Z")));
        QVERIFY(!isWithin(night, at("2026-01-31T06:00:00.001Z")));
        QVERIFY(!isWithin(night, at("2026-01-31T22:00:00Z")));
        const PolicyTime sunday = windowOf(R"("zone":"UTC","days":["sun"],"from":"23:00","to":"01:00")");
        QVERIFY(isWithin(sunday, at("2026-02-02T00:30:00Z")));  // a Monday
    }

    void midnightIsAnEndAsWell()
    {
        const PolicyTime evening = windowOf(R"("zone":"UTC","days":["fri"],"from":"18:00","to":"24:00")");
        QVERIFY(isWithin(evening, at("2026-01-30T23:59:59.999Z")));
        QVERIFY(!isWithin(evening, at("2026-01-31T00:00:00Z")));
        const PolicyTime atMidnight = windowOf(R"("zone":"UTC","days":["fri"],"from":"18:00","to":"00:00")");
        QVERIFY(isWithin(atMidnight, at("2026-01-31T00:00:00Z")));
        QVERIFY(!isWithin(atMidnight, at("2026-01-31T00:00:00.001Z")));
    }

    void clocksThatAreSetForwardAndBack()
    {
        const PolicyTime window = windowOf(R"("zone":"Europe/Zurich","from":"02:00","to":"02:59")");
        // 2026-03-29: there is no 02:30. 2026-10-25: it comes twice.
        QVERIFY(!isWithin(window, at("2026-03-29T00:59:00Z")));
        QVERIFY(!isWithin(window, at("2026-03-29T01:00:00Z")));
        QVERIFY(isWithin(window, at("2026-10-25T00:30:00Z")));
        QVERIFY(isWithin(window, at("2026-10-25T01:30:00Z")));
        QVERIFY(!isWithin(window, at("2026-10-25T02:30:00Z")));
    }

    void sayWhatTimeItIs()
    {
        const PolicyTime window = windowOf(R"("zone":"Asia/Tokyo","days":["sat"])");
        QCOMPARE(timeInZone(window, at("2026-01-30T15:05:00Z")), std::string("Sat 00:05 in Asia/Tokyo"));
        QVERIFY(isWithin(window, at("2026-01-30T15:05:00Z")));
    }
};

COUNTERSIGN_GUILESS_TEST(PolicyWindowTest)
#include "PolicyWindow_test.moc"
