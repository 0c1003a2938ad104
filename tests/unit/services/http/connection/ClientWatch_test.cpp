#include "services/http/connection/ClientWatch.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/relay/TestCertificate.h"

#include <QDeadlineTimer>
#include <QTest>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <memory>
#include <string>
#include <thread>

using namespace countersign;

namespace {

namespace clientWatchAsio = boost::asio;
using clientWatchAsio::ip::tcp;

/// Both ends of a real connection; the watch looks at the server's.
struct PlainPair
{
    explicit PlainPair(std::size_t room = 64)
        : readAhead(room), watch(std::make_unique<http::ClientWatch<tcp::socket>>(server, server, readAhead))
    {
        tcp::acceptor acceptor(context, {clientWatchAsio::ip::address_v4::loopback(), 0});
        client.connect(acceptor.local_endpoint());
        acceptor.accept(server);
        watch->start(owner, [this] { ++calls; });
    }

    /// Until nothing is pending any more; false when something still is after a while.
    bool settles()
    {
        context.restart();
        context.run_for(std::chrono::milliseconds(patienceMs));
        return context.stopped();
    }
    /// What is there to do now.
    void work()
    {
        context.restart();
        context.run_for(std::chrono::milliseconds(50));
    }
    void stop()
    {
        clientWatchAsio::co_spawn(
            context, [this] { return watch->stop(); }, clientWatchAsio::detached);
    }
    std::string kept() const
    {
        const auto data = readAhead.data();
        return {static_cast<const char*>(data.data()), data.size()};
    }

    clientWatchAsio::io_context context;
    tcp::socket client{context};
    tcp::socket server{context};
    boost::beast::flat_buffer readAhead;
    std::unique_ptr<http::ClientWatch<tcp::socket>> watch;
    std::shared_ptr<int> owner = std::make_shared<int>(0);
    int calls = 0;
};

/// The same over TLS, after the handshake.
struct TlsPair
{
    using Stream = clientWatchAsio::ssl::stream<tcp::socket>;

    TlsPair()
    {
        tcp::acceptor acceptor(context, {clientWatchAsio::ip::address_v4::loopback(), 0});
        client.next_layer().connect(acceptor.local_endpoint());
        acceptor.accept(server.next_layer());
        boost::system::error_code toServer;
        boost::system::error_code toClient;
        std::thread shaking([&] { client.handshake(clientWatchAsio::ssl::stream_base::client, toServer); });
        server.handshake(clientWatchAsio::ssl::stream_base::server, toClient);
        shaking.join();
        if (toServer || toClient) {
            qFatal("no TLS: %s, %s", toServer.message().c_str(), toClient.message().c_str());
        }
        watch.start(owner, [this] { ++calls; });
    }

    static clientWatchAsio::ssl::context makeServerTls()
    {
        const auto pem = [](const QByteArray& text) {
            return clientWatchAsio::buffer(text.constData(), static_cast<std::size_t>(text.size()));
        };
        const TestCertificate certificate = makeTestCertificate();
        clientWatchAsio::ssl::context tls(clientWatchAsio::ssl::context::tls_server);
        tls.use_certificate_chain(pem(certificate.certificatePem));
        tls.use_private_key(pem(certificate.keyPem), clientWatchAsio::ssl::context::pem);
        return tls;
    }

    clientWatchAsio::io_context context;
    clientWatchAsio::ssl::context serverTls = makeServerTls();
    clientWatchAsio::ssl::context clientTls{clientWatchAsio::ssl::context::tls_client};
    Stream client{context, clientTls};
    Stream server{context, serverTls};
    boost::beast::flat_buffer readAhead{64};
    http::ClientWatch<Stream> watch{server, server.next_layer(), readAhead};
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
        PlainPair pair;
        pair.client.close();
        QVERIFY(pair.settles());
        QCOMPARE(pair.calls, 1);
        QVERIFY(!pair.watch->isPending());
        QCOMPARE(pair.owner.use_count(), 1L);
    }

