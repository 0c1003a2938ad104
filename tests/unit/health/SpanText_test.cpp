#include "core/health/SpanText.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class SpanTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theUnitFollowsTheSpan()
    {
        constexpr UnixMillis minute = 60'000;
        constexpr UnixMillis hour = 60 * minute;
        QCOMPARE(spanText(119 * minute), QStringLiteral("119 minutes"));
        QCOMPARE(spanText(2 * hour), QStringLiteral("2 hours"));
        QCOMPARE(spanText(47 * hour), QStringLiteral("47 hours"));
        QCOMPARE(spanText(48 * hour), QStringLiteral("2 days"));
        QCOMPARE(daysText(24 * hour), QStringLiteral("1 day"));
        QCOMPARE(daysText(-hour), QStringLiteral("0 days"));
        QCOMPARE(agoText(minute), QStringLiteral("just now"));
        QCOMPARE(agoText(-minute), QStringLiteral("just now"));
        QCOMPARE(agoText(30 * hour), QStringLiteral("30 hours ago"));
    }
};

COUNTERSIGN_GUILESS_TEST(SpanTextTest)
#include "SpanText_test.moc"
