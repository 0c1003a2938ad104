#include "services/http/server/HttpServer.h"
#include "services/http/server/IoThreads.h"
#include "services/http/websocket/WebSocketSession.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/RawHttp.h"
#include "tests/support/fixtures/relay/TestCertificate.h"

#include <QFile>
#include <QSslConfiguration>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>
#include <QWebSocket>

#include <chrono>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// Says back what it hears; "bye" makes it close with 4000, "cut" makes it cut.
class Echo final : public http::WebSocketSession
{
public:
    explicit Echo(std::chrono::milliseconds idle, std::atomic<int>& closedCount)
        : m_idle(idle), m_closed(closedCount)
    {}
    Limits limits() const override { return {1000, m_idle, std::chrono::seconds(2)}; }
    void opened(std::shared_ptr<http::Outbox> outbox) override { m_outbox = std::move(outbox); }
    void received(std::string message) override
    {
        if (message == "bye") {
            m_outbox->finish(4000, "as you wish");
        } else if (message == "cut") {
            m_outbox->cut();
        } else {
            m_outbox->put("> " + message);
        }
    }
    void closed() override { ++m_closed; }

private:
    std::chrono::milliseconds m_idle;
    std::atomic<int>& m_closed;
    std::shared_ptr<http::Outbox> m_outbox;
};

/// A certificate of its own, as files, and as what a client trusts.
struct OwnCertificate
{
    QTemporaryDir folder;
    TestCertificate pem = makeTestCertificate();
    QSslCertificate certificate{pem.certificatePem};

    http::TlsFiles files() const
    {
        return {write("cert.pem", pem.certificatePem).toStdString(),
                write("key.pem", pem.keyPem).toStdString()};
    }

private:
    QString write(const char* name, const QByteArray& content) const
    {
        QFile file(folder.filePath(QString::fromLatin1(name)));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) {
            qFatal("The certificate could not be written.");
        }
        return file.fileName();
    }
};

struct WebSocketFixture
{
    std::atomic<int> closedCount = 0;
    http::IoThreads io{2};
    std::unique_ptr<http::HttpServer> server;
    bool isTls = false;

    explicit WebSocketFixture(std::chrono::milliseconds idle = std::chrono::seconds(60),
                              std::optional<http::TlsFiles> tls = std::nullopt)
        : isTls(tls.has_value())
    {
        http::HttpServer::Options options;
        options.tls = std::move(tls);
        server = std::make_unique<http::HttpServer>(
            io.context(), options,
            [this, idle](http::HttpRequest request) -> boost::asio::awaitable<http::HttpResponse> {
                http::HttpResponse response = http::textResponse(200, "plain");
                if (request.target.path == "/ws") {
                    response.webSocket = std::make_shared<Echo>(idle, closedCount);
                }
                co_return response;
            });
        if (!server->start()) {
            qFatal("The server did not start.");
        }
    }
    ~WebSocketFixture()
    {
        server.reset();
        io.stop();
    }
    QUrl url(const char* path = "/ws") const
    {
        return QUrl(QStringLiteral("%1://127.0.0.1:%2%3")
                        .arg(isTls ? QStringLiteral("wss") : QStringLiteral("ws"))
                        .arg(server->port())
                        .arg(QLatin1String(path)));
    }
};

struct WebSocketClient
{
    QWebSocket socket;
    QStringList heard;
    QByteArray pong;

    /// trusted: of a server with a certificate of its own.
    explicit WebSocketClient(const QUrl& url, const QSslCertificate& trusted = QSslCertificate())
    {
        if (!trusted.isNull()) {
            // It signed itself, and has a common name alone; everything else stays an error.
            socket.ignoreSslErrors({QSslError(QSslError::SelfSignedCertificate, trusted),
                                    QSslError(QSslError::HostNameMismatch, trusted)});
        }
        QObject::connect(&socket, &QWebSocket::textMessageReceived, &socket,
                         [this](const QString& text) { heard << text; });
        QObject::connect(&socket, &QWebSocket::pong, &socket,
                         [this](quint64, const QByteArray& payload) { pong = payload; });
        socket.open(url);
    }
    bool opens()
    {
        return waitUntil([this] { return socket.state() == QAbstractSocket::ConnectedState; }, patienceMs);
    }
    bool closes()
    {
        return waitUntil([this] { return socket.state() == QAbstractSocket::UnconnectedState; }, patienceMs);
    }
};

std::string upgrade(std::string_view extra = "Sec-WebSocket-Version: 13\r\n")
{
    return "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
           std::string(extra) + "\r\n";
}

/// Waits for the answer to upgrade(): a client sends no frame before.
bool accepted(RawHttp& client)
{
    const auto response = client.receive(true);
    return response && response->status == 101;
}

/// A masked frame with a mask of zeros (RFC 6455 §5.2).
std::string frame(unsigned char first, const std::string& payload)
{
    std::string bytes(1, static_cast<char>(first));
    bytes += static_cast<char>(0x80 | payload.size());
    return bytes + std::string(4, '\0') + payload;
}

}  // namespace

class WebSocketTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void talksInOrder()
    {
        WebSocketFixture fixture;
        WebSocketClient client(fixture.url());
        QVERIFY(client.opens());
        QStringList expected;
        for (int i = 0; i < 50; ++i) {
            client.socket.sendTextMessage(QString::number(i));
            expected << QStringLiteral("> %1").arg(i);
        }
        QTRY_COMPARE_WITH_TIMEOUT(client.heard, expected, patienceMs);
        client.socket.sendTextMessage(QString(900, QChar(u'x')));
        QTRY_COMPARE_WITH_TIMEOUT(client.heard.size(), 51, patienceMs);
        client.socket.close();
        QVERIFY(client.closes());
        QTRY_COMPARE_WITH_TIMEOUT(fixture.closedCount.load(), 1, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(fixture.server->counters().openConnections, std::uint64_t(0), patienceMs);
    }

    void answersPings()
    {
        const WebSocketFixture fixture;
        WebSocketClient client(fixture.url());
        QVERIFY(client.opens());
        client.socket.ping("x1");
        QTRY_COMPARE_WITH_TIMEOUT(client.pong, QByteArray("x1"), patienceMs);
    }

    void closesWithACodeAndAReason()
    {
        const WebSocketFixture fixture;
        WebSocketClient client(fixture.url());
        QVERIFY(client.opens());
        client.socket.sendTextMessage(QStringLiteral("bye"));
        QVERIFY(client.closes());
        QCOMPARE(static_cast<int>(client.socket.closeCode()), 4000);
        QCOMPARE(client.socket.closeReason(), QStringLiteral("as you wish"));
    }

    void cutsWithoutACloseFrame()
    {
        WebSocketFixture fixture;
        RawHttp client(fixture.server->port());
        QVERIFY(client.send(upgrade()));
        QVERIFY(accepted(client));
        QVERIFY(client.send(frame(0x81, "cut")));
        QCOMPARE(client.receiveUntilClosed(), std::optional<std::string>(""));
        QTRY_COMPARE_WITH_TIMEOUT(fixture.closedCount.load(), 1, patienceMs);
    }

    void aBoredClientIsSentAway()
    {
        const WebSocketFixture fixture(std::chrono::milliseconds(100));
        WebSocketClient client(fixture.url());
        QVERIFY(client.closes());
        QCOMPARE(client.socket.closeCode(), QWebSocketProtocol::CloseCodeGoingAway);
    }

    void aStopSaysGoodbye()
    {
        const WebSocketFixture fixture;
        WebSocketClient client(fixture.url());
        QVERIFY(client.opens());
        std::atomic<bool> stopped = false;
        fixture.server->stop([&] { stopped = true; });
        QVERIFY(client.closes());
        QCOMPARE(client.socket.closeCode(), QWebSocketProtocol::CloseCodeGoingAway);
        QTRY_VERIFY_WITH_TIMEOUT(stopped, patienceMs);
    }

    void refusesWhatIsNoText()
    {
        const WebSocketFixture fixture;
        WebSocketClient binary(fixture.url());
        QVERIFY(binary.opens());
        binary.socket.sendBinaryMessage("x");
        QVERIFY(binary.closes());
        QCOMPARE(binary.socket.closeCode(), QWebSocketProtocol::CloseCodeDatatypeNotSupported);

        WebSocketClient large(fixture.url());
        QVERIFY(large.opens());
        large.socket.sendTextMessage(QString(1001, QChar(u'x')));
        QVERIFY(large.closes());
        QCOMPARE(large.socket.closeCode(), QWebSocketProtocol::CloseCodeTooMuchData);
        QVERIFY(large.heard.isEmpty());
    }

    void hostileFramesEndTheConnection_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("code");
        const auto raw = [](const std::string& text) { return QByteArray::fromStdString(text); };
        QTest::newRow("unmasked") << QByteArray("\x81\x01x", 3) << 1002;
        QTest::newRow("reserved bit") << raw(frame(0xC1, "x")) << 1002;
        QTest::newRow("unknown opcode") << raw(frame(0x83, "x")) << 1002;
        QTest::newRow("lonely continuation") << raw(frame(0x80, "x")) << 1002;
        QTest::newRow("fragmented ping") << raw(frame(0x09, "x")) << 1002;
        QTest::newRow("no UTF-8") << raw(frame(0x81, "\xff\xfe")) << 1007;
        QTest::newRow("surrogate") << raw(frame(0x81, "\xed\xa0\x80")) << 1007;
        QTest::newRow("huge length") << QByteArray("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14)
                                     << 1009;
    }
    void hostileFramesEndTheConnection()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, code);
        WebSocketFixture fixture;
        RawHttp client(fixture.server->port());
        QVERIFY(client.send(upgrade()));
        QVERIFY(accepted(client));
        QVERIFY(client.send(bytes.toStdString()));
        const auto after = client.receiveUntilClosed();
        QVERIFY(after && after->size() >= 4);
        const auto byte = [&](std::size_t index) { return static_cast<unsigned char>((*after)[index]); };
        QCOMPARE(byte(0), static_cast<unsigned char>(0x88));
        QCOMPARE((byte(2) << 8) | byte(3), code);
        QTRY_COMPARE_WITH_TIMEOUT(fixture.closedCount.load(), 1, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(fixture.server->counters().openConnections, std::uint64_t(0), patienceMs);
    }

    void onlyAProperUpgradeIsOne()
    {
        WebSocketFixture fixture;
        for (const std::string& request :
             {RawHttp::get("/ws"), RawHttp::post("/ws", "{}"),
              std::string("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")}) {
            const auto refused = RawHttp::exchange(fixture.server->port(), request);
            QVERIFY2(refused.has_value(), request.c_str());
            QCOMPARE(refused->status, 426);
            QCOMPARE(refused->headers.at("upgrade"), std::string("websocket"));
        }
        const auto old = RawHttp::exchange(fixture.server->port(), upgrade("Sec-WebSocket-Version: 8\r\n"));
        QVERIFY(old.has_value());
        QCOMPARE(old->status, 426);
        QCOMPARE(old->headers.at("sec-websocket-version"), std::string("13"));
        QCOMPARE(fixture.closedCount.load(), 0);
    }

    void aRouteWithoutOneIgnoresTheWish()
    {
        const WebSocketFixture fixture;
        std::string request = upgrade();
        request.replace(request.find("/ws"), 3, "/no");
        const auto plain = RawHttp::exchange(fixture.server->port(), request);
        QVERIFY(plain.has_value());
        QCOMPARE(plain->status, 200);
        QVERIFY(!plain->headers.contains("upgrade"));
    }

    /// The same over TLS: both directions at once, the server's close, its cut, its stop.
    void talksOverTls()
    {
        const OwnCertificate own;
        WebSocketFixture fixture(std::chrono::seconds(60), own.files());
        {
            WebSocketClient client(fixture.url(), own.certificate);
            QVERIFY2(client.opens(), qPrintable(client.socket.errorString()));
            QVERIFY(client.socket.sslConfiguration().sessionProtocol() >= QSsl::TlsV1_2);
            QCOMPARE(client.socket.sslConfiguration().peerCertificate(), own.certificate);
            QStringList expected;
            for (int i = 0; i < 200; ++i) {
                const QString text = QString::number(i) + QString(900, QChar(u'x'));
                client.socket.sendTextMessage(text);
                expected << QStringLiteral("> ") + text;
            }
            QTRY_COMPARE_WITH_TIMEOUT(client.heard, expected, 30'000);
            client.socket.ping("x1");
            QTRY_COMPARE_WITH_TIMEOUT(client.pong, QByteArray("x1"), 30'000);
            client.socket.sendTextMessage(QStringLiteral("bye"));
            QVERIFY(client.closes());
            QCOMPARE(static_cast<int>(client.socket.closeCode()), 4000);
        }
        WebSocketClient cut(fixture.url(), own.certificate);
        QVERIFY(cut.opens());
        cut.socket.sendTextMessage(QStringLiteral("cut"));
        QVERIFY(cut.closes());
        WebSocketClient hostile(fixture.url(), own.certificate);
        QVERIFY(hostile.opens());
        hostile.socket.sendTextMessage(QString(1001, QChar(u'x')));
        QVERIFY(hostile.closes());
        QCOMPARE(hostile.socket.closeCode(), QWebSocketProtocol::CloseCodeTooMuchData);
        QTRY_COMPARE_WITH_TIMEOUT(fixture.closedCount.load(), 3, 30'000);
        WebSocketClient last(fixture.url(), own.certificate);
        QVERIFY(last.opens());
        std::atomic<bool> stopped = false;
        fixture.server->stop([&] { stopped = true; });
        QVERIFY(last.closes());
        QCOMPARE(last.socket.closeCode(), QWebSocketProtocol::CloseCodeGoingAway);
        QTRY_VERIFY_WITH_TIMEOUT(stopped, 30'000);
    }

    /// Whoever does not trust the certificate says nothing; whoever speaks no TLS is not heard.
    void isTlsAlone()
    {
        const OwnCertificate own;
        WebSocketFixture fixture(std::chrono::seconds(60), own.files());
        WebSocketClient stranger(fixture.url());
        QVERIFY(stranger.closes());
        RawHttp plain(fixture.server->port());
        QVERIFY(plain.send(upgrade()));
        const auto heard = plain.receiveUntilClosed();
        QVERIFY(!heard || heard->find("HTTP/1.1") == std::string::npos);
        WebSocketClient client(fixture.url(), own.certificate);
        QVERIFY(client.opens());
        QCOMPARE(fixture.closedCount.load(), 0);
    }

    void compressionIsDeclined()
    {
        const WebSocketFixture fixture;
        RawHttp client(fixture.server->port());
        QVERIFY(client.send(
            upgrade("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate\r\n")));
        const auto response = client.receive(true);
        QVERIFY(response.has_value());
        QCOMPARE(response->status, 101);
        QCOMPARE(response->headers.at("sec-websocket-accept"), std::string("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
        QVERIFY(!response->headers.contains("sec-websocket-extensions"));
    }
};

COUNTERSIGN_GUILESS_TEST(WebSocketTest)
#include "WebSocket_test.moc"
