#include "core/inspection/reconciliation/MessagePaging.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

namespace {

WebhookMessagePage pageOfTimes(const std::vector<UnixMillis>& times, const std::string& cursor)
{
    WebhookMessagePage page;
    for (const UnixMillis at : times) {
        WebhookMessageRecord record;
        record.createdAt = at;
        page.messages.push_back(record);
    }
    page.cursor = cursor;
    return page;
}

}  // namespace

class MessagePagingTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theLastPageHasNoCursor()
    {
        MessagePaging paging;
        QVERIFY(paging.hasMore());
        QVERIFY(paging.take(pageOfTimes({5, 6}, "2")).has_value() && paging.hasMore());
        QVERIFY(paging.take(pageOfTimes({}, "")).has_value() && !paging.hasMore());
    }

    /// Only a list that has fallen all along is taken for one from new to old.
    void whatIsOldEndsAListFromNewToOld_data()
    {
        QTest::addColumn<QList<qint64>>("first");
        QTest::addColumn<QList<qint64>>("second");
        QTest::addColumn<bool>("hasMore");
        QTest::newRow("falls") << QList<qint64>{200, 150} << QList<qint64>{99, 98} << false;
        QTest::newRow("falls over pages") << QList<qint64>{200} << QList<qint64>{99, 99} << false;
        QTest::newRow("not all of it is old") << QList<qint64>{200, 150} << QList<qint64>{100, 98} << true;
        QTest::newRow("rises") << QList<qint64>{1, 2} << QList<qint64>{3, 4} << true;
        QTest::newRow("rose once") << QList<qint64>{200, 201} << QList<qint64>{99, 98} << true;
        QTest::newRow("a time is not told") << QList<qint64>{200, 150} << QList<qint64>{99, 0} << true;
        QTest::newRow("no order yet") << QList<qint64>{99} << QList<qint64>{99} << true;
        QTest::newRow("an empty page") << QList<qint64>{99, 98} << QList<qint64>{} << true;
    }

    void whatIsOldEndsAListFromNewToOld()
    {
        QFETCH(const QList<qint64>, first);
        QFETCH(const QList<qint64>, second);
        QFETCH(const bool, hasMore);
        MessagePaging paging(100, {});
        QVERIFY(paging.take(pageOfTimes({first.begin(), first.end()}, "2")).has_value());
        QVERIFY(paging.take(pageOfTimes({second.begin(), second.end()}, "3")).has_value());
        QCOMPARE(paging.hasMore(), hasMore);
    }

    void anUnreadableEntryMayBeNew()
    {
        MessagePaging paging(100, {});
        WebhookMessagePage page = pageOfTimes({99, 98}, "2");
        page.unreadable = 1;
        QVERIFY(paging.take(page).has_value() && paging.hasMore());
    }

    void circlesAndLengthsAreErrors()
    {
        MessagePaging circle;
        QVERIFY(circle.take(pageOfTimes({}, "2")).has_value());
        QVERIFY(circle.take(pageOfTimes({}, "2")).error().code == ErrorCode::Network);
        MessagePaging pages(0, {.pages = 2, .entries = 100});
        QVERIFY(pages.take(pageOfTimes({1}, "2")).has_value());
        QVERIFY(pages.take(pageOfTimes({1}, "3")).error().code == ErrorCode::InvalidInput);
        MessagePaging whole(0, {.pages = 2, .entries = 100});
        QVERIFY(whole.take(pageOfTimes({1}, "2")).has_value());
        QVERIFY(whole.take(pageOfTimes({1}, "")).has_value());
        MessagePaging entries(0, {.pages = 100, .entries = 2});
        QVERIFY(entries.take(pageOfTimes({1, 2}, "2")).has_value());
        WebhookMessagePage unreadable = pageOfTimes({}, "");
        unreadable.unreadable = 1;
        QVERIFY(entries.take(unreadable).error().code == ErrorCode::InvalidInput);
    }
};

COUNTERSIGN_GUILESS_TEST(MessagePagingTest)
#include "MessagePaging_test.moc"
