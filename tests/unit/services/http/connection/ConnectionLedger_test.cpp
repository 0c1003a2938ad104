#include "services/http/connection/ConnectionLedger.h"

#include "services/http/connection/HttpConnection.h"
#include "tests/support/TestProgram.h"

#include <QRandomGenerator>
#include <QTest>

#include <map>

using namespace countersign;

namespace {

class FakeConnection final : public http::HttpConnection
{
public:
    void start() override {}
    void stopWhenIdle() override {}
    void abort() override {}
    void giveWay() override {}
};

using Fake = std::shared_ptr<FakeConnection>;

/// Comes in, if there is room, as the server lets it.
Fake enter(http::ConnectionLedger& ledger, const std::string& address,
           http::ConnectionLedger::Room* room = nullptr)
{
    http::ConnectionLedger::Room made = ledger.makeRoom(address);
    Fake connection;
    if (made.isThere) {
        connection = std::make_shared<FakeConnection>();
        ledger.add(connection, address);
    }
    if (room != nullptr) {
        *room = std::move(made);
    }
    return connection;
}

}  // namespace

class ConnectionLedgerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theLongestWaitingGivesWay()
    {
        http::ConnectionLedger ledger({3, 3});
        const Fake first = enter(ledger, "a");
        const Fake second = enter(ledger, "b");
        const Fake third = enter(ledger, "c");
        first->place()->serve();
        http::ConnectionLedger::Room room;
        const Fake fourth = enter(ledger, "d", &room);
        QVERIFY(fourth && room.givesWay == second);
        // It has no place any more, and is not asked twice.
        const Fake fifth = enter(ledger, "e", &room);
        QVERIFY(fifth && room.givesWay == third);
        QCOMPARE(ledger.size(), std::size_t(5));
        ledger.remove(second.get());
        ledger.remove(third.get());
        QCOMPARE(ledger.size(), std::size_t(3));
        // An answer makes it the one that waits shortest.
        first->place()->wait();
        const Fake sixth = enter(ledger, "f", &room);
        QVERIFY(sixth && room.givesWay == fourth);
    }

    void whoServesStays()
    {
        http::ConnectionLedger ledger({2, 2});
        const Fake first = enter(ledger, "a");
        const Fake second = enter(ledger, "b");
        first->place()->serve();
        second->place()->serve();
        QVERIFY(!enter(ledger, "c"));
        ledger.remove(first.get());
        QVERIFY(enter(ledger, "c"));
    }

    void anAddressHasItsShare()
    {
        http::ConnectionLedger ledger({100, 2});
        const Fake other = enter(ledger, "b");
        const Fake first = enter(ledger, "a");
        const Fake second = enter(ledger, "a");
        http::ConnectionLedger::Room room;
        // Its own longest waiting one goes, not somebody else's.
        const Fake third = enter(ledger, "a", &room);
        QVERIFY(third && room.givesWay == first);
        second->place()->serve();
        third->place()->serve();
        QVERIFY(!enter(ledger, "a"));
        QVERIFY(enter(ledger, "b"));
        // A proxy's connections are not counted so.
        for (int i = 0; i < 10; ++i) {
            const Fake proxied = enter(ledger, {}, &room);
            QVERIFY(proxied && !room.givesWay);
            proxied->place()->serve();
        }
        ledger.remove(second.get());
        QVERIFY(enter(ledger, "a"));
    }

    void unknownOnesAreNobody()
    {
        http::ConnectionLedger ledger({1, 1});
        const Fake stranger = std::make_shared<FakeConnection>();
        ledger.remove(stranger.get());
        QVERIFY(ledger.isEmpty());
        const Fake first = enter(ledger, "a");
        ledger.remove(first.get());
        ledger.remove(first.get());
        QVERIFY(ledger.isEmpty());
        QVERIFY(enter(ledger, "a"));
    }

    /// Whatever happens, the limits hold for those that have a place.
    void manyComeAndGo()
    {
        constexpr std::size_t total = 20;
        constexpr std::size_t perAddress = 5;
        http::ConnectionLedger ledger({total, perAddress});
        std::map<Fake, std::string> inside;
        const auto draw = [](std::size_t most) {
            return static_cast<std::size_t>(QRandomGenerator::global()->bounded(static_cast<quint32>(most)));
        };
        for (int round = 0; round < 20'000; ++round) {
            const std::size_t what = draw(4);
            if (what < 2 || inside.empty()) {
                const std::string address(1, static_cast<char>('a' + draw(8)));
                http::ConnectionLedger::Room room;
                const Fake entered = enter(ledger, address, &room);
                if (room.givesWay) {
                    QVERIFY(room.givesWay->place()->isWaiting());
                    const auto gone = std::find_if(inside.begin(), inside.end(), [&room](const auto& one) {
                        return one.first == room.givesWay;
                    });
                    QVERIFY(gone != inside.end());
                    inside.erase(gone);
                    ledger.remove(room.givesWay.get());
                }
                if (entered) {
                    inside.emplace(entered, address);
                }
            } else {
                const auto one = std::next(inside.begin(), static_cast<std::ptrdiff_t>(draw(inside.size())));
                if (what == 2) {
                    one->first->place()->isWaiting() ? one->first->place()->serve()
                                                     : one->first->place()->wait();
                } else {
                    ledger.remove(one->first.get());
                    inside.erase(one);
                }
            }
            QCOMPARE(ledger.size(), inside.size());
            QVERIFY(inside.size() <= total);
            std::map<std::string, std::size_t> counts;
            for (const auto& [connection, address] : inside) {
                QVERIFY(++counts[address] <= perAddress);
            }
        }
    }
};

COUNTERSIGN_GUILESS_TEST(ConnectionLedgerTest)
#include "ConnectionLedger_test.moc"
