#include "core/net/HttpExchange.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/ScriptedHttpServer.h"
#include "tests/support/fixtures/TestCertificate.h"

#include <QTest>

using namespace countersign;
using namespace std::chrono_literals;

namespace {

HttpRequest requestTo(const QString& url)
{
    return {.url = QUrl(url), .maxAnswerBytes = 4096, .silence = 30s, .total = 60s};
}

struct Outcome
{
    std::optional<Result<HttpResponse>> answer;
    int count = 0;

    ErrorCode code() const
    {
        return !answer || answer->has_value() ? ErrorCode::Internal : answer->error().code;
    }
    QString sentence() const { return !answer || answer->has_value() ? QString() : answer->error().sentence; }
};

QByteArray bodyOf(const HttpResponse& answer)
{
    return {reinterpret_cast<const char*>(answer.body.data()), static_cast<qsizetype>(answer.body.size())};
}

}  // namespace

class HttpExchangeTest : public QObject
{
    Q_OBJECT

    static Outcome ask(HttpRequest request)
    {
        HttpClient client;
        Outcome outcome;
        const PendingCallPtr call = client.send(std::move(request), [&](Result<HttpResponse> answer) {
            outcome.answer = std::move(answer);
            ++outcome.count;
        });
        if (outcome.count > 0) {
            qWarning("answered before send() returned");
            outcome.count = 99;
        }
        (void)QTest::qWaitFor([&] { return outcome.count > 0; }, longPatienceMs);
        QTest::qWait(20);  // a second answer would be a defect
        return outcome;
    }

    static Outcome ask(ScriptedHttpServer& server) { return ask(requestTo(server.url())); }

private Q_SLOTS:
    void asksAndReads()
    {
        ScriptedHttpServer server;
        server.answers.push_back(
            {ScriptedHttpServer::http(200, "hello", "Content-Type: Text/Plain; charset=utf-8\r\n")});
        HttpRequest request = requestTo(server.url() + QStringLiteral("/a%2Fb?key=%20"));
        request.method = "POST";
        request.headers = {{"Content-Type", "application/json"}, {"x-plain", "p"}};
        request.secretHeaders.emplace_back("Authorization", SecretBytes::copyOf("Bearer token-123"));
        request.body = "{}";
        const Outcome outcome = ask(std::move(request));
        QCOMPARE(outcome.count, 1);
        QVERIFY(outcome.answer->has_value());
        QCOMPARE((*outcome.answer)->status, 200);
        QCOMPARE((*outcome.answer)->contentType, QByteArray("text/plain"));
        QCOMPARE(bodyOf(**outcome.answer), QByteArray("hello"));
        QVERIFY(!(*outcome.answer)->retryAfter);

        const QByteArray& sent = server.requests.front();
        QVERIFY2(sent.startsWith("POST /a%2Fb?key=%20 HTTP/1.1\r\n"), sent.constData());
        for (const char* header :
             {"Authorization: Bearer token-123\r\n", "x-plain: p\r\n", "Content-Type: application/json\r\n",
              "Accept-Encoding: identity\r\n", "Accept-Language: *\r\n", "Content-Length: 2\r\n"}) {
            QVERIFY2(sent.contains(header), header);
        }
        QVERIFY(sent.endsWith("\r\n\r\n{}"));
        QVERIFY(!sent.toLower().contains("cookie"));
    }

    void sendsEveryMethod()
    {
        ScriptedHttpServer server;
        server.answers.assign(4, {ScriptedHttpServer::http(200, {})});
        for (const QByteArray method : {"GET", "POST", "PUT", "DELETE"}) {
            HttpRequest request = requestTo(server.url());
            request.method = method;
            QVERIFY(ask(std::move(request)).answer->has_value());
            QVERIFY(server.requests.back().startsWith(method + " / HTTP/1.1\r\n"));
        }
    }

    void everyStatusIsAnAnswer_data()
    {
        QTest::addColumn<int>("status");
        for (const int status :
             {200, 201, 400, 401, 403, 404, 405, 407, 409, 418, 422, 429, 500, 501, 502, 503, 599}) {
            QTest::newRow(QByteArray::number(status).constData()) << status;
        }
    }