    void tellsOfAReset()
    {
        PlainPair pair;
        pair.client.set_option(clientWatchAsio::socket_base::linger(true, 0));
        pair.client.close();
        QVERIFY(pair.settles());
        QCOMPARE(pair.calls, 1);
    }

    void keepsTheNextRequest()
    {
        PlainPair pair;
        clientWatchAsio::write(pair.client, clientWatchAsio::buffer("next", 4));
        pair.work();
        QCOMPARE(pair.calls, 0);
        QCOMPARE(pair.kept(), std::string("next"));
        // And sees its sender leave.
        pair.client.close();
        QVERIFY(pair.settles());
        QCOMPARE(pair.calls, 1);
        QCOMPARE(pair.kept(), std::string("next"));
    }

    void readsNoMoreThanItCanKeep()
    {
        PlainPair pair(8);
        clientWatchAsio::write(pair.client, clientWatchAsio::buffer("0123456789", 10));
        QVERIFY(pair.settles());
        QCOMPARE(pair.kept(), std::string("01234567"));
        QCOMPARE(pair.calls, 0);
        std::array<char, 2> rest{};
        QCOMPARE(pair.server.read_some(clientWatchAsio::buffer(rest)), std::size_t(2));
    }

    void stopsWithoutACall()
    {
        PlainPair pair;
        pair.work();
        QVERIFY(pair.watch->isPending() && pair.owner.use_count() > 1);
        pair.stop();
        QVERIFY(pair.settles());
        QVERIFY(!pair.watch->isPending());
        QCOMPARE(pair.calls, 0);
        QCOMPARE(pair.owner.use_count(), 1L);
        // The socket can be used and watched again.
        pair.watch->start(pair.owner, [&pair] { ++pair.calls; });
        pair.client.close();
        QVERIFY(pair.settles());
        QCOMPARE(pair.calls, 1);
    }

    void seesAGoodbyeInTls()
    {
        TlsPair pair;
        // The client waits for the server's goodbye and keeps its socket open meanwhile.
        pair.client.async_shutdown([](const boost::system::error_code&) {});
        const QDeadlineTimer deadline(patienceMs);
        while (pair.calls == 0 && !deadline.hasExpired()) {
            pair.context.run_for(std::chrono::milliseconds(10));
            pair.context.restart();
        }
        QCOMPARE(pair.calls, 1);
        pair.client.next_layer().close();
        pair.context.run();
    }

    void seesAClientThatLeavesTls()
    {
        TlsPair pair;
        pair.client.next_layer().close();
        pair.context.run_for(std::chrono::milliseconds(patienceMs));
        QVERIFY(pair.context.stopped());
        QCOMPARE(pair.calls, 1);
    }

    void tlsGoesOnAfterAStop()
    {
        TlsPair pair;
        pair.context.run_for(std::chrono::milliseconds(50));
        pair.context.restart();
        clientWatchAsio::co_spawn(
            pair.context, [&pair] { return pair.watch.stop(); }, clientWatchAsio::detached);
        pair.context.run_for(std::chrono::milliseconds(patienceMs));
        QVERIFY(pair.context.stopped() && !pair.watch.isPending());
        QCOMPARE(pair.calls, 0);
        clientWatchAsio::write(pair.client, clientWatchAsio::buffer("next", 4));
        std::array<char, 4> read{};
        QCOMPARE(pair.server.read_some(clientWatchAsio::buffer(read)), std::size_t(4));
        clientWatchAsio::write(pair.server, clientWatchAsio::buffer("done", 4));
        QCOMPARE(pair.client.read_some(clientWatchAsio::buffer(read)), std::size_t(4));
        QCOMPARE(std::string(read.data(), read.size()), std::string("done"));
    }
};

COUNTERSIGN_GUILESS_TEST(ClientWatchTest)
#include "ClientWatch_test.moc"
