#include "core/base/Clock.h"

#include "tests/support/TestProgram.h"

#include <QDateTime>
#include <QTest>

using namespace countersign;

class ClockTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesWhatItReads()
    {
        QCOMPARE(toIso8601(0), std::string("1970-01-01T00:00:00.000Z"));
        QCOMPARE(toIso8601(1'767'225'600'123), std::string("2026-01-01T00:00:00.123Z"));
        for (const UnixMillis time :
             {UnixMillis(0), UnixMillis(951'782'400'001), UnixMillis(4'102'444'799'999)}) {
            QCOMPARE(fromIso8601(toIso8601(time)), std::optional<UnixMillis>(time));
            QCOMPARE(QString::fromStdString(toIso8601(time)),
                     QDateTime::fromMSecsSinceEpoch(time, Qt::UTC).toString(Qt::ISODateWithMs));
        }
        QCOMPARE(toIso8601(-5), std::string("1970-01-01T00:00:00.000Z"));
    }

    void readsZonesAndFractions()
    {
        QCOMPARE(fromIso8601("2026-01-01T01:00:00+01:00"), std::optional<UnixMillis>(1'767'225'600'000));
        QCOMPARE(fromIso8601("2025-12-31T22:30:00.5-01:30"), std::optional<UnixMillis>(1'767'225'600'500));
        QCOMPARE(fromIso8601("2026-01-01T00:00:00.1239999Z"), std::optional<UnixMillis>(1'767'225'600'123));
        QCOMPARE(fromIso8601("2024-02-29T00:00:00Z").has_value(), true);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* text : {"", "2026", "2026-01-01", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00",
                                 "2026-01-01T00:00:00.Z", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
                                 "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z",
                                 "2026-01-01T00:00:00Z ", " 2026-01-01T00:00:00Z", "1969-12-31T23:59:59Z",
                                 "1970-01-01T00:00:00+01:00", "+026-01-01T00:00:00Z",
                                 "2026-01-01T00:00:00+0100", "2026-01-01t00:00:00z", "20260101T000000Z"}) {
            QTest::newRow(text) << QByteArray(text);
        }
    }
    void refuses()
    {
        QFETCH(const QByteArray, text);
        QVERIFY(!fromIso8601(text.toStdString()).has_value());
    }

    void manualClockObeys()
    {
        ManualClock clock(5);
        clock.advance(std::chrono::seconds(1));
        QCOMPARE(clock.now(), UnixMillis(1005));
        QVERIFY(SystemClock().now() > 1'700'000'000'000);
    }
};

COUNTERSIGN_APPLESS_TEST(ClockTest)
#include "Clock_test.moc"