    void everyStatusIsAnAnswer()
    {
        QFETCH(const int, status);
        ScriptedHttpServer server;
        server.answers.push_back({ScriptedHttpServer::http(status, "why", "Retry-After: 3\r\n")});
        const Outcome outcome = ask(server);
        QCOMPARE(outcome.count, 1);
        if (status == 407) {  // whoever says it is no service
            QCOMPARE(outcome.code(), ErrorCode::Network);
            return;
        }
        QVERIFY2(outcome.answer->has_value(), qPrintable(outcome.sentence()));
        QCOMPARE((*outcome.answer)->status, status);
        QCOMPARE(bodyOf(**outcome.answer), QByteArray("why"));
        QCOMPARE((*outcome.answer)->retryAfter, 3s);
        QCOMPARE(server.requests.size(), 1);
    }

    void answersNoChallenge_data()
    {
        QTest::addColumn<QByteArray>("challenge");
        QTest::newRow("basic") << QByteArray("Basic realm=\"x\"");
        QTest::newRow("digest") << QByteArray("Digest realm=\"x\", nonce=\"n\"");
        QTest::newRow("negotiate") << QByteArray("Negotiate");
        QTest::newRow("ntlm") << QByteArray("NTLM");
    }

    void answersNoChallenge()
    {
        QFETCH(const QByteArray, challenge);
        ScriptedHttpServer server;
        server.answers.assign(
            3, {ScriptedHttpServer::http(401, "why", "WWW-Authenticate: " + challenge + "\r\n"),
                ScriptedHttpServer::Then::Hold});
        const Outcome outcome = ask(server);
        QVERIFY2(outcome.answer->has_value(), qPrintable(outcome.sentence()));
        QCOMPARE((*outcome.answer)->status, 401);
        QCOMPARE(bodyOf(**outcome.answer), QByteArray("why"));
        for (const QByteArray& request : server.requests) {
            QVERIFY2(!request.contains("Authorization"), request.constData());
        }
    }

    void followsNoRedirect_data()
    {
        QTest::addColumn<int>("status");
        for (const int status : {301, 302, 303, 307, 308}) {
            QTest::newRow(QByteArray::number(status).constData()) << status;
        }
    }

    void followsNoRedirect()
    {
        QFETCH(const int, status);
        ScriptedHttpServer elsewhere;
        elsewhere.answers.push_back({ScriptedHttpServer::http(200, "caught")});
        ScriptedHttpServer server;
        server.answers.push_back(
            {ScriptedHttpServer::http(status, {}, "Location: " + elsewhere.url().toLatin1() + "/\r\n")});
        const Outcome outcome = ask(server);
        QCOMPARE(outcome.code(), ErrorCode::Network);
        QVERIFY(outcome.sentence().contains(QStringLiteral("leads elsewhere")));
        QVERIFY(elsewhere.requests.isEmpty());
    }

    void keepsNoCookie()
    {
        ScriptedHttpServer server;
        server.answers.assign(2, {ScriptedHttpServer::http(200, {}, "Set-Cookie: a=b; Path=/\r\n")});
        HttpClient client;
        for (int i = 0; i < 2; ++i) {
            bool done = false;
            const auto call =
                client.send(requestTo(server.url()), [&](const Result<HttpResponse>&) { done = true; });
            QTRY_VERIFY_WITH_TIMEOUT(done, patienceMs);
        }
        QCOMPARE(server.requests.size(), 2);
        QVERIFY(!server.requests.back().toLower().contains("cookie"));
    }

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

