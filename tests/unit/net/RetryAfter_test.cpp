#include "core/net/RetryAfter.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

namespace {

// 1994-11-06T08:49:37Z, the date of RFC 9110's example.
constexpr UnixMillis exampleTime = 784'111'777'000;

}  // namespace

class RetryAfterTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<qint64>("milliseconds");  // -1: nothing
        QTest::newRow("seconds") << QByteArray("120") << qint64{120'000};
        QTest::newRow("zero") << QByteArray("0") << qint64{0};
        QTest::newRow("spaces around") << QByteArray(" 7\t") << qint64{7'000};
        QTest::newRow("longer than a day") << QByteArray("86401") << qint64{86'400'000};
        QTest::newRow("beyond every integer") << QByteArray(60, '9') << qint64{86'400'000};
        QTest::newRow("date") << QByteArray("Sun, 06 Nov 1994 08:49:37 GMT") << qint64{10'000};
        QTest::newRow("date in the past") << QByteArray("Sun, 06 Nov 1994 08:49:07 GMT") << qint64{0};
        QTest::newRow("date far away") << QByteArray("Fri, 31 Dec 9999 23:59:59 GMT") << qint64{86'400'000};
        QTest::newRow("no day of the calendar") << QByteArray("Sun, 31 Nov 1994 08:49:37 GMT") << qint64{-1};
        QTest::newRow("another zone") << QByteArray("Sun, 06 Nov 1994 08:49:37 CET") << qint64{-1};
        QTest::newRow("empty") << QByteArray() << qint64{-1};
        QTest::newRow("negative") << QByteArray("-1") << qint64{-1};
        QTest::newRow("fraction") << QByteArray("1.5") << qint64{-1};
        QTest::newRow("word") << QByteArray("soon") << qint64{-1};
        QTest::newRow("long") << QByteArray(65, '1') << qint64{-1};
    }

    void reads()
    {
        QFETCH(const QByteArray, value);
        QFETCH(const qint64, milliseconds);
        const auto pause = parseRetryAfter({value.constData(), static_cast<std::size_t>(value.size())},
                                           exampleTime - 10'000);
        QCOMPARE(pause ? pause->count() : -1, milliseconds);
    }
};

COUNTERSIGN_GUILESS_TEST(RetryAfterTest)
#include "RetryAfter_test.moc"
