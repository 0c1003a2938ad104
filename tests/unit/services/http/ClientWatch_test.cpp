#include "services/http/ClientWatch.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

using namespace countersign;

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// Both ends of a real connection; the watch looks at the server's.
struct Pair
{
    Pair()
    {
        tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
        client.connect(acceptor.local_endpoint());
        acceptor.accept(server);
        watch.start(owner, [this] { ++calls; });
    }

    /// Until nothing is pending any more; false when something still is after a while.
    bool settles()
    {
        context.restart();
        context.run_for(std::chrono::milliseconds(patienceMs));
        return context.stopped();
    }

    asio::io_context context;
    tcp::socket client{context};
    tcp::socket server{context};
    ClientWatch watch{server};
    std::shared_ptr<int> owner = std::make_shared<int>(0);
    int calls = 0;
};

}  // namespace

class ClientWatchTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsOfAClosedClient()
    {
        Pair pair;
        pair.client.close();
        QVERIFY(pair.settles());
        QCOMPARE(pair.calls, 1);
        pair.watch.stop();
        QCOMPARE(pair.calls, 1);
    }

    void tellsOfAReset()
    {
        Pair pair;
        pair.client.set_option(asio::socket_base::linger(true, 0));
        pair.client.close();
        QVERIFY(pair.settles());
        QCOMPARE(pair.calls, 1);
    }

    void leavesTheNextRequestAlone()
    {
        Pair pair;
        asio::write(pair.client, asio::buffer("next", 4));
        QVERIFY(pair.settles());
        QCOMPARE(pair.calls, 0);
        pair.watch.stop();
        std::array<char, 4> read{};
        QCOMPARE(asio::read(pair.server, asio::buffer(read)), std::size_t(4));
    }

    void stopsWithoutACall()
    {
        Pair pair;
        QVERIFY(pair.owner.use_count() > 1);
        pair.watch.stop();
        QVERIFY(pair.settles());
        QCOMPARE(pair.calls, 0);
        QCOMPARE(pair.owner.use_count(), 1L);
        // The socket can be used and watched again.
        pair.watch.start(pair.owner, [&pair] { ++pair.calls; });
        pair.client.close();
        QVERIFY(pair.settles());
        QCOMPARE(pair.calls, 1);
    }
};

COUNTERSIGN_GUILESS_TEST(ClientWatchTest)
#include "ClientWatch_test.moc"