    void readsUpToTheLimit()
    {
        ScriptedHttpServer server;
        server.answers.push_back({ScriptedHttpServer::http(200, QByteArray(4096, 'a'))});
        server.answers.push_back({"HTTP/1.1 200 OK\r\n\r\n" + QByteArray(4096, 'b')});
        server.answers.push_back(
            {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"});
        QCOMPARE((*ask(server).answer)->body.size(), std::size_t{4096});
        QCOMPARE((*ask(server).answer)->body.size(), std::size_t{4096});
        QCOMPARE(bodyOf(**ask(server).answer), QByteArray("hello"));
    }

    void readsMoreThanItsBuffer()
    {
        ScriptedHttpServer server;
        server.answers.push_back({ScriptedHttpServer::http(200, QByteArray(3'000'000, 'a'))});
        HttpRequest request = requestTo(server.url());
        request.maxAnswerBytes = 3'000'000;
        QCOMPARE((*ask(std::move(request)).answer)->body.size(), std::size_t{3'000'000});
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

    void canBeDroppedAnyTime()
    {
        ScriptedHttpServer server;  // never answers
        HttpClient client;
        int answers = 0;
        const auto count = [&](const Result<HttpResponse>&) { ++answers; };
        client.send(requestTo(server.url()), count).reset();
        client.send(requestTo(QStringLiteral("http://service.example/")), count).reset();
        PendingCallPtr call = client.send(requestTo(server.url()), count);
        QTRY_VERIFY_WITH_TIMEOUT(!server.requests.isEmpty(), patienceMs);
        const int closed = server.closed;
        call.reset();
        QTRY_VERIFY_WITH_TIMEOUT(server.closed > closed, patienceMs);
        QTest::qWait(50);
        QCOMPARE(answers, 0);
    }

    void canBeDroppedInItsCallback()
    {
        ScriptedHttpServer server;
        server.answers.push_back({ScriptedHttpServer::http(200, "hello")});
        auto client = std::make_unique<HttpClient>();
        PendingCallPtr call;
        bool done = false;
        call = client->send(requestTo(server.url()), [&](const Result<HttpResponse>& answer) {
            call.reset();
            client.reset();
            done = answer.has_value();
        });
        QTRY_VERIFY_WITH_TIMEOUT(done, patienceMs);
    }

    void outlivesItsClient()
    {
        ScriptedHttpServer server;
        server.answers.push_back({ScriptedHttpServer::http(200, "hello")});
        bool done = false;
        const PendingCallPtr call = HttpClient().send(
            requestTo(server.url()), [&](const Result<HttpResponse>& answer) { done = answer.has_value(); });
        QTRY_VERIFY_WITH_TIMEOUT(done, patienceMs);
    }

    void streams()
    {
        ScriptedHttpServer server;
        server.answers.push_back({"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nabc",
                                  ScriptedHttpServer::Then::Hold, 1, 1});
        HttpClient client;
        QByteArray received;
        QStringList order;
        int ended = 0;
        PendingCallPtr call = client.stream(
            requestTo(server.url()),
            {.head = [&](const HttpHead& head) { order << QString::fromLatin1(head.contentType); },
             .data =
                 [&](BytesView bytes) {
                     order << QStringLiteral("data");
                     received.append(reinterpret_cast<const char*>(bytes.data()),
                                     static_cast<qsizetype>(bytes.size()));
                 },
             .ended = [&](const Status&) { ++ended; }});
        QTRY_COMPARE_WITH_TIMEOUT(received, QByteArray("abc"), patienceMs);
        QCOMPARE(order.front(), QStringLiteral("text/event-stream"));
        QCOMPARE(order.count(QStringLiteral("text/event-stream")), 1);
        QCOMPARE(ended, 0);
        call.reset();
        QTRY_COMPARE_WITH_TIMEOUT(server.closed, 1, patienceMs);
        QCOMPARE(ended, 0);
    }

    void streamsCanBeDroppedInEveryCallback()
    {
        for (int where = 0; where < 3; ++where) {
            ScriptedHttpServer server;
            server.answers.push_back({ScriptedHttpServer::http(200, QByteArray(3000, 'a')),
                                      ScriptedHttpServer::Then::Close, 500, 1});
            HttpClient client;
            PendingCallPtr call;
            std::array<int, 3> calls{};
            const auto at = [&](std::size_t index) {
                ++calls[index];
                if (index == static_cast<std::size_t>(where)) {
                    call.reset();
                }
            };
            call = client.stream(requestTo(server.url()), {.head = [&](const HttpHead&) { at(0); },
                                                           .data = [&](BytesView) { at(1); },
                                                           .ended = [&](const Status&) { at(2); }});
            QTRY_COMPARE_WITH_TIMEOUT(call.get(), nullptr, patienceMs);
            QTest::qWait(50);
            QCOMPARE(calls[static_cast<std::size_t>(where)], 1);
            for (std::size_t later = static_cast<std::size_t>(where) + 1; later < 3; ++later) {
                QCOMPARE(calls[later], 0);
            }
        }
    }

    /// RFC 9110 §15.2: they may come before any answer, whoever it is from.
    void passesInterimAnswersOver_data()
    {
        QTest::addColumn<QByteArray>("interim");
        QTest::newRow("103") << QByteArray("HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n");
        QTest::newRow("102") << QByteArray("HTTP/1.1 102 Processing\r\n\r\n");
        QTest::newRow("100") << QByteArray("HTTP/1.1 100 Continue\r\n\r\n");
        QTest::newRow("199") << QByteArray("HTTP/1.1 199 Whatever\r\nContent-Type: text/html\r\n\r\n");
        QTest::newRow("twenty") << QByteArray("HTTP/1.1 103 Early Hints\r\n\r\n").repeated(20);
        QTest::newRow("mixed") << QByteArray(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\n"
            "Retry-After: 9\r\nContent-Encoding: gzip\r\n\r\n");
    }

    void passesInterimAnswersOver()
    {
        QFETCH(const QByteArray, interim);
        for (const QByteArray method : {"GET", "POST", "DELETE"}) {
            for (const qsizetype pieceBytes : {0, 13}) {
                ScriptedHttpServer server;
                server.answers.push_back(
                    {interim + ScriptedHttpServer::http(403, "why", "Content-Type: text/plain\r\n"),
                     ScriptedHttpServer::Then::Close, pieceBytes, 0});
                HttpRequest request = requestTo(server.url());
                request.method = method;
                request.body = method == "POST" ? "{}" : "";
                const Outcome outcome = ask(std::move(request));
                QCOMPARE(outcome.count, 1);
                QVERIFY2(outcome.answer->has_value(), qPrintable(outcome.sentence()));
                QCOMPARE((*outcome.answer)->status, 403);
                QCOMPARE((*outcome.answer)->contentType, QByteArray("text/plain"));
                QVERIFY(!(*outcome.answer)->retryAfter);
                QCOMPARE(bodyOf(**outcome.answer), QByteArray("why"));
                QCOMPARE(server.requests.size(), 1);
            }
        }
    }

    void streamsAfterInterimAnswers()
    {
        ScriptedHttpServer server;
        server.answers.push_back(
            {"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nabc",
             ScriptedHttpServer::Then::Hold, 7, 1});
        HttpClient client;
        QByteArray received;
        QByteArrayList types;
        const PendingCallPtr call = client.stream(
            requestTo(server.url()), {.head = [&](const HttpHead& head) { types << head.contentType; },
                                      .data =
                                          [&](BytesView bytes) {
                                              received.append(reinterpret_cast<const char*>(bytes.data()),
                                                              static_cast<qsizetype>(bytes.size()));
                                          },
                                      .ended = {}});
        QTRY_COMPARE_WITH_TIMEOUT(received, QByteArray("abc"), patienceMs);
        QCOMPARE(types, QByteArrayList{"text/event-stream"});
    }

    void boundsInterimAnswers()
    {
        const QByteArray hint = "HTTP/1.1 103 Early Hints\r\n\r\n";
        for (const QByteArray& answer :
             {hint.repeated(1000) + ScriptedHttpServer::http(200, "late"),
              QByteArray("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n") +
                  ScriptedHttpServer::http(200, "late")}) {
            ScriptedHttpServer server;
            server.answers.push_back({answer});
            const Outcome outcome = ask(server);
            QCOMPARE(outcome.count, 1);
            QCOMPARE(outcome.code(), ErrorCode::Network);
        }
        // Nor do they keep an answer waiting for ever.
        ScriptedHttpServer server;
        server.answers.push_back({hint.repeated(30), ScriptedHttpServer::Then::Hold, 29, 20});
        HttpRequest request = requestTo(server.url());
        request.total = 300ms;
        QCOMPARE(ask(std::move(request)).code(), ErrorCode::Timeout);
    }

    /// The wiping allocator under libcurl: what was sent is nowhere in what is freed. Only that it works is
    /// shown here; a sanitizer shows that it is sound.
    void sendsAndForgetsManySecrets()
    {
        ScriptedHttpServer server;
        HttpClient client;
        for (int i = 1; i <= 20; ++i) {
            server.answers.push_back({ScriptedHttpServer::http(200, QByteArray(i * 100, 'a'))});
            HttpRequest request = requestTo(server.url());
            request.method = "POST";
            request.body = QByteArray(i * 1000, 'b');
            const std::string token(static_cast<std::size_t>(i) * 200, 't');
            request.secretHeaders.emplace_back("Authorization", SecretBytes::copyOf(token));
            bool done = false;
            const auto call = client.send(std::move(request), [&](const Result<HttpResponse>& answer) {
                done = answer && static_cast<int>(answer->body.size()) == i * 100;
            });
            QTRY_VERIFY_WITH_TIMEOUT(done, patienceMs);
            QVERIFY(server.requests.back().contains("Authorization: " + QByteArray(i * 200, 't') + "\r\n"));
        }
    }
};

COUNTERSIGN_GUILESS_TEST(HttpExchangeTest)
#include "HttpExchange_test.moc"
