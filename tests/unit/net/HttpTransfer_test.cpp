#include "core/net/HttpExchange.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/RudeServer.h"
#include "tests/support/fakes/ScriptedHttpServer.h"
#include "tests/support/fakes/ScriptedProxy.h"
#include "tests/support/fixtures/relay/TestCertificate.h"

#include <QRandomGenerator>
#include <QTemporaryFile>
#include <QTest>

using namespace countersign;
using namespace std::chrono_literals;

namespace {

using Answer = std::optional<Result<HttpResponse>>;

const QByteArray largeBody(300'000, 'b');

HttpRequest rudeRequest(const QString& url, const QByteArray& method, const QByteArray& body)
{
    HttpRequest request;
    request.method = method;
    request.url = QUrl(url);
    request.secretHeaders.emplace_back("Authorization", SecretBytes::copyOf("Bearer token-123"));
    request.body = method == "DELETE" || method == "GET" ? QByteArray() : body;
    request.silence = request.total = 30s;
    return request;
}

Answer askWith(HttpClient& client, HttpRequest request)
{
    Answer answer;
    const PendingCallPtr call =
        client.send(std::move(request), [&](Result<HttpResponse> given) { answer = std::move(given); });
    (void)waitUntil([&] { return answer.has_value(); }, longPatienceMs);
    return answer;
}

/// Sets variables for a test, and takes away every other that speaks of proxies.
class ScopedEnvironment
{
public:
    explicit ScopedEnvironment(const QList<std::pair<const char*, QByteArray>>& values)
    {
        for (const char* name : {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                 "ALL_PROXY", "no_proxy", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"}) {
            m_before.emplace_back(name, qgetenv(name));
            qunsetenv(name);
        }
        for (const auto& [name, value] : values) {
            qputenv(name, value);
        }
    }
    ~ScopedEnvironment()
    {
        for (const auto& [name, value] : m_before) {
            value.isNull() ? qunsetenv(name) : qputenv(name, value);
        }
    }
    ScopedEnvironment(const ScopedEnvironment&) = delete;
    ScopedEnvironment& operator=(const ScopedEnvironment&) = delete;

private:
    QList<std::pair<const char*, QByteArray>> m_before;
};

}  // namespace

class HttpTransferTest : public QObject
{
    Q_OBJECT

    /// Whatever becomes of it, the request has come in at most once, also a moment later.
    static void reachesAtMostOnce(const RudeServer::Cut& cut, const QByteArray& method,
                                  const QByteArray& body, int getsBefore)
    {
        RudeServer server;
        server.cut = cut;
        HttpClient client;
        for (int i = 0; i < getsBefore; ++i) {
            const Answer warm = askWith(client, rudeRequest(server.url(), "GET", {}));
            QVERIFY(warm && *warm && (*warm)->status == 200);
        }
        server.isRude = true;
        const Answer answer = askWith(client, rudeRequest(server.url(), method, body));
        QVERIFY(answer.has_value());
        QVERIFY(!*answer);
        QVERIFY2(answer->error().code == ErrorCode::Network, qPrintable(answer->error().detail));
        QTest::qWait(10);
        QVERIFY2(server.arrivals <= 1, QByteArray::number(server.arrivals).constData());
        QVERIFY(server.received.count("token-123") <= 1);
        // What is no question does not go where another request may have died.
        QCOMPARE(server.connections, getsBefore > 0 ? 2 : 1);
    }

    static QString sentenceOf(const Answer& answer)
    {
        return answer && !*answer ? answer->error().sentence : QString();
    }

    /// Asks https://HOST/ through what the environment says.
    static Answer askThrough(const QList<std::pair<const char*, QByteArray>>& environment,
                             const QString& host, std::chrono::milliseconds silence = 30s)
    {
        const ScopedEnvironment scope(environment);
        HttpClient client;
        HttpRequest request =
            rudeRequest(QStringLiteral("https://%1/secret-path?secret=query").arg(host), "GET", {});
        request.silence = silence;
        return askWith(client, std::move(request));
    }

private Q_SLOTS:
    void isNeverSentTwice_data()
    {
        QTest::addColumn<qint64>("requestBytes");
        QTest::addColumn<QByteArray>("answer");
        const auto row = [](const char* name, qint64 requestBytes, const QByteArray& answer) {
            QTest::newRow(name) << requestBytes << answer;
        };
        row("accepted", 0, {});
        row("first byte", 1, {});
        row("in the head", 60, {});
        row("in the body", 100'000, {});
        row("whole", -1, {});
        row("one byte of an answer", -1, "H");
        row("half a status line", -1, "HTTP/1.1 20");
        row("half a head", -1, "HTTP/1.1 200 OK\r\nContent-Le");
        row("interim answer", -1, "HTTP/1.1 103 Early Hints\r\n\r\n");
        row("continue", -1, "HTTP/1.1 100 Continue\r\n\r\n");
        row("whole head", -1, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
        row("half a body", -1, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234");
        row("half a chunk", -1, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
        row("try again", -1,
            "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 9\r\n\r\n");
    }

    void isNeverSentTwice()
    {
        QFETCH(const qint64, requestBytes);
        QFETCH(const QByteArray, answer);
        for (const QByteArray method : {"POST", "PUT", "DELETE"}) {
            if (method == "DELETE" && requestBytes > 1000) {
                continue;  // it has no body
            }
            for (const bool reset : {false, true}) {
                for (const int getsBefore : {0, 2}) {
                    RudeServer::Cut cut{.answer = answer, .reset = reset};
                    if (requestBytes >= 0) {
                        cut.requestBytes = requestBytes;
                    }
                    reachesAtMostOnce(cut, method, requestBytes > 1000 ? largeBody : QByteArray("{\"a\":1}"),
                                      getsBefore);
                    if (QTest::currentTestFailed()) {
                        qWarning("%s, reset %d, gets before %d", method.constData(), reset, getsBefore);
                        return;
                    }
                }
            }
        }
    }

    void isNeverSentTwiceAtRandom()
    {
        const quint32 seed = QRandomGenerator::global()->generate();
        QRandomGenerator random(seed);
        const QByteArray whole =
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n" +
            QByteArray(39, 'a');
        for (int i = 0; i < 30; ++i) {
            const QByteArray body(random.bounded(1, 200'000), 'b');
            RudeServer::Cut cut;
            cut.reset = random.bounded(2) == 1;
            if (random.bounded(2) == 1) {
                cut.requestBytes = random.bounded(static_cast<int>(body.size()));
            } else {
                cut.answer = whole.left(random.bounded(static_cast<int>(whole.size()) + 1));
            }
            reachesAtMostOnce(cut, random.bounded(2) == 1 ? "POST" : "PUT", body, random.bounded(3));
            if (QTest::currentTestFailed()) {
                qWarning("seed %u, round %d", seed, i);
                return;
            }
        }
    }

    /// One that the owner lets be repeated, and a GET, use what is open.
    void questionsShareAConnection()
    {
        RudeServer server;
        HttpClient client;
        for (int i = 0; i < 5; ++i) {
            QVERIFY(askWith(client, rudeRequest(server.url(), "GET", {})));
        }
        QCOMPARE(server.connections, 1);
    }

    /// The connection is closed while nobody uses it: the next question does not notice.
    void questionsSurviveAClosedConnection()
    {
        ScriptedHttpServer server;  // closes after each answer, without saying that it will
        HttpClient client;
        for (int i = 0; i < 30; ++i) {
            server.answers.push_back({ScriptedHttpServer::http(200, "ok")});
            HttpRequest request = rudeRequest(server.url(), i % 2 == 0 ? "GET" : "POST", "{}");
            request.mayBeRepeated = true;
            const Answer answer = askWith(client, std::move(request));
            QVERIFY2(answer && *answer, qPrintable(sentenceOf(answer)));
        }
        QCOMPARE(server.requests.size(), 30);
    }

    void waitsForNoPermission()
    {
        ScriptedHttpServer server;
        server.answers.push_back({ScriptedHttpServer::http(200, "ok")});
        HttpClient client;
        const Answer answer = askWith(client, rudeRequest(server.url(), "POST", QByteArray(2'000'000, 'b')));
        QVERIFY(answer && *answer);
        QVERIFY(!server.requests.front().left(2000).toLower().contains("\r\nexpect:"));
    }

    void goesThroughAProxy()
    {
        ScriptedHttpServer server;
        const TestCertificate certificate = makeTestCertificate("service.example");
        server.useTls(certificate.certificatePem, certificate.keyPem);
        server.answers.push_back({ScriptedHttpServer::http(200, "through")});
        QTemporaryFile trusted;
        QVERIFY(trusted.open() && trusted.write(certificate.certificatePem) > 0 && trusted.flush());
        ScriptedProxy proxy;
        proxy.target = static_cast<quint16>(QUrl(server.url()).port());
        // Without a scheme, as people write it.
        const Answer answer = askThrough({{"https_proxy", "us%20er:pass%3Aword@" + proxy.address()},
                                          {"SSL_CERT_FILE", trusted.fileName().toLocal8Bit()}},
                                         QStringLiteral("service.example"));
        QVERIFY2(answer && *answer, qPrintable(sentenceOf(answer)));
        QCOMPARE((*answer)->body, toBytes(asBytes(std::string_view("through"))));
        QCOMPARE(proxy.heads.size(), 1);
        const QByteArray head = proxy.heads.front();
        QVERIFY2(head.startsWith("CONNECT service.example:443 HTTP/1.1\r\n"), head.constData());
        QVERIFY2(head.contains("Proxy-Authorization: Basic " + QByteArray("us er:pass:word").toBase64()),
                 head.constData());
        // What is for the service is not for the proxy, and the other way round.
        QVERIFY(!head.contains("token-123") && !head.contains("secret"));
        QVERIFY(server.requests.front().contains("Bearer token-123"));
        QVERIFY(!server.requests.front().contains("Proxy-"));
    }

    void tellsTheProxysWordsFromTheServices_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QString>("words");
        const QByteArray page = "Content-Type: text/html\r\nContent-Length: 8\r\n\r\n<html>no";
        const auto row = [&](const char* name, const QByteArray& answer, const char* words) {
            QTest::newRow(name) << answer << QString::fromLatin1(words);
        };
        row("403", "HTTP/1.1 403 Forbidden\r\n" + page, "does not let this program through");
        row("407",
            "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n" + page,
            "wants a name and a password");
        row("407 negotiate", "HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\n" + page,
            "wants a name and a password");
        row("502", "HTTP/1.1 502 Bad Gateway\r\n" + page, "does not let this program through");
        row("503", "HTTP/1.1 503 Service Unavailable\r\n" + page, "does not let this program through");
        row("302", "HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example/\r\nContent-Length: 0\r\n\r\n",
            "does not let this program through");
        row("no HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "The proxy");
    }

    void tellsTheProxysWordsFromTheServices()
    {
        QFETCH(const QByteArray, answer);
        QFETCH(const QString, words);
        ScriptedProxy proxy;
        proxy.answer = answer;
        const Answer got = askThrough({{"https_proxy", "http://user:proxypass@" + proxy.address()}},
                                      QStringLiteral("service.example"));
        QVERIFY(got && !*got);
        const Error& error = got->error();
        QCOMPARE(error.code, ErrorCode::Network);
        QVERIFY2(error.sentence.contains(words), qPrintable(error.sentence));
        QVERIFY2(error.sentence.contains(QStringLiteral("service.example")), qPrintable(error.sentence));
        QVERIFY2(error.sentence.contains(QString::fromLatin1(proxy.address())), qPrintable(error.sentence));
        const QString all = error.sentence + error.detail;
        QVERIFY2(!all.contains(QStringLiteral("proxypass")) && !all.contains(QStringLiteral("secret")),
                 qPrintable(all));
        QCOMPARE(proxy.connections, 1);  // asked once, however it refuses
    }

    void tellsAProxyThatIsNotThere()
    {
        ScriptedProxy proxy;
        const QByteArray address = proxy.address();
        proxy.stop();
        const Answer refused = askThrough({{"ALL_PROXY", address}}, QStringLiteral("service.example"));
        QVERIFY2(sentenceOf(refused).contains(QStringLiteral("proxy ") + QString::fromLatin1(address)),
                 qPrintable(sentenceOf(refused)));
        QVERIFY(sentenceOf(refused).contains(QStringLiteral("cannot be reached")));

        ScriptedProxy silent;
        silent.isSilent = true;
        const Answer waited =
            askThrough({{"https_proxy", silent.address()}}, QStringLiteral("service.example"), 300ms);
        QCOMPARE(waited->error().code, ErrorCode::Timeout);
        QVERIFY2(sentenceOf(waited).contains(QString::fromLatin1(silent.address())),
                 qPrintable(sentenceOf(waited)));

        ScriptedProxy hangingUp;
        hangingUp.hangsUp = true;
        const Answer cut =
            askThrough({{"https_proxy", hangingUp.address()}}, QStringLiteral("service.example"));
        QVERIFY2(sentenceOf(cut).contains(QString::fromLatin1(hangingUp.address())),
                 qPrintable(sentenceOf(cut)));
        QCOMPARE(hangingUp.connections, 1);

        const Answer nonsense =
            askThrough({{"https_proxy", "gopher://user:proxypass@host"}}, QStringLiteral("x.example"));
        QCOMPARE(nonsense->error().code, ErrorCode::InvalidInput);
        QVERIFY(sentenceOf(nonsense).contains(QStringLiteral("https_proxy")));
        QVERIFY(!sentenceOf(nonsense).contains(QStringLiteral("proxypass")));
    }

    /// The way was open: what happens then is not the proxy's.
    void blamesNoProxyForTheService()
    {
        ScriptedHttpServer server;
        const TestCertificate certificate = makeTestCertificate("service.example");
        server.useTls(certificate.certificatePem, certificate.keyPem);
        ScriptedProxy proxy;
        proxy.target = static_cast<quint16>(QUrl(server.url()).port());
        const QByteArray address = proxy.address();
        const Answer untrusted = askThrough({{"https_proxy", address}}, QStringLiteral("service.example"));
        QVERIFY2(sentenceOf(untrusted).contains(QStringLiteral("not trusted")),
                 qPrintable(sentenceOf(untrusted)));

        QTemporaryFile trusted;
        QVERIFY(trusted.open() && trusted.write(certificate.certificatePem) > 0 && trusted.flush());
        server.answers.push_back({"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234"});
        const Answer cut =
            askThrough({{"https_proxy", address}, {"SSL_CERT_FILE", trusted.fileName().toLocal8Bit()}},
                       QStringLiteral("service.example"));
        QVERIFY2(sentenceOf(cut).contains(QStringLiteral("before its answer was complete")),
                 qPrintable(sentenceOf(cut)));
    }

    void keepsLoopbackAwayFromProxies()
    {
        ScriptedProxy proxy;
        const ScopedEnvironment scope({{"http_proxy", proxy.address()},
                                       {"https_proxy", proxy.address()},
                                       {"ALL_PROXY", proxy.address()}});
        ScriptedHttpServer server;
        HttpClient client;
        for (const char* host : {"127.0.0.1", "localhost"}) {
            server.answers.push_back({ScriptedHttpServer::http(200, "hello")});
            const QString url = server.url().replace(QStringLiteral("127.0.0.1"), QLatin1StringView(host));
            const Answer answer = askWith(client, rudeRequest(url, "GET", {}));
            QVERIFY2(answer && *answer, qPrintable(sentenceOf(answer)));
        }
        QCOMPARE(proxy.connections, 0);
    }
};

COUNTERSIGN_GUILESS_TEST(HttpTransferTest)
#include "HttpTransfer_test.moc"
