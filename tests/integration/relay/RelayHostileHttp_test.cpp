#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/RawHttp.h"
#include "tests/support/processes/RelayProcess.h"

#include <QDeadlineTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

using namespace countersign;
using namespace countersign::testing;

namespace {

int relayHostileHttpStatusOf(const std::optional<RawResponse>& response)
{
    return response ? response->status : 0;
}

struct RelayHostileHttpRelay
{
    QTemporaryDir folder;
    RelayProcess process{folder.filePath(QStringLiteral("relay.sqlite"))};

    explicit RelayHostileHttpRelay(const QStringList& options = {})
    {
        process.createInbox(QStringLiteral("demo"));
        if (!process.start(options)) {
            qFatal("The relay did not start: %s", process.errors().constData());
        }
    }

    bool isWell() const
    {
        return relayHostileHttpStatusOf(RawHttp::exchange(process.port(), RawHttp::get("/healthz"))) == 200;
    }
    bool storedNothing() const
    {
        const auto metrics = RawHttp::exchange(process.port(), RawHttp::get("/metrics"));
        return metrics &&
               metrics->body.find("countersign_relay_committed_entries_total 0\n") != std::string::npos;
    }
};

// Which costs memory of its own. GCC tells it by macros, Clang by features.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool isSanitized = true;
#elif defined(__has_feature)
constexpr bool isSanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool isSanitized = false;
#endif

/// Of /proc; 0 where there is none.
qint64 residentBytes(qint64 process)
{
    QFile status(QStringLiteral("/proc/%1/status").arg(process));
    if (!status.open(QIODevice::ReadOnly)) {
        return 0;
    }
    const QByteArray text = status.readAll();
    const qsizetype at = text.indexOf("VmRSS:");
    return at < 0 ? 0 : text.mid(at + 6, text.indexOf("kB", at) - at - 6).trimmed().toLongLong() * 1024;
}

/// Connections, this one's included.
int connectionsOf(std::uint16_t port)
{
    const auto metrics = RawHttp::exchange(port, RawHttp::get("/metrics"));
    const std::string name = "\ncountersign_relay_connections_open ";
    const std::size_t at = metrics ? metrics->body.find(name) : std::string::npos;
    return at == std::string::npos ? 0 : std::atoi(metrics->body.c_str() + at + name.size());
}

std::string post(std::string_view headers, std::string_view rest)
{
    return "POST /in/demo HTTP/1.1\r\nHost: a\r\n" + std::string(headers) + "\r\n" + std::string(rest);
}

}  // namespace

class RelayHostileHttpTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refusesWhatIsNotHttp_data()
    {
        using namespace std::string_literals;
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<int>("status");
        const auto row = [](const char* name, const std::string& request, int status) {
            QTest::newRow(name) << QByteArray::fromStdString(request) << status;
        };
        row("garbage", "\x16\x03\x01\x02garbage\r\n\r\n", 400);
        row("no version", "GET /healthz\r\n\r\n", 400);
        row("HTTP/2", "GET /healthz HTTP/2.0\r\nHost: a\r\n\r\n", 400);
        row("HTTP/0.9", "GET /healthz HTTP/0.9\r\nHost: a\r\n\r\n", 400);
        row("bare LF", "GET /healthz HTTP/1.1\nHost: a\n\n", 400);
        row("no Host", "GET /healthz HTTP/1.1\r\n\r\n", 400);
        row("two Hosts", "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400);
        row("Host with a blank", "GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n", 400);
        row("NUL in a header", "GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"s, 400);
        row("NUL in the target", "GET /heal\0thz HTTP/1.1\r\nHost: a\r\n\r\n"s, 400);
        row("blank before the colon", "GET /healthz HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n", 400);
        row("folded header", "GET /healthz HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n", 400);
        row("header folded by a tab", "GET /healthz HTTP/1.1\r\nHost: a\r\nX: b\r\n\tc\r\n\r\n", 400);
        row("folded length", post("Content-Length:\r\n 1\r\n", "a"), 400);
        row("folded coding", post("Transfer-Encoding: chun\r\n ked\r\n", "0\r\n\r\n"), 400);
        row("blank before the first header", "GET /healthz HTTP/1.1\r\n Host: a\r\n\r\n", 400);
        row("bare LF in a header", "GET /healthz HTTP/1.1\r\nHost: a\r\nX: b\nY: c\r\n\r\n", 400);
        row("bare CR in a header", "GET /healthz HTTP/1.1\r\nHost: a\r\nX: b\rY: c\r\n\r\n", 400);
        row("bare LF at the end", "GET /healthz HTTP/1.1\r\nHost: a\r\n\n", 400);
        row("blank before the colon of a length", post("Content-Length : 1\r\n", "a"), 400);
        row("tab before the colon of a coding", post("Transfer-Encoding\t: chunked\r\n", "0\r\n\r\n"), 400);
        row("header without a name", "GET /healthz HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400);
        row("header without a colon", "GET /healthz HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", 400);
        row("NUL in a name", "GET /healthz HTTP/1.1\r\nHost: a\r\nX\0: b\r\n\r\n"s, 400);
        row("two blanks in the request line", "GET  /healthz HTTP/1.1\r\nHost: a\r\n\r\n", 400);
        row("tab in the request line", "GET\t/healthz HTTP/1.1\r\nHost: a\r\n\r\n", 400);
        row("blank behind the version", "GET /healthz HTTP/1.1 \r\nHost: a\r\n\r\n", 400);
        row("empty line of a bare LF", "\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", 400);
        row("empty line of a bare CR", "\r\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", 400);
        row("dot segments", "GET /v1/../healthz HTTP/1.1\r\nHost: a\r\n\r\n", 400);
        row("hidden dot segments", "GET /v1/%2e%2e/healthz HTTP/1.1\r\nHost: a\r\n\r\n", 400);
        row("hidden slash", "GET /in%2fdemo HTTP/1.1\r\nHost: a\r\n\r\n", 400);
        row("broken escape", "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400);
        row("length and coding", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
            400);
        row("coding and length", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"),
            400);
        row("two lengths", post("Content-Length: 1\r\nContent-Length: 1\r\n", "a"), 400);
        row("two different lengths", post("Content-Length: 1\r\nContent-Length: 2\r\n", "a"), 400);
        row("three lengths",
            post("Content-Length: 1\r\nX: 1\r\ncontent-length: 1\r\nCONTENT-LENGTH: 1\r\n", "a"), 400);
        row("empty length", post("Content-Length: \r\n", ""), 400);
        row("length with a blank", post("Content-Length: 1 1\r\n", "a"), 400);
        row("two codings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
            400);
        row("empty coding and length", post("Transfer-Encoding:\r\nContent-Length: 1\r\n", "a"), 400);
        row("list of lengths", post("Content-Length: 1, 1\r\n", "a"), 400);
        row("negative length", post("Content-Length: -1\r\n", ""), 400);
        row("signed length", post("Content-Length: +1\r\n", "a"), 400);
        row("hexadecimal length", post("Content-Length: 0x1\r\n", "a"), 400);
        row("length beyond 64 bits", post("Content-Length: 99999999999999999999\r\n", ""), 400);
        row("length just inside 64 bits", post("Content-Length: 9223372036854775807\r\n", ""), 413);
        row("unknown coding", post("Transfer-Encoding: gzip\r\n", ""), 501);
        row("coding behind chunked", post("Transfer-Encoding: chunked, identity\r\n", ""), 501);
        row("disguised chunked", post("Transfer-Encoding: xchunked\r\n", ""), 501);
        row("coding in HTTP/1.0", "POST /in/demo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400);
        row("chunk size is no number", post("Transfer-Encoding: chunked\r\n", "zz\r\na\r\n0\r\n\r\n"), 400);
        row("negative chunk size", post("Transfer-Encoding: chunked\r\n", "-1\r\na\r\n0\r\n\r\n"), 400);
        row("hexadecimal prefix of a chunk", post("Transfer-Encoding: chunked\r\n", "0x1\r\na\r\n0\r\n\r\n"),
            400);
        row("chunk size behind a blank", post("Transfer-Encoding: chunked\r\n", " 1\r\na\r\n0\r\n\r\n"), 400);
        row("chunk size with a bare LF", post("Transfer-Encoding: chunked\r\n", "1\na\r\n0\r\n\r\n"), 400);
        row("chunk extension with a bare LF",
            post("Transfer-Encoding: chunked\r\n", "1;a\nb\r\na\r\n0\r\n\r\n"), 400);
        row("chunk that ends with a bare LF", post("Transfer-Encoding: chunked\r\n", "1\r\na\n0\r\n\r\n"),
            400);
        row("chunk size overflow",
            post("Transfer-Encoding: chunked\r\n", "10000000000000000\r\na\r\n0\r\n\r\n"), 400);
        row("chunk longer than said", post("Transfer-Encoding: chunked\r\n", "1\r\nab\r\n0\r\n\r\n"), 400);
        row("huge chunk", post("Transfer-Encoding: chunked\r\n", "fffffff\r\na"), 413);
        row("endless chunk extension",
            post("Transfer-Encoding: chunked\r\n", "1;" + std::string(100'000, 'x')), 400);
        row("trailer with a length", post("Transfer-Encoding: chunked\r\n", "0\r\nContent-Length: 5\r\n\r\n"),
            400);
        row("unknown expectation", post("Expect: tea\r\nContent-Length: 1\r\n", "a"), 417);
        row("one huge header",
            "GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + std::string(40'000, 'a') + "\r\n\r\n", 431);
        row("huge target", "GET /" + std::string(40'000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 431);
        std::string flood = "GET /healthz HTTP/1.1\r\nHost: a\r\n";
        for (int i = 0; i < 5000; ++i) {
            flood += "X" + std::to_string(i) + ": 1\r\n";
        }
        row("flood of headers", flood + "\r\n", 431);
        row("oversize body", post("Content-Length: 262145\r\n", std::string(262'145, 'x')), 413);
        row("oversize body in chunks",
            post("Transfer-Encoding: chunked\r\n", "30000\r\n" + std::string(0x30000, 'x') + "\r\n20000\r\n"),
            413);
    }

    void refusesWhatIsNotHttp()
    {
        QFETCH(QByteArray, request);
        QFETCH(int, status);
        static RelayHostileHttpRelay relay;
        RawHttp client(relay.process.port());
        client.send(std::string_view(request.constData(), static_cast<std::size_t>(request.size())));
        const auto response = client.receive();
        QCOMPARE(relayHostileHttpStatusOf(response), status);
        QCOMPARE(response->headers.at("content-type"), std::string("application/problem+json"));
        // Nothing after it may be taken for a second request.
        QCOMPARE(response->headers.at("connection"), std::string("close"));
        QVERIFY(relay.isWell());
        QVERIFY(relay.storedNothing());
    }

    void acceptsWhatIs()
    {
        RelayHostileHttpRelay relay;
        const std::uint16_t port = relay.process.port();
        QCOMPARE(relayHostileHttpStatusOf(
                     RawHttp::exchange(port, "GET http://elsewhere/healthz HTTP/1.1\r\nHost: a\r\n\r\n")),
                 200);
        QCOMPARE(relayHostileHttpStatusOf(RawHttp::exchange(port, "GET /healthz HTTP/1.0\r\n\r\n")), 200);
        QCOMPARE(relayHostileHttpStatusOf(
                     RawHttp::exchange(port, RawHttp::post("/in/demo", std::string(262'144, 'x')))),
                 200);
        QCOMPARE(
            relayHostileHttpStatusOf(RawHttp::exchange(
                port, post("Transfer-Encoding: chunked\r\n", "3;a=b\r\nabc\r\n0\r\nTrailer: x\r\n\r\n"))),
            200);
    }

    void emptyLinesBeforeARequest()
    {
        RelayHostileHttpRelay relay;
        RawHttp client(relay.process.port());
        QVERIFY(client.send("\r\n" + RawHttp::post("/in/demo", "1") + "\r\n" + RawHttp::get("/healthz")));
        QCOMPARE(relayHostileHttpStatusOf(client.receive()), 200);
        QCOMPARE(client.receive().value().body, std::string("ok\n"));
    }

    void answersPipelinedRequestsInOrder()
    {
        RelayHostileHttpRelay relay;
        RawHttp client(relay.process.port());
        QVERIFY(client.send(RawHttp::post("/in/demo", "1") + RawHttp::get("/nowhere") +
                            RawHttp::get("/healthz") + "HEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\n" +
                            RawHttp::post("/in/demo", "2")));
        QCOMPARE(relayHostileHttpStatusOf(client.receive()), 200);
        QCOMPARE(relayHostileHttpStatusOf(client.receive()), 404);
        QCOMPARE(client.receive().value().body, std::string("ok\n"));
        QCOMPARE(client.receive(true).value().headers.at("content-length"), std::string("3"));
        QCOMPARE(relayHostileHttpStatusOf(client.receive()), 200);
    }

    void expectIsAnsweredBeforeTheBody()
    {
        RelayHostileHttpRelay relay;
        RawHttp small(relay.process.port());
        QVERIFY(small.send(
            "POST /in/demo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
        QCOMPARE(relayHostileHttpStatusOf(small.receive(true)), 100);
        QVERIFY(small.send("ok"));
        QCOMPARE(relayHostileHttpStatusOf(small.receive()), 200);
        // Ten megabytes are refused before one byte of them was sent.
        RawHttp large(relay.process.port());
        QVERIFY(large.send(
            "POST /in/demo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 10485760\r\n\r\n"));
        QCOMPARE(relayHostileHttpStatusOf(large.receive()), 413);
        QVERIFY(large.receiveUntilClosed().has_value());
    }

    void slowClientsAreClosed()
    {
        // Long enough that a request in one piece is there in time on a busy machine too.
        const QString limit = QStringLiteral("1500");
        RelayHostileHttpRelay relay({QStringLiteral("--header-timeout"), limit,
                                     QStringLiteral("--body-timeout"), limit,
                                     QStringLiteral("--idle-timeout"), limit});
        const std::uint16_t port = relay.process.port();
        RawHttp silent(port);
        QCOMPARE(silent.receiveUntilClosed().value_or("open"), std::string());
        // One byte at a time does not gain more time.
        RawHttp drip(port);
        std::thread feeder([&drip] {
            for (int i = 0; i < 200 && drip.send("G"); ++i) {
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            }
        });
        QCOMPARE(relayHostileHttpStatusOf(drip.receive()), 408);
        feeder.join();
        RawHttp half(port);
        QVERIFY(half.send("POST /in/demo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf"));
        QCOMPARE(relayHostileHttpStatusOf(half.receive()), 408);
        RawHttp idle(port);
        QVERIFY(idle.send(RawHttp::get("/healthz")));
        QCOMPARE(relayHostileHttpStatusOf(idle.receive()), 200);
        QCOMPARE(idle.receiveUntilClosed().value_or("open"), std::string());
        QVERIFY(relay.isWell());
        QVERIFY(relay.storedNothing());
    }

    /// A thousand connections that say nothing, from one address and then from many: deliveries go on.
    void silentConnectionsKeepNobodyOut()
    {
        RelayHostileHttpRelay relay({QStringLiteral("--max-connections"), QStringLiteral("200"),
                                     QStringLiteral("--max-connections-per-address"), QStringLiteral("50")});
        const std::uint16_t port = relay.process.port();
        std::vector<std::unique_ptr<RawHttp>> silent;
        for (int i = 0; i < 800; ++i) {
            const auto n = static_cast<std::uint8_t>(i < 400 ? 2 : 3 + i % 100);
            silent.push_back(std::make_unique<RawHttp>(port, RawHttp::FromLoopback{n}));
            silent.back()->send(i % 3 == 0 ? "POST /in/demo HT" : "");
            if (i % 40 == 0) {
                RawHttp genuine(port, RawHttp::FromLoopback{200});
                QVERIFY(genuine.send(RawHttp::post("/in/demo", "x")));
                QCOMPARE(relayHostileHttpStatusOf(genuine.receive()), 200);
            }
        }
        QVERIFY(relay.isWell());
        const auto metrics = RawHttp::exchange(port, RawHttp::get("/metrics"));
        QVERIFY(metrics->body.find("countersign_relay_connections_gave_way_total 0\n") == std::string::npos);
        QVERIFY(metrics->body.find("countersign_relay_connections_refused_total 0\n") != std::string::npos);
    }

    void longPollsAreNotTurnedOut()
    {
        RelayHostileHttpRelay relay({QStringLiteral("--max-connections"), QStringLiteral("3")});
        const std::string token =
            relay.process.createToken(QStringLiteral("demo"), QStringLiteral("consumer"));
        const std::uint16_t port = relay.process.port();
        std::vector<std::unique_ptr<RawHttp>> polls;
        for (int i = 0; i < 2; ++i) {
            polls.push_back(std::make_unique<RawHttp>(port));
            QVERIFY(polls.back()->send(RawHttp::get("/v1/inboxes/demo/entries?wait=30", token)));
        }
        // Not QTRY_VERIFY, which asks once more after it was right: a poll that looks again does not wait for
        // a moment.
        QVERIFY(waitUntil(
            [&] {
                return RawHttp::exchange(port, RawHttp::get("/metrics"))
                           .value()
                           .body.find("countersign_relay_polls_waiting 2\n") != std::string::npos;
            },
            patienceMs));
        std::vector<std::unique_ptr<RawHttp>> silent;
        for (int i = 0; i < 20; ++i) {
            silent.push_back(std::make_unique<RawHttp>(port));
        }
        QCOMPARE(relayHostileHttpStatusOf(RawHttp::exchange(port, RawHttp::post("/in/demo", "x"))), 200);
        for (const auto& poll : polls) {
            QVERIFY(poll->receive().value().body.find("\"seq\":1") != std::string::npos);
        }
    }

    void tooManyRequestsAtOnceAreTurnedAway()
    {
        RelayHostileHttpRelay relay({QStringLiteral("--max-connections"), QStringLiteral("4")});
        const std::string token =
            relay.process.createToken(QStringLiteral("demo"), QStringLiteral("consumer"));
        const std::uint16_t port = relay.process.port();
        std::vector<std::unique_ptr<RawHttp>> taken;
        for (int i = 0; i < 4; ++i) {
            taken.push_back(std::make_unique<RawHttp>(port));
            QVERIFY(taken.back()->send(RawHttp::get("/v1/inboxes/demo/entries?wait=30", token)));
        }
        std::optional<RawResponse> refused;
        const auto isRefused = [&] {
            refused = RawHttp::exchange(port, RawHttp::get("/healthz"));
            if (relayHostileHttpStatusOf(refused) == 503) {
                return true;
            }
            // One whose question was not read yet gave way: they ask once more.
            for (auto& poll : taken) {
                if (poll->receiveUntilClosed(std::chrono::milliseconds(20))) {
                    poll = std::make_unique<RawHttp>(port);
                    poll->send(RawHttp::get("/v1/inboxes/demo/entries?wait=30", token));
                }
            }
            return false;
        };
        QTRY_VERIFY_WITH_TIMEOUT(isRefused(), patienceMs);
        QVERIFY(refused->headers.contains("retry-after"));
        taken.clear();
        QTRY_VERIFY_WITH_TIMEOUT(relay.isWell(), patienceMs);
    }

    /// Pages of megabytes that are asked for and not read, with one token and more: what the relay keeps for
    /// them is bounded, and other calls go on.
    void unreadPagesAreBounded()
    {
        RelayHostileHttpRelay relay({QStringLiteral("--idle-timeout"), QStringLiteral("1000")});
        const std::string token =
            relay.process.createToken(QStringLiteral("demo"), QStringLiteral("consumer"));
        const std::uint16_t port = relay.process.port();
        for (int i = 0; i < 20; ++i) {
            QCOMPARE(relayHostileHttpStatusOf(
                         RawHttp::exchange(port, RawHttp::post("/in/demo", std::string(250'000, 'x')))),
                     200);
        }
        const qint64 before = residentBytes(relay.process.processId());
        std::vector<std::unique_ptr<RawHttp>> unread;
        for (int i = 0; i < 100; ++i) {
            unread.push_back(
                std::make_unique<RawHttp>(port, RawHttp::FromLoopback{static_cast<std::uint8_t>(2 + i)}));
            QVERIFY(unread.back()->send(RawHttp::get("/v1/inboxes/demo/entries?limit=500", token)));
        }
        // Until every one has its answer, a refusal or the end.
        qint64 most = 0;
        const QDeadlineTimer deadline(patienceMs);
        while (!deadline.hasExpired() && connectionsOf(port) > 1) {
            most = std::max(most, residentBytes(relay.process.processId()));
            QCOMPARE(relayHostileHttpStatusOf(RawHttp::exchange(port, RawHttp::post("/in/demo", "x"))), 200);
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        QVERIFY(!deadline.hasExpired());
        if (!isSanitized) {
            QVERIFY2(most - before < 150 * 1024 * 1024,
                     qPrintable(QString::number((most - before) / 1024 / 1024)));
        }
    }

    void halfRequestsAreNotStored()
    {
        RelayHostileHttpRelay relay;
        {
            RawHttp client(relay.process.port());
            QVERIFY(client.send("POST /in/demo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf"));
        }
        QVERIFY(relay.isWell());
        QVERIFY(relay.storedNothing());
    }
};

COUNTERSIGN_GUILESS_TEST(RelayHostileHttpTest)
#include "RelayHostileHttp_test.moc"
