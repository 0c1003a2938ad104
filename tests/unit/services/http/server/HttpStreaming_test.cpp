#include "services/http/connection/Outbox.h"
#include "services/http/server/HttpServer.h"
#include "services/http/server/IoThreads.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/RawHttp.h"

#include <QTest>

#include <chrono>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// Every answer is the stream that the test holds; "/plain" is none.
struct HttpStreamingFixture
{
    std::shared_ptr<http::Outbox> stream;
    http::IoThreads io{2};
    std::unique_ptr<http::HttpServer> server;

    explicit HttpStreamingFixture(http::Outbox::Options options = {})
        : stream(std::make_shared<http::Outbox>(std::move(options)))
    {
        server = std::make_unique<http::HttpServer>(
            io.context(), http::HttpServer::Options{},
            [this](http::HttpRequest request) -> boost::asio::awaitable<http::HttpResponse> {
                http::HttpResponse response = http::textResponse(200, "plain");
                if (request.target.path != "/plain") {
                    response.headers.set("content-type", "text/event-stream");
                    response.stream = stream;
                }
                co_return response;
            });
        if (!server->start()) {
            qFatal("The server did not start.");
        }
    }
    ~HttpStreamingFixture()
    {
        server.reset();
        io.stop();
    }
};

std::string closing(std::string_view version = "HTTP/1.1")
{
    return "GET /s " + std::string(version) + "\r\nHost: a\r\nConnection: close\r\n\r\n";
}

}  // namespace

class HttpStreamingTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesEveryItemAsAChunk()
    {
        const HttpStreamingFixture fixture;
        QVERIFY(fixture.stream->put("one") && fixture.stream->put("zwei!"));
        fixture.stream->finish();
        RawHttp client(fixture.server->port());
        QVERIFY(client.send(closing()));
        const auto all = client.receiveUntilClosed();
        QVERIFY(all.has_value());
        QVERIFY(all->find("Transfer-Encoding: chunked\r\n") != std::string::npos);
        QVERIFY(all->find("Content-Length") == std::string::npos);
        QVERIFY(all->ends_with("\r\n\r\n3\r\none\r\n5\r\nzwei!\r\n0\r\n\r\n"));
    }

    void itemsLeaveWhileTheAnswerGoesOn()
    {
        const HttpStreamingFixture fixture;
        RawHttp client(fixture.server->port());
        QVERIFY(client.send(closing()));
        QVERIFY(!client.receiveUntilClosed(std::chrono::milliseconds(100)).has_value());
        QVERIFY(fixture.stream->put("late"));
        QVERIFY(!client.receiveUntilClosed(std::chrono::milliseconds(100)).has_value());
        fixture.stream->finish();
        const auto all = client.receiveUntilClosed();
        QVERIFY(all.has_value() && all->ends_with("4\r\nlate\r\n0\r\n\r\n"));
    }

    void theConnectionLivesOnAfterAStream()
    {
        const HttpStreamingFixture fixture;
        fixture.stream->finish();
        RawHttp client(fixture.server->port());
        QVERIFY(
            client.send(RawHttp::get("/s") + "GET /plain HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        const auto all = client.receiveUntilClosed();
        QVERIFY(all.has_value());
        QVERIFY(all->find("\r\n\r\n0\r\n\r\nHTTP/1.1 200 OK") != std::string::npos);
        QVERIFY(all->ends_with("plain"));
    }

    void headStreamsNothing()
    {
        const HttpStreamingFixture fixture;
        QVERIFY(fixture.stream->put("x"));
        RawHttp client(fixture.server->port());
        QVERIFY(client.send("HEAD /s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        const auto all = client.receiveUntilClosed();
        QVERIFY(all.has_value() && all->ends_with("\r\n\r\n"));
        QVERIFY(!fixture.stream->isOpen());
    }

    void http10HasNoChunks()
    {
        const HttpStreamingFixture fixture;
        QVERIFY(fixture.stream->put("one"));
        fixture.stream->finish();
        RawHttp client(fixture.server->port());
        QVERIFY(client.send(closing("HTTP/1.0")));
        const auto all = client.receiveUntilClosed();
        QVERIFY(all.has_value() && all->ends_with("\r\n\r\none"));
        QVERIFY(all->find("chunked") == std::string::npos);
    }

    void aCutStreamHasNoProperEnd()
    {
        const HttpStreamingFixture fixture;
        QVERIFY(fixture.stream->put("ha"));
        fixture.stream->cut();
        RawHttp client(fixture.server->port());
        QVERIFY(client.send(RawHttp::get("/s")));
        const auto all = client.receiveUntilClosed();
        QVERIFY(all.has_value() && all->ends_with("2\r\nha\r\n"));
    }

    void itsTimeEndsWithTheLastWords()
    {
        http::Outbox::Options options;
        options.maxDuration = std::chrono::milliseconds(50);
        options.lastWords = "bye";
        const HttpStreamingFixture fixture(std::move(options));
        RawHttp client(fixture.server->port());
        QVERIFY(client.send(closing()));
        const auto all = client.receiveUntilClosed();
        QVERIFY(all.has_value() && all->ends_with("\r\n\r\n3\r\nbye\r\n0\r\n\r\n"));
        QVERIFY(!fixture.stream->isOpen());
    }

    void aClientThatLeavesEndsIt()
    {
        const HttpStreamingFixture fixture;
        {
            RawHttp client(fixture.server->port());
            QVERIFY(client.send(RawHttp::get("/s")));
            QVERIFY(!client.receiveUntilClosed(std::chrono::milliseconds(100)).has_value());
        }
        QTRY_VERIFY_WITH_TIMEOUT(!fixture.stream->isOpen(), patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(fixture.server->counters().openConnections, std::uint64_t(0), patienceMs);
    }

    void aStopEndsIt()
    {
        const HttpStreamingFixture fixture;
        RawHttp client(fixture.server->port());
        QVERIFY(client.send(RawHttp::get("/s")));
        QVERIFY(!client.receiveUntilClosed(std::chrono::milliseconds(100)).has_value());
        std::atomic<bool> stopped = false;
        fixture.server->stop([&] { stopped = true; });
        QVERIFY(client.receiveUntilClosed().has_value());
        QTRY_VERIFY_WITH_TIMEOUT(stopped, patienceMs);
    }
};

COUNTERSIGN_GUILESS_TEST(HttpStreamingTest)
#include "HttpStreaming_test.moc"
