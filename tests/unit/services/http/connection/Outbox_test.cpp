#include "services/http/connection/Outbox.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class OutboxTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheOrderAndEndsAfterWhatWaits()
    {
        http::Outbox box;
        QVERIFY(box.put("a") && box.put("b"));
        box.finish(1001, "gone");
        QVERIFY(!box.put("c"));
        QVERIFY(!box.isOpen());
        QCOMPARE(box.take().item.value(), std::string("a"));
        QCOMPARE(box.take().item.value(), std::string("b"));
        const http::Outbox::Next last = box.take();
        QVERIFY(!last.item && last.ending == http::Outbox::Ending::Finish);
        QCOMPARE(last.code, std::uint16_t(1001));
        QCOMPARE(last.reason, std::string("gone"));
    }

    void theFirstEndingCounts()
    {
        http::Outbox box;
        box.cut();
        box.finish();
        QVERIFY(box.take().ending == http::Outbox::Ending::Cut);
    }

    void aGoneClientTakesNothingMore()
    {
        http::Outbox box;
        QVERIFY(box.put("a"));
        box.abandon();
        QVERIFY(!box.put("b"));
        const http::Outbox::Next next = box.take();
        QVERIFY(!next.item && next.ending == http::Outbox::Ending::Abandoned);
    }

    void aSlowClientCostsNoMoreThanTheLimit()
    {
        http::Outbox::Options options;
        options.maxWaitingBytes = 4;
        http::Outbox box(options);
        QVERIFY(box.put("abc"));
        QVERIFY(!box.put("de"));
        QVERIFY(box.put("d"));
        QVERIFY(!box.put("e"));
        QVERIFY(box.isOpen());
        QCOMPARE(box.take().item.value(), std::string("abc"));
        QVERIFY(box.put("efg"));
    }

    void everyChangeWakes()
    {
        http::Outbox box;
        QVERIFY(box.put("a"));
        int woken = 0;
        box.setWaker([&] { ++woken; });
        QCOMPARE(woken, 1);
        QVERIFY(box.put("b"));
        QCOMPARE(woken, 2);
        box.finish();
        QCOMPARE(woken, 3);
        box.setWaker(nullptr);
        box.abandon();
        QCOMPARE(woken, 3);
    }
};

COUNTERSIGN_APPLESS_TEST(OutboxTest)
#include "Outbox_test.moc"
