#include "services/http/HttpServer.h"

#include "services/http/IoThreads.h"
#include "services/http/Problem.h"
#include "tests/support/Patience.h"
#include "tests/support/RawHttp.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <future>
#include <stdexcept>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// "/wait" answers once released; everything else says what arrived.
struct HttpServerFixture
{
    std::atomic<bool> released = false;
    std::atomic<int> waiting = 0;
    IoThreads io{2};
    std::unique_ptr<HttpServer> server;

    explicit HttpServerFixture(HttpLimits limits = {})
    {
        HttpServer::Options options;
        options.limits = std::move(limits);
        server = std::make_unique<HttpServer>(
            io.context(), options, [this](HttpRequest request) { return answer(std::move(request)); });
        if (!server->start()) {
            qFatal("The server did not start.");
        }
    }

    ~HttpServerFixture()
    {
        released = true;
        server.reset();
        io.stop();
    }

    boost::asio::awaitable<HttpResponse> answer(HttpRequest request)
    {
        if (request.target.path == "/throw") {
            throw std::runtime_error("planted");
        }
        if (request.target.path == "/split") {
            HttpResponse response = textResponse(200, "x");
            response.headers.add("x-evil", "a\r\nx-injected: b");
            co_return response;
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
        co_return jsonResponse(200, {{"method", request.method},
                                     {"path", request.target.path},
                                     {"body", request.body},
                                     {"peer", request.peerAddress},
                                     {"trailer", request.headers.contains("x-trailer")}});
    }

    std::optional<RawResponse> ask(std::string_view request) const
    {
        return RawHttp::exchange(server->port(), request);
    }
};

}  // namespace

class HttpServerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void handsOverWhatArrived()
    {
        const HttpServerFixture fixture;
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
        const HttpServerFixture fixture;
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
        const HttpServerFixture fixture;
        RawHttp client(fixture.server->port());
        QVERIFY(client.send(RawHttp::get("/throw") + RawHttp::get("/x")));
        const auto failed = client.receive();
        QCOMPARE(failed.value().status, 500);
        QVERIFY(failed->body.find("planted") == std::string::npos);
        QCOMPARE(client.receive().value().status, 200);
    }

    void headersOfHandlersCannotSplitAResponse()
    {
        const HttpServerFixture fixture;
        const auto response = fixture.ask(RawHttp::get("/split"));
        QVERIFY(response.has_value());
        QVERIFY(!response->headers.contains("x-injected"));
        QVERIFY(!response->headers.contains("x-evil"));
    }

    void bodyLimitPerRoute()
    {
        HttpLimits limits;
        limits.maxBodyBytesFor = [](const HttpRequest& head) {
            return head.target.path == "/large" ? std::size_t(100) : std::size_t(10);
        };
        const HttpServerFixture fixture(limits);
        QCOMPARE(fixture.ask(RawHttp::post("/large", std::string(100, 'x'))).value().status, 200);
        QCOMPARE(fixture.ask(RawHttp::post("/large", std::string(101, 'x'))).value().status, 413);
        QCOMPARE(fixture.ask(RawHttp::post("/small", std::string(11, 'x'))).value().status, 413);
        QCOMPARE(fixture.server->counters().tooLarge, std::uint64_t(2));
    }

    void anEndlessTrailerIsRefused()
    {
        const HttpServerFixture fixture;
        RawHttp client(fixture.server->port());
        client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " +
                    std::string(100'000, 'x'));
        QCOMPARE(client.receive().value().status, 400);
    }

    void stopWaitsForRunningRequests()
    {
        HttpServerFixture fixture;
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
        HttpLimits limits;
        limits.stopTimeout = std::chrono::milliseconds(100);
        HttpServerFixture fixture(limits);
        RawHttp busy(fixture.server->port());
        QVERIFY(busy.send(RawHttp::get("/wait")));
        QTRY_COMPARE_WITH_TIMEOUT(fixture.waiting.load(), 1, patienceMs);
        fixture.server->stop([] {});
        QCOMPARE(busy.receiveUntilClosed().value_or("open"), std::string());
    }

    void aTakenPortIsAnError()
    {
        const HttpServerFixture fixture;
        HttpServer::Options options;
        options.address = {"127.0.0.1", fixture.server->port()};
        IoThreads io(1);
        HttpServer second(io.context(), options, [](HttpRequest) -> boost::asio::awaitable<HttpResponse> {
            co_return HttpResponse();
        });
        const Status started = second.start();
        QVERIFY(!started.has_value());
        QVERIFY(started.error().code == ErrorCode::Network);
        io.stop();
    }
};

COUNTERSIGN_GUILESS_TEST(HttpServerTest)
#include "HttpServer_test.moc"
