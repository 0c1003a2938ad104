#include "services/relay/store/FeedState.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace countersign::relay;

namespace {

RemovableEntry oldEntry(std::int64_t seq, UnixMillis receivedAt)
{
    RemovableEntry entry;
    entry.seq = seq;
    entry.receivedAt = receivedAt;
    entry.cost = leastEntryCost;
    entry.head.fill(static_cast<std::uint8_t>(seq));
    return entry;
}

}  // namespace

class FeedStateTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void costsHaveAFloor()
    {
        QCOMPARE(entryCost(0, 0), leastEntryCost);
        QCOMPARE(entryCost(24, 1000), leastEntryCost);
        QCOMPARE(entryCost(25, 1000), leastEntryCost + 1);
    }

    void eachShareHasItsRoom()
    {
        FeedState state;
        NewEntry entry;
        entry.quota = {2 * leastEntryCost, leastEntryCost};
        QVERIFY(state.takeIn(entry, false));
        QVERIFY(!state.takeIn(entry, false));
        QVERIFY(state.takeIn(entry, true));
        QVERIFY(state.takeIn(entry, true));
        QVERIFY(!state.takeIn(entry, true));
        QCOMPARE(state.signedBytes, 2 * leastEntryCost);
        QCOMPARE(state.strangerBytes, leastEntryCost);
    }

    void removalGivesBackToWhomeverItWasCountedAgainst()
    {
        FeedState state;
        state.last = 5;
        state.signedBytes = 3 * leastEntryCost;
        state.strangerBytes = leastEntryCost / 2;
        Retention retention;
        retention.before = 100;
        FeedRemoval removal(state, retention);
        RemovableEntry entry = oldEntry(1, 1);
        entry.verified = true;
        QVERIFY(removal.remove(entry));
        QVERIFY(removal.remove(oldEntry(2, 99)));
        entry = oldEntry(3, 1);
        entry.token = "t";
        entry.isWebhook = false;
        QVERIFY(removal.remove(entry));
        // A job from before tokens were remembered is nobody's.
        entry = oldEntry(4, 1);
        entry.isWebhook = false;
        QVERIFY(removal.remove(entry));
        QVERIFY(!removal.remove(oldEntry(5, 1)));
        QCOMPARE(removal.count(), std::size_t(4));
        QCOMPARE(removal.removedUpTo(), std::int64_t(4));
        QCOMPARE(removal.baseHead(), oldEntry(4, 1).head);
        QCOMPARE(state.first, std::int64_t(5));
        QCOMPARE(state.signedBytes, 2 * leastEntryCost);
        // An account that was wrong does not go below nothing.
        QCOMPARE(state.strangerBytes, std::int64_t(0));
        QCOMPARE(removal.givenBack(), (std::map<std::string, std::int64_t>{{"t", leastEntryCost}}));
    }

    void ageAndAnOperatorsWord()
    {
        FeedState state;
        state.last = 9;
        Retention retention;
        retention.before = 10;
        QVERIFY(!FeedRemoval(state, retention).remove(oldEntry(1, 10)));
        QVERIFY(FeedRemoval(state, retention).remove(oldEntry(1, 9)));
        retention.upTo = 3;
        QVERIFY(FeedRemoval(state, retention).remove(oldEntry(3, 1000)));
        QVERIFY(!FeedRemoval(state, retention).remove(oldEntry(4, 0)));
        retention.maxBytes = leastEntryCost + 1;
        FeedRemoval removal(state, retention);
        QVERIFY(removal.remove(oldEntry(1, 0)) && !removal.isFull());
        QVERIFY(removal.remove(oldEntry(2, 0)) && removal.isFull());
        QVERIFY(!removal.remove(oldEntry(3, 0)));
        retention.maxEntries = 0;
        QVERIFY(!FeedRemoval(state, retention).remove(oldEntry(2, 0)));
    }
};

COUNTERSIGN_GUILESS_TEST(FeedStateTest)
#include "FeedState_test.moc"
