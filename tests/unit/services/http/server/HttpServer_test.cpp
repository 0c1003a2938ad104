#include "services/http/server/HttpServer.h"

#include "services/http/message/Problem.h"
#include "services/http/server/IoThreads.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/RawHttp.h"

#include <QTest>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>
#include <vector>

using namespace countersign;
using namespace countersign::testing;

namespace {

constexpr std::size_t largeBytes = 4 * 1024 * 1024;

/// "/wait" answers once released, "/large" with much; everything else says what arrived.
struct Fixture
{
    std::atomic<bool> released = false;
    std::atomic<int> waiting = 0;
    http::IoThreads io{2};
    std::unique_ptr<http::HttpServer> server;

    explicit Fixture(http::HttpLimits limits = {}, http::ProxyTrust proxies = {})
    {
        http::HttpServer::Options options;
        options.limits = std::move(limits);
        options.proxies = std::move(proxies);
        server = std::make_unique<http::HttpServer>(
            io.context(), options, [this](http::HttpRequest request) { return answer(std::move(request)); });
        if (!server->start()) {
            qFatal("The server did not start.");
        }
    }

    ~Fixture()
    {
        released = true;
        server.reset();
        io.stop();
    }

    boost::asio::awaitable<http::HttpResponse> answer(http::HttpRequest request)
    {
        if (request.target.path == "/throw") {
            throw std::runtime_error("planted");
        }
        if (request.target.path == "/split") {
            http::HttpResponse response = http::textResponse(200, "x");
            response.headers.add("x-evil", "a\r\nx-injected: b");
            co_return response;
        }
        if (request.target.path == "/large") {
            co_return http::textResponse(200, std::string(largeBytes, 'x'));
        }
        if (request.target.path == "/wait") {
            ++waiting;
            const auto executor = co_await boost::asio::this_coro::executor;
            boost::asio::steady_timer timer(executor);
            while (!released) {
                boost::system::error_code ignored;
                timer.expires_after(std::chrono::milliseconds(5));
                co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
            }
        }
        co_return http::jsonResponse(200, {{"method", request.method},
                                           {"path", request.target.path},
                                           {"body", request.body},
                                           {"peer", request.peerAddress},
                                           {"client", request.clientAddress},
                                           {"trailer", request.headers.contains("x-trailer")}});
    }

    std::optional<RawResponse> ask(std::string_view request) const
    {
        return RawHttp::exchange(server->port(), request);
    }
};

using HttpServerClient = std::unique_ptr<RawHttp>;

HttpServerClient clientFrom(const Fixture& fixture, int n)
{
    return std::make_unique<RawHttp>(fixture.server->port(),
                                     RawHttp::FromLoopback{static_cast<std::uint8_t>(n)});
}

int statusOf(const std::optional<RawResponse>& response)
{
    return response ? response->status : 0;
}

int askOn(const HttpServerClient& client, std::string_view request = RawHttp::get("/x"))
{
    return client->send(request) ? statusOf(client->receive()) : 0;
}

bool isClosed(const HttpServerClient& client)
{
    return client->receiveUntilClosed().has_value();
}

http::HttpLimits placesFor(std::size_t connections, std::size_t perAddress)
{
    http::HttpLimits limits;
    limits.maxConnections = connections;
    limits.maxConnectionsPerAddress = perAddress;
    return limits;
}

std::string forwarded(std::string_view path, std::string_view client)
{
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: " + std::string(client) +
           "\r\n\r\n";
}

http::ProxyTrust loopbackProxies()
{
    http::ProxyTrust trust;
    (void)trust.add("loopback");
    return trust;
}

}  // namespace

class HttpServerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void handsOverWhatArrived()
    {
        const Fixture fixture;
        const auto response = fixture.ask(
            "POST /a%20b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
            "chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\nX-Trailer: "
            "1\r\n\r\n");
        QVERIFY(response.has_value());
        const Json json = parseJson(response->body).value();
        QCOMPARE(json.at("method").get<std::string>(), std::string("POST"));
        QCOMPARE(json.at("path").get<std::string>(), std::string("/a%20b"));
        QCOMPARE(json.at("body").get<std::string>(), std::string("abc"));
        QCOMPARE(json.at("peer").get<std::string>(), std::string("127.0.0.1"));
        QCOMPARE(json.at("trailer").get<bool>(), false);
        QVERIFY(response->headers.contains("date"));
    }

    void headHasNoBody()
    {
        const Fixture fixture;
        RawHttp client(fixture.server->port());
        QVERIFY(client.send("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n" + RawHttp::get("/y")));
        const auto head = client.receive(true);
        QVERIFY(head.has_value());
        QVERIFY(std::stoi(head->headers.at("content-length")) > 0);
        const auto next = client.receive();
        QCOMPARE(parseJson(next.value().body)->at("path").get<std::string>(), std::string("/y"));
    }

    void aFailingHandlerIsA500AndTheConnectionLives()
    {
        const Fixture fixture;
        RawHttp client(fixture.server->port());
        QVERIFY(client.send(RawHttp::get("/throw") + RawHttp::get("/x")));
        const auto failed = client.receive();
        QCOMPARE(failed.value().status, 500);
        QVERIFY(failed->body.find("planted") == std::string::npos);
        QCOMPARE(client.receive().value().status, 200);
    }

    void headersOfHandlersCannotSplitAResponse()
    {
        const Fixture fixture;
        const auto response = fixture.ask(RawHttp::get("/split"));
        QVERIFY(response.has_value());
        QVERIFY(!response->headers.contains("x-injected"));
        QVERIFY(!response->headers.contains("x-evil"));
    }

    void bodyLimitPerRoute()
    {
        http::HttpLimits limits;
        limits.maxBodyBytesFor = [](const http::HttpRequest& head) {
            return head.target.path == "/large" ? std::size_t(100) : std::size_t(10);
        };
        const Fixture fixture(limits);
        QCOMPARE(fixture.ask(RawHttp::post("/large", std::string(100, 'x'))).value().status, 200);
        QCOMPARE(fixture.ask(RawHttp::post("/large", std::string(101, 'x'))).value().status, 413);
        QCOMPARE(fixture.ask(RawHttp::post("/small", std::string(11, 'x'))).value().status, 413);
        QCOMPARE(fixture.server->counters().tooLarge, std::uint64_t(2));
    }

    void emptyLinesBeforeARequestAreNone()
    {
        const Fixture fixture;
        RawHttp client(fixture.server->port());
        // Also behind a body, where old clients put one too many.
        QVERIFY(client.send("\r\n" + RawHttp::post("/a", "x") + "\r\n\r\n" + RawHttp::get("/b")));
        QCOMPARE(parseJson(client.receive().value().body)->at("path").get<std::string>(), std::string("/a"));
        QCOMPARE(parseJson(client.receive().value().body)->at("path").get<std::string>(), std::string("/b"));
        for (const char byte : std::string("\r\n\r\n")) {
            QVERIFY(client.send(std::string_view(&byte, 1)));
        }
        QVERIFY(client.send(RawHttp::get("/c")));
        QCOMPARE(parseJson(client.receive().value().body)->at("path").get<std::string>(), std::string("/c"));
        // Not without end.
        std::string many;
        for (int i = 0; i < 9; ++i) {
            many += "\r\n";
        }
        QCOMPARE(fixture.ask(many + RawHttp::get("/x")).value().status, 400);
        RawHttp endless(fixture.server->port());
        while (endless.send(many)) {
        }
        QVERIFY(fixture.server->counters().malformed >= 2);
    }

    void aLineWithoutAnEmptyOneIsNotHttp()
    {
        const Fixture fixture;
        for (const char* request :
             {"\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "\r\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
              "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n"}) {
            const auto refused = fixture.ask(request);
            QCOMPARE(statusOf(refused), 400);
            QCOMPARE(refused->headers.at("connection"), std::string("close"));
        }
    }

    void oneAddressTakesNoMoreThanItsShare()
    {
        const Fixture fixture(placesFor(20, 5));
        std::vector<HttpServerClient> idle;
        for (int i = 0; i < 60; ++i) {
            idle.push_back(clientFrom(fixture, 2));
            QVERIFY(idle.back()->isConnected());
        }
        QTRY_VERIFY_WITH_TIMEOUT(
            fixture.server->counters().connections == 60 && fixture.server->counters().openConnections == 5,
            patienceMs);
        QCOMPARE(fixture.server->counters().gaveWay, std::uint64_t(55));
        // Other addresses have their places, and so has this one: its oldest ones went.
        QCOMPARE(askOn(clientFrom(fixture, 3)), 200);
        QCOMPARE(askOn(idle.back()), 200);
        QVERIFY(isClosed(idle.front()));
    }

    void theLongestWaitingGoesWhenAllPlacesAreTaken()
    {
        const Fixture fixture(placesFor(4, 4));
        std::vector<HttpServerClient> clients;
        for (int n = 2; n < 6; ++n) {
            clients.push_back(clientFrom(fixture, n));
            QCOMPARE(askOn(clients.back()), 200);
        }
        QCOMPARE(askOn(clients.front()), 200);
        const HttpServerClient late = clientFrom(fixture, 9);
        QCOMPARE(askOn(late), 200);
        QVERIFY(isClosed(clients[1]));
        QCOMPARE(askOn(clients[0]), 200);
        QCOMPARE(askOn(clients[2]), 200);
        QCOMPARE(askOn(clients[3]), 200);
        QCOMPARE(askOn(late), 200);
        QCOMPARE(fixture.server->counters().overCapacity, std::uint64_t(0));
    }

    /// Half a head and half a body are no requests either.
    void whoTricklesGivesWayToo()
    {
        const Fixture fixture(placesFor(6, 6));
        std::vector<HttpServerClient> slow;
        for (int n = 2; n < 8; ++n) {
            slow.push_back(clientFrom(fixture, n));
            QVERIFY(slow.back()->send(n % 2 == 0
                                          ? "GET / HTTP/1.1\r\nHo"
                                          : "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx"));
        }
        QTRY_COMPARE_WITH_TIMEOUT(fixture.server->counters().openConnections, std::uint64_t(6), patienceMs);
        for (int i = 0; i < 6; ++i) {
            QCOMPARE(askOn(clientFrom(fixture, 20 + i)), 200);
        }
    }

    void whoIsServedKeepsItsPlace()
    {
        Fixture fixture(placesFor(2, 2));
        std::vector<HttpServerClient> served;
        for (int n = 2; n < 4; ++n) {
            served.push_back(clientFrom(fixture, n));
            QVERIFY(served.back()->send(RawHttp::get("/wait")));
        }
        QTRY_COMPARE_WITH_TIMEOUT(fixture.waiting.load(), 2, patienceMs);
        const HttpServerClient late = clientFrom(fixture, 9);
        QVERIFY(late->send(RawHttp::get("/x")));
        const auto refused = late->receive();
        QCOMPARE(statusOf(refused), 503);
        QVERIFY(refused->headers.contains("retry-after"));
        fixture.released = true;
        for (const HttpServerClient& client : served) {
            QCOMPARE(statusOf(client->receive()), 200);
        }
    }

    void aClientThatReadsNothingIsCut()
    {
        http::HttpLimits limits;
        limits.stallTimeout = std::chrono::milliseconds(100);
        limits.writeTimeout = std::chrono::milliseconds(10 * patienceMs);
        const Fixture fixture(limits);
        RawHttp client(fixture.server->port());
        QVERIFY(client.send(RawHttp::get("/large") + RawHttp::get("/large") + RawHttp::get("/large")));
        QTRY_COMPARE_WITH_TIMEOUT(fixture.server->counters().timedOut, std::uint64_t(1), patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(fixture.server->counters().openConnections, std::uint64_t(0), patienceMs);
        QCOMPARE(fixture.server->answers()->bytesInUse(), std::size_t(0));
    }

    void unreadAnswersHaveABudget()
    {
        http::HttpLimits limits;
        limits.answers = {5 * largeBytes, 3 * largeBytes, std::chrono::milliseconds(patienceMs)};
        limits.stallTimeout = limits.writeTimeout = std::chrono::milliseconds(10 * patienceMs);
        const Fixture fixture(limits);
        std::vector<HttpServerClient> unread;
        const auto askForMuch = [&](int n) {
            unread.push_back(clientFrom(fixture, n));
            return unread.back()->send(RawHttp::get("/large"));
        };
        const auto bytesInUse = [&] { return fixture.server->answers()->bytesInUse(); };
        for (std::size_t i = 1; i <= 3; ++i) {
            QVERIFY(askForMuch(2));
            QTRY_COMPARE_WITH_TIMEOUT(bytesInUse(), i * largeBytes, patienceMs);
        }
        // One address has its part, the others go on until all is in use.
        const auto refused = clientFrom(fixture, 2);
        QVERIFY(refused->send(RawHttp::get("/large")));
        const auto answer = refused->receive();
        QCOMPARE(statusOf(answer), 503);
        QVERIFY(answer->headers.contains("retry-after"));
        QVERIFY(askForMuch(3) && askForMuch(4));
        QTRY_COMPARE_WITH_TIMEOUT(bytesInUse(), 5 * largeBytes, patienceMs);
        QCOMPARE(askOn(clientFrom(fixture, 5), RawHttp::get("/large")), 503);
        // Small answers need no part of it.
        QCOMPARE(askOn(clientFrom(fixture, 5)), 200);
        QCOMPARE(fixture.server->counters().answersRefused, std::uint64_t(2));
        unread.clear();
        QTRY_COMPARE_WITH_TIMEOUT(bytesInUse(), std::size_t(0), patienceMs);
        QCOMPARE(askOn(clientFrom(fixture, 2), RawHttp::get("/large")), 200);
    }

    void aProxyIsBelievedAndCountedByItsClients()
    {
        Fixture fixture(placesFor(100, 2), loopbackProxies());
        const auto clientOf = [](const std::optional<RawResponse>& response) {
            return parseJson(response.value().body)->at("client").get<std::string>();
        };
        QCOMPARE(clientOf(fixture.ask(forwarded("/x", "9.9.9.9, 203.0.113.7"))), std::string("203.0.113.7"));
        QCOMPARE(clientOf(fixture.ask(RawHttp::get("/x"))), std::string("127.0.0.1"));
        // The proxy may have more connections than an address, one of its clients no more requests at once.
        std::vector<HttpServerClient> ofProxy;
        for (int i = 0; i < 10; ++i) {
            ofProxy.push_back(clientFrom(fixture, 1));
            QCOMPARE(askOn(ofProxy.back()), 200);
        }
        QVERIFY(ofProxy[0]->send(forwarded("/wait", "203.0.113.7")));
        QVERIFY(ofProxy[1]->send(forwarded("/wait", "203.0.113.7")));
        QTRY_COMPARE_WITH_TIMEOUT(fixture.waiting.load(), 2, patienceMs);
        QVERIFY(ofProxy[2]->send(forwarded("/x", "203.0.113.7")));
        const auto refused = ofProxy[2]->receive();
        QCOMPARE(statusOf(refused), 429);
        QVERIFY(refused->headers.contains("retry-after"));
        QCOMPARE(askOn(ofProxy[2], forwarded("/x", "203.0.113.8")), 200);
        fixture.released = true;
        QCOMPARE(statusOf(ofProxy[0]->receive()), 200);
        QCOMPARE(statusOf(ofProxy[1]->receive()), 200);
        QCOMPARE(askOn(ofProxy[2], forwarded("/x", "203.0.113.7")), 200);
    }

    void nobodyElseIsBelieved()
    {
        http::ProxyTrust trust;
        QVERIFY(trust.add("127.0.0.9").has_value());
        const Fixture fixture({}, trust);
        const HttpServerClient stranger = clientFrom(fixture, 2);
        QVERIFY(stranger->send(forwarded("/x", "203.0.113.7")));
        QCOMPARE(parseJson(stranger->receive().value().body)->at("client").get<std::string>(),
                 std::string("127.0.0.2"));
        const HttpServerClient proxy = clientFrom(fixture, 9);
        QVERIFY(proxy->send(forwarded("/x", "203.0.113.7")));
        QCOMPARE(parseJson(proxy->receive().value().body)->at("client").get<std::string>(),
                 std::string("203.0.113.7"));
    }

    void anEndlessTrailerIsRefused()
    {
        const Fixture fixture;
        RawHttp client(fixture.server->port());
        client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " +
                    std::string(100'000, 'x'));
        QCOMPARE(client.receive().value().status, 400);
    }

    void stopWaitsForRunningRequests()
    {
        Fixture fixture;
        RawHttp busy(fixture.server->port());
        RawHttp idle(fixture.server->port());
        QVERIFY(idle.send(RawHttp::get("/x")));
        QVERIFY(idle.receive().has_value());
        QVERIFY(busy.send(RawHttp::get("/wait")));
        QTRY_COMPARE_WITH_TIMEOUT(fixture.waiting.load(), 1, patienceMs);
        std::promise<void> stopped;
        fixture.server->stop([&stopped] { stopped.set_value(); });
        QCOMPARE(idle.receiveUntilClosed().value_or("open"), std::string());
        auto future = stopped.get_future();
        QVERIFY(future.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout);
        fixture.released = true;
        const auto response = busy.receive();
        QCOMPARE(response.value().status, 200);
        QCOMPARE(response->headers.at("connection"), std::string("close"));
        QVERIFY(future.wait_for(std::chrono::milliseconds(patienceMs)) == std::future_status::ready);
        QVERIFY(!RawHttp(fixture.server->port()).isConnected());
        QCOMPARE(fixture.server->counters().openConnections, std::uint64_t(0));
    }

    void stopGivesUpAtItsDeadline()
    {
        http::HttpLimits limits;
        limits.stopTimeout = std::chrono::milliseconds(100);
        Fixture fixture(limits);
        RawHttp busy(fixture.server->port());
        QVERIFY(busy.send(RawHttp::get("/wait")));
        QTRY_COMPARE_WITH_TIMEOUT(fixture.waiting.load(), 1, patienceMs);
        fixture.server->stop([] {});
        QCOMPARE(busy.receiveUntilClosed().value_or("open"), std::string());
    }

    void aTakenPortIsAnError()
    {
        const Fixture fixture;
        http::HttpServer::Options options;
        options.address = {"127.0.0.1", fixture.server->port()};
        http::IoThreads io(1);
        http::HttpServer second(io.context(), options,
                                [](http::HttpRequest) -> boost::asio::awaitable<http::HttpResponse> {
                                    co_return http::HttpResponse();
                                });
        const Status started = second.start();
        QVERIFY(!started.has_value());
        QVERIFY(started.error().code == ErrorCode::Network);
        io.stop();
    }
};

COUNTERSIGN_GUILESS_TEST(HttpServerTest)
#include "HttpServer_test.moc"
