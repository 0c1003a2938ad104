#include "core/net/HttpExchange.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/ScriptedHttpServer.h"
#include "tests/support/fixtures/relay/HttpAsker.h"
#include "tests/support/fixtures/relay/TestCertificate.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace std::chrono_literals;

class HttpExchangeFailuresTest : public QObject, private HttpAsker
{
    Q_OBJECT

private Q_SLOTS:
    void refusesWhatItCannotSend_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<int>("code");
        const QString good = QStringLiteral("http://127.0.0.1:1/");
        const int input = static_cast<int>(ErrorCode::InvalidInput);
        const auto row = [&](const char* what, const QString& url, const QByteArray& method,
                             const QByteArray& name, const QByteArray& value,
                             int code) { QTest::newRow(what) << url << method << name << value << code; };
        row("plain http", QStringLiteral("http://service.example/"), "GET", "a", "b", input);
        row("no scheme", QStringLiteral("service.example"), "GET", "a", "b", input);
        row("file", QStringLiteral("file:///etc/passwd"), "GET", "a", "b", input);
        row("user", QStringLiteral("https://u:p@service.example/"), "GET", "a", "b", input);
        row("header name", good, "GET", "a b", "b", input);
        row("empty name", good, "GET", "", "b", input);
        row("line end", good, "GET", "a", "b\r\nx: y", input);
        row("method", good, "BREW", "a", "b", static_cast<int>(ErrorCode::Internal));
    }

    void refusesWhatItCannotSend()
    {
        QFETCH(const QString, url);
        QFETCH(const QByteArray, method);
        QFETCH(const QByteArray, name);
        QFETCH(const QByteArray, value);
        QFETCH(const int, code);
        for (const bool isSecret : {false, true}) {
            HttpRequest request = requestTo(url);
            request.method = method;
            if (isSecret) {
                request.secretHeaders.emplace_back(
                    name, SecretBytes::copyOf(std::string_view(value.constData(), value.size())));
            } else {
                request.headers.emplace_back(name, value);
            }
            const Outcome outcome = ask(std::move(request));
            QCOMPARE(outcome.count, 1);
            QCOMPARE(static_cast<int>(outcome.code()), code);
        }
    }

    void tellsFailuresApart()
    {
        ScriptedHttpServer server;
        const QString url = server.url() + QStringLiteral("/secret-path?secret=query");
        server.stop();
        const Outcome refused = ask(requestTo(url));
        QCOMPARE(refused.code(), ErrorCode::Network);
        QVERIFY(refused.sentence().contains(QStringLiteral("refused")));
        QVERIFY(refused.sentence().contains(QStringLiteral("127.0.0.1:")));
        QVERIFY(!refused.sentence().contains(QStringLiteral("secret")));
        QVERIFY(!refused.answer->error().detail.contains(QStringLiteral("secret")));

        // Where no name server answers at all, the look-up takes longer than a request may.
        HttpRequest nowhere = requestTo(QStringLiteral("https://no-such-host.invalid/secret-path"));
        nowhere.silence = 0ms;
        nowhere.total = 0ms;
        const Outcome unknown = ask(std::move(nowhere));
        QCOMPARE(unknown.code(), ErrorCode::Network);
        QVERIFY2(unknown.sentence().contains(QStringLiteral("no-such-host.invalid")),
                 qPrintable(unknown.sentence()));
        QVERIFY(!unknown.answer->error().detail.contains(QStringLiteral("secret")));
    }

    void refusesUntrustedCertificates()
    {
        ScriptedHttpServer server;
        const TestCertificate certificate = makeTestCertificate();
        server.useTls(certificate.certificatePem, certificate.keyPem);
        server.answers.push_back({ScriptedHttpServer::http(200, "caught")});
        HttpRequest request = requestTo(server.url());
        request.secretHeaders.emplace_back("Authorization", SecretBytes::copyOf("Bearer token-123"));
        const Outcome outcome = ask(std::move(request));
        QCOMPARE(outcome.code(), ErrorCode::Network);
        QVERIFY2(outcome.sentence().contains(QStringLiteral("not trusted")), qPrintable(outcome.sentence()));
        QVERIFY(outcome.sentence().contains(QStringLiteral("clock")));
        QVERIFY(outcome.sentence().contains(QStringLiteral("proxy")));
        QVERIFY(outcome.answer->error().detail.contains(QStringLiteral("certificate")));
        QVERIFY(server.requests.isEmpty());
    }

    void refusesPlainAnswersToTls()
    {
        ScriptedHttpServer server;
        server.answersAnything = true;
        server.answers.assign(8, {ScriptedHttpServer::http(200, "caught")});
        HttpRequest request =
            requestTo(server.url().replace(QStringLiteral("http:"), QStringLiteral("https:")));
        request.secretHeaders.emplace_back("Authorization", SecretBytes::copyOf("Bearer token-123"));
        const Outcome outcome = ask(std::move(request));
        QCOMPARE(outcome.code(), ErrorCode::Network);
        QVERIFY2(outcome.sentence().contains(QStringLiteral("No encrypted connection")),
                 qPrintable(outcome.sentence()));
        for (const QByteArray& sent : server.requests) {
            QVERIFY(!sent.contains("token-123"));
        }
    }

    void refusesBrokenAnswers_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("no HTTP") << QByteArray("SSH-2.0-OpenSSH_9.2\r\n\r\n");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("half a head") << QByteArray("HTTP/1.1 200 OK\r\nContent-Le");
        QTest::newRow("truncated") << ScriptedHttpServer::http(200, "0123456789").chopped(1);
        QTest::newRow("truncated refusal") << ScriptedHttpServer::http(404, "0123456789").chopped(1);
        QTest::newRow("no body at all") << ScriptedHttpServer::http(200, "0123456789").chopped(10);
        QTest::newRow("length lie") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{}");
        QTest::newRow("chunk cut off")
            << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
        QTest::newRow("last chunk missing")
            << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        QTest::newRow("compressed") << ScriptedHttpServer::http(200, "x", "Content-Encoding: gzip\r\n");
        QTest::newRow("too long") << ScriptedHttpServer::http(200, QByteArray(4097, 'a'));
        QTest::newRow("without end") << "HTTP/1.1 200 OK\r\n\r\n" + QByteArray(1'000'000, 'a');
        QTest::newRow("too long refusal") << ScriptedHttpServer::http(500, QByteArray(4097, 'a'));
    }

    void refusesBrokenAnswers()
    {
        QFETCH(const QByteArray, answer);
        ScriptedHttpServer server;
        server.answers.assign(2, {answer});
        const Outcome outcome = ask(server);
        QCOMPARE(outcome.count, 1);
        QCOMPARE(outcome.code(), ErrorCode::Network);
        QCOMPARE(server.requests.size(), 1);
    }

    void givesUpOnSilence()
    {
        ScriptedHttpServer server;
        for (const QByteArray start : {"", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"}) {
            server.answers.assign(1, {start, ScriptedHttpServer::Then::Hold});
            HttpRequest request = requestTo(server.url());
            request.silence = 100ms;
            const Outcome outcome = ask(std::move(request));
            QCOMPARE(outcome.code(), ErrorCode::Timeout);
            QVERIFY(outcome.sentence().contains(QStringLiteral("did not answer in time")));
        }
    }

    void givesUpOnSlowDrips()
    {
        ScriptedHttpServer server;
        server.answers.push_back(
            {ScriptedHttpServer::http(200, QByteArray(2000, 'a')), ScriptedHttpServer::Then::Close, 1, 5});
        HttpRequest request = requestTo(server.url());
        request.total = 300ms;
        const Outcome outcome = ask(std::move(request));
        QCOMPARE(outcome.code(), ErrorCode::Timeout);
        QVERIFY(outcome.sentence().contains(QStringLiteral("did not finish")));
    }

    void waitsForSlowDrips()
    {
        ScriptedHttpServer server;
        server.answers.push_back(
            {ScriptedHttpServer::http(200, "hello"), ScriptedHttpServer::Then::Close, 1, 5});
        HttpRequest request = requestTo(server.url());
        request.silence = 0ms;
        request.total = 0ms;
        const Outcome outcome = ask(std::move(request));
        QVERIFY(outcome.answer->has_value());
        QCOMPARE(bodyOf(**outcome.answer), QByteArray("hello"));
    }
};

COUNTERSIGN_GUILESS_TEST(HttpExchangeFailuresTest)
#include "HttpExchangeFailures_test.moc"
