#include "core/net/RelayInbox.h"

#include "core/base/encoding/Json.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

namespace {

Result<RelayInbox> make(const char* url, const std::string& inbox, std::string_view token = "token")
{
    return RelayInbox::make(QString::fromLatin1(url), inbox, SecretBytes::copyOf(token));
}

HttpResponse answerOf(int status, std::string_view body)
{
    HttpResponse answer;
    answer.status = status;
    answer.body = toBytes(asBytes(body));
    return answer;
}

}  // namespace

class RelayInboxTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Both of a console's ways to the relay name a feed alike, however it was typed.
    void namesTheFeed()
    {
        for (const char* url : {"https://relay.example/base", "https://relay.example/base//"}) {
            const auto inbox = make(url, "main");
            QCOMPARE(inbox->url(), std::string("https://relay.example/base"));
            QCOMPARE(inbox->name(), std::string("main"));
        }
    }

    void addressesAndAuthenticates()
    {
        const auto inbox = make("https://relay.example/b/", "a/../b?c#d%", "token-123");
        const HttpRequest request = inbox->request("POST", QStringLiteral("/jobs/1/claim"));
        QCOMPARE(request.method, QByteArray("POST"));
        QCOMPARE(request.url.toEncoded(),
                 QByteArray("https://relay.example/b/v1/inboxes/a%2F..%2Fb%3Fc%23d%25/jobs/1/claim"));
        QCOMPARE(request.headers.size(), std::size_t{1});
        QCOMPARE(request.secretHeaders.size(), std::size_t{1});
        QCOMPARE(request.secretHeaders.front().first, QByteArray("Authorization"));
        QCOMPARE(request.secretHeaders.front().second.text(), std::string_view("Bearer token-123"));
        QVERIFY(inbox->url().find("token") == std::string::npos);
    }

    void refusesWhatItCannotUse()
    {
        const auto code = [](const Result<RelayInbox>& made) {
            return made ? ErrorCode::Internal : made.error().code;
        };
        QCOMPARE(code(make("https://relay.example", "main")), ErrorCode::Internal);
        QCOMPARE(code(make("http://[::1]:1", std::string(128, 'a'), std::string(4096, 't'))),
                 ErrorCode::Internal);
        for (const auto& refused :
             {make("http://relay.example", "main"), make("ftp://relay.example", "main"),
              make("https://user:pass@relay.example", "main"), make("https://relay.example?a", "main"),
              make("https://relay.example", ""), make("https://relay.example", ".."),
              make("https://relay.example", "a b"), make("https://relay.example", "\xc3\xa4"),
              make("https://relay.example", std::string(129, 'a')), make("https://relay.example", "main", ""),
              make("https://relay.example", "main", "a\r\nX: y"),
              make("https://relay.example", "main", std::string(4097, 't'))}) {
            QCOMPARE(code(refused), ErrorCode::InvalidInput);
        }
    }

    /// A stranger's words are cut and cleaned.
    void quotesTheRelay()
    {
        const Json both = {{"title", "Conflict"}, {"detail", "A desk holds it."}};
        QCOMPARE(relayReason(answerOf(409, dumpJson(both))), QStringLiteral("A desk holds it."));
        QCOMPARE(relayDetail(answerOf(409, dumpJson({{"title", "Conflict"}}))),
                 QStringLiteral("HTTP 409: Conflict"));
        for (const std::string& body :
             {std::string(), std::string("<html>"), std::string("[]"), dumpJson({{"detail", 7}}),
              std::string(100000, '['), dumpJson({{"detail", std::string(17000, 'x')}})}) {
            QVERIFY(relayReason(answerOf(500, body)).isEmpty());
            QCOMPARE(relayDetail(answerOf(500, body)), QStringLiteral("HTTP 500"));
        }
        const QString cleaned =
            relayReason(answerOf(400, dumpJson({{"detail", "\x07\xe2\x80\xae" + std::string(900, 'x')}})));
        QCOMPARE(cleaned.size(), 200);
        QVERIFY(cleaned.startsWith(QStringLiteral("????x")));
    }

    void refusals_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<ErrorCode>("code");
        QTest::newRow("204") << 204 << ErrorCode::Network;
        QTest::newRow("400") << 400 << ErrorCode::Network;
        QTest::newRow("401") << 401 << ErrorCode::Denied;
        QTest::newRow("403") << 403 << ErrorCode::Denied;
        QTest::newRow("404") << 404 << ErrorCode::NotFound;
        QTest::newRow("429") << 429 << ErrorCode::Busy;
        QTest::newRow("500") << 500 << ErrorCode::Network;
        QTest::newRow("503") << 503 << ErrorCode::Network;
    }

    void refusals()
    {
        QFETCH(const int, status);
        QFETCH(const ErrorCode, code);
        const Error error = relayRefusal(answerOf(status, dumpJson({{"detail", "because"}})));
        QCOMPARE(error.code, code);
        QVERIFY(!error.sentence.isEmpty());
        QCOMPARE(error.detail, QStringLiteral("HTTP %1: because").arg(status));
    }

    /// A proxy's 403 says nothing about the token, and a sign-in page nothing about the inbox.
    void tellsWhoSpeaks_data()
    {
        QTest::addColumn<QByteArray>("contentType");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("isRelay");
        const auto row = [](const char* name, const char* type, const QByteArray& body, bool isRelay) {
            QTest::newRow(name) << QByteArray(type) << body << isRelay;
        };
        row("problem", "application/problem+json", R"({"title":"Forbidden"})", true);
        row("JSON", "application/json", "{}", true);
        row("problem without words", "application/problem+json", "", true);
        row("object without a type", "", R"({"title":"Forbidden"})", true);
        row("HTML", "text/html", "<html>Access denied</html>", false);
        row("HTML without a type", "", "<html>Access denied</html>", false);
        row("JSON as HTML", "text/html", R"({"title":"Forbidden"})", false);
        row("text", "text/plain", "no healthy upstream", false);
        row("nothing", "", "", false);
        row("array", "", "[]", false);
    }

    void tellsWhoSpeaks()
    {
        QFETCH(const QByteArray, contentType);
        QFETCH(const QByteArray, body);
        QFETCH(const bool, isRelay);
        for (const int status : {400, 401, 403, 404, 409, 413, 502, 503}) {
            HttpResponse answer =
                answerOf(status, std::string_view(body.constData(), static_cast<std::size_t>(body.size())));
            answer.contentType = contentType;
            QCOMPARE(isOfRelay(answer), isRelay);
            const Error error = relayRefusal(answer);
            QCOMPARE(error.sentence.contains(QStringLiteral("proxy")), !isRelay);
            QCOMPARE(error.sentence.contains(QStringLiteral("token")),
                     isRelay && (status == 401 || status == 403));
            if (!isRelay) {
                QCOMPARE(error.code, ErrorCode::Network);
                QVERIFY(error.sentence.contains(QString::number(status)));
            }
        }
        HttpResponse marked = answerOf(403, "{}");
        marked.contentType = "application/json";
        marked.isOfProxy = true;
        QVERIFY(!isOfRelay(marked));
        // Patience is given to whoever asks for it.
        QCOMPARE(relayRefusal(answerOf(429, "slow down")).code, ErrorCode::Busy);
    }
};

COUNTERSIGN_GUILESS_TEST(RelayInboxTest)
#include "RelayInbox_test.moc"
