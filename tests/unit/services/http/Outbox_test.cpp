#include "services/http/Outbox.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class OutboxTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheOrderAndEndsAfterWhatWaits()
    {
        Outbox box;
        QVERIFY(box.put("a") && box.put("b"));
        box.finish(1001, "gone");
        QVERIFY(!box.put("c"));
        QVERIFY(!box.isOpen());
        QCOMPARE(box.take().item.value(), std::string("a"));
        QCOMPARE(box.take().item.value(), std::string("b"));
        const Outbox::Next last = box.take();
        QVERIFY(!last.item && last.ending == Outbox::Ending::Finish);
        QCOMPARE(last.code, std::uint16_t(1001));
        QCOMPARE(last.reason, std::string("gone"));
    }

    void theFirstEndingCounts()
    {
        Outbox box;
        box.cut();
        box.finish();
        QVERIFY(box.take().ending == Outbox::Ending::Cut);
    }

    void aGoneClientTakesNothingMore()
    {
        Outbox box;
        QVERIFY(box.put("a"));
        box.abandon();
        QVERIFY(!box.put("b"));
        const Outbox::Next next = box.take();
        QVERIFY(!next.item && next.ending == Outbox::Ending::Abandoned);
    }

    void aSlowClientCostsNoMoreThanTheLimit()
    {
        Outbox::Options options;
        options.maxWaitingBytes = 4;
        Outbox box(options);
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
        Outbox box;
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
