#include "core/inbox/source/CountersignRelaySource.h"

#include "core/inbox/source/EntriesPage.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/ScriptedHttpServer.h"

#include <QSignalSpy>
#include <QTest>

using namespace countersign;

using namespace std::chrono_literals;

namespace {

QByteArray entryJson(int seq, const QByteArray& body = "aGVsbG8=")
{
    return R"({"seq":)" + QByteArray::number(seq) +
           R"(,"kind":"webhook","receivedAt":"2026-02-03T12:00:00.000Z","headers":{"x-dynamic-signature-256":"s",)"
           "\"x-dyn-twice\":[\"a\",\"b\"]},\"bodyBase64\":\"" +
           body + "\"}";
}

QByteArray pageJson(const QByteArrayList& entries, int cursor)
{
    return R"({"entries":[)" + entries.join(',') + R"(],"cursor":)" + QByteArray::number(cursor) +
           R"(,"feed":"f"})";
}

struct Outcome
{
    std::optional<FeedPage> page;
    std::optional<FeedChange> change;
    std::optional<Error> error;
    int signalCount = 0;
};

}  // namespace

class CountersignRelaySourceTest : public QObject
{
    Q_OBJECT

    /// Short where silence is the point; a slow machine must not turn anything else into it.
    static std::unique_ptr<CountersignRelaySource> make(const QString& url,
                                                        std::chrono::milliseconds silence = 30s)
    {
        auto source = CountersignRelaySource::make(url, "main", SecretBytes::copyOf("token-123"), silence);
        return source ? *std::move(source) : nullptr;
    }

    static Outcome fetch(CountersignRelaySource& source, std::int64_t after = 0, int wait = 0)
    {
        return fetch(source, FeedPosition{after, {}, {}}, wait);
    }

    static Outcome fetch(CountersignRelaySource& source, const FeedPosition& after, int wait = 0)
    {
        Outcome outcome;
        QObject context;
        connect(&source, &RelaySource::pageReceived, &context, [&](const FeedPage& page) {
            outcome.page = page;
            ++outcome.signalCount;
        });
        connect(&source, &RelaySource::feedChanged, &context, [&](FeedChange change) {
            outcome.change = change;
            ++outcome.signalCount;
        });
        connect(&source, &RelaySource::failed, &context, [&](const Error& error) {
            outcome.error = error;
            ++outcome.signalCount;
        });
        source.fetch(after, 500, wait);
        (void)waitUntil([&] { return outcome.signalCount > 0; }, patienceMs);
        QTest::qWait(20);  // a second signal would be a defect
        return outcome;
    }

private Q_SLOTS:
    void asksAndReads()
    {
        ScriptedHttpServer server;
        server.answers.push_back({ScriptedHttpServer::http(200, pageJson({entryJson(5), entryJson(6)}, 6))});
        const auto source = make(server.url() + QStringLiteral("/base/"));
        const Outcome outcome = fetch(*source, 4, 7);
        QCOMPARE(outcome.signalCount, 1);
        QVERIFY(outcome.page.has_value());
        QCOMPARE(outcome.page->cursor, 6);
        QCOMPARE(outcome.page->entries.size(), std::size_t{2});
        const FeedEntry& entry = outcome.page->entries.front();
        QCOMPARE(entry.seq, 5);
        QCOMPARE(entry.kind, std::string("webhook"));
        QCOMPARE(toIso8601(entry.receivedAt), std::string("2026-02-03T12:00:00.000Z"));
        QCOMPARE(asText(entry.body), std::string_view("hello"));
        QCOMPARE(entry.headers.size(), std::size_t{3});
        QCOMPARE(entry.headers[2].first, std::string("x-dyn-twice"));
        QCOMPARE(entry.headers[2].second, std::string("b"));

        const QByteArray& request = server.requests.front();
        QVERIFY(
            request.startsWith("GET /base/v1/inboxes/main/entries?after=4&limit=500&wait=7 HTTP/1.1\r\n"));
        QVERIFY(request.contains("Authorization: Bearer token-123\r\n"));
        QVERIFY(request.contains("Accept-Encoding: identity\r\n"));
        QVERIFY(!request.toLower().contains("cookie"));
    }

    void staysUsableForTheNextRequest()
    {
        ScriptedHttpServer server;
        for (int i = 1; i <= 3; ++i) {
            server.answers.push_back({ScriptedHttpServer::http(200, pageJson({entryJson(i)}, i))});
        }
        const auto source = make(server.url());
        for (int i = 1; i <= 3; ++i) {
            QCOMPARE(fetch(*source, i - 1).page->cursor, i);
        }
    }

    void refusesWhatItCannotUse()
    {
        const auto code = [](const char* url, const char* inbox, const char* token) {
            const auto made = CountersignRelaySource::make(QString::fromLatin1(url), inbox,
                                                           SecretBytes::copyOf(std::string_view(token)));
            return made ? ErrorCode::Internal : made.error().code;
        };
        QCOMPARE(code("http://relay.example", "main", "t"), ErrorCode::InvalidInput);
        QCOMPARE(code("ftp://relay.example", "main", "t"), ErrorCode::InvalidInput);
        QCOMPARE(code("https://user:pass@relay.example", "main", "t"), ErrorCode::InvalidInput);
        QCOMPARE(code("https://relay.example", "", "t"), ErrorCode::InvalidInput);
        QCOMPARE(code("https://relay.example", "..", "t"), ErrorCode::InvalidInput);
        QCOMPARE(code("https://relay.example", "main", ""), ErrorCode::InvalidInput);
        QCOMPARE(code("https://relay.example", "main", "a\r\nX: y"), ErrorCode::InvalidInput);
        QCOMPARE(code("https://relay.example", "main", "t"), ErrorCode::Internal);
    }

    void escapesTheInbox()
    {
        ScriptedHttpServer server;
        server.answers.push_back({ScriptedHttpServer::http(200, pageJson({}, 0))});
        auto source = CountersignRelaySource::make(server.url(), "a/../b?c#d%", SecretBytes::copyOf("t"));
        QVERIFY(fetch(**source).page.has_value());
        QVERIFY(server.requests.front().startsWith("GET /v1/inboxes/a%2F..%2Fb%3Fc%23d%25/entries?"));
    }

    void mapsStatuses_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("code");
        QTest::newRow("401") << 401 << static_cast<int>(ErrorCode::Denied);
        QTest::newRow("403") << 403 << static_cast<int>(ErrorCode::Denied);
        QTest::newRow("404") << 404 << static_cast<int>(ErrorCode::NotFound);
        QTest::newRow("409") << 409 << static_cast<int>(ErrorCode::Network);
        QTest::newRow("429") << 429 << static_cast<int>(ErrorCode::Busy);
        QTest::newRow("500") << 500 << static_cast<int>(ErrorCode::Network);
        QTest::newRow("503") << 503 << static_cast<int>(ErrorCode::Network);
        QTest::newRow("204") << 204 << static_cast<int>(ErrorCode::Network);
        QTest::newRow("418") << 418 << static_cast<int>(ErrorCode::Network);
    }

    void mapsStatuses()
    {
        QFETCH(int, status);
        QFETCH(int, code);
        ScriptedHttpServer server;
        server.answers.push_back({ScriptedHttpServer::http(
            status, status == 204 ? QByteArray() : QByteArray(R"({"title":"No","detail":"because"})"))});
        const auto source = make(server.url());
        const Outcome outcome = fetch(*source);
        QCOMPARE(outcome.signalCount, 1);
        QVERIFY(outcome.error.has_value());
        QCOMPARE(static_cast<int>(outcome.error->code), code);
        QVERIFY(!outcome.error->sentence.isEmpty());
        QVERIFY(!outcome.error->detail.contains(QStringLiteral("token-123")));
        if (status != 204) {
            QVERIFY(outcome.error->detail.contains(QStringLiteral("because")));
        }
        QCOMPARE(server.requests.size(), 1);
    }

    void sendsBackWhatItWasTold()
    {
        ScriptedHttpServer server;
        server.answers.push_back(
            {ScriptedHttpServer::http(200, R"({"entries":[],"cursor":7,"feed":"00ff","head":"aa11"})")});
        const auto source = make(server.url());
        const Outcome outcome = fetch(*source, FeedPosition{7, "00ff", "aa11"});
        QVERIFY(outcome.page.has_value());
        QCOMPARE(outcome.page->identity, std::string("00ff"));
        QCOMPARE(outcome.page->history, std::string("aa11"));
        QVERIFY(server.requests.front().contains("after=7&limit=500&wait=0&feed=00ff&head=aa11 "));
    }

    void tellsAnotherFeed_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("change");
        const int none = -1;
        const auto problem = [](const char* type) {
            return "{\"type\":\"" + QByteArray(type) + "\",\"title\":\"Conflict\"}";
        };
        QTest::newRow("replaced") << 409 << problem("urn:countersign:feed-replaced")
                                  << static_cast<int>(FeedChange::Identity);
        QTest::newRow("restored") << 409 << problem("urn:countersign:feed-history")
                                  << static_cast<int>(FeedChange::History);
        QTest::newRow("a page of another") << 200 << QByteArray(R"({"entries":[],"cursor":0,"feed":"other"})")
                                           << static_cast<int>(FeedChange::Identity);
        QTest::newRow("another type") << 409 << problem("urn:countersign:other") << none;
        QTest::newRow("no type") << 409 << QByteArray(R"({"title":"Conflict"})") << none;
        QTest::newRow("odd type") << 409 << QByteArray(R"({"type":7})") << none;
        QTest::newRow("another status") << 400 << problem("urn:countersign:feed-replaced") << none;
    }

    void tellsAnotherFeed()
    {
        QFETCH(const int, status);
        QFETCH(const QByteArray, body);
        QFETCH(const int, change);
        ScriptedHttpServer server;
        server.answers.push_back({ScriptedHttpServer::http(status, body)});
        const auto source = make(server.url());
        const Outcome outcome = fetch(*source, FeedPosition{7, "00ff", "aa11"});
        QCOMPARE(outcome.signalCount, 1);
        QCOMPARE(outcome.change ? static_cast<int>(*outcome.change) : -1, change);
        if (status == 409 && change == -1) {
            QVERIFY(outcome.error->sentence.contains(QStringLiteral("sync --once --from-start")));
        }
    }

    /// On a slow line: what was cut off is asked for again with fewer entries, and with more once it goes
    /// well.
    void asksForLessAfterACut()
    {
        ScriptedHttpServer server;
        QByteArrayList entries;
        for (int seq = 1; seq <= 40; ++seq) {
            entries += entryJson(seq);
        }
        const QByteArray whole = ScriptedHttpServer::http(200, pageJson(entries, 40));
        server.answers.push_back({whole.left(whole.indexOf("\"seq\":31"))});
        server.answers.push_back({whole.left(whole.indexOf("\"seq\":2"))});
        server.answers.push_back({ScriptedHttpServer::http(200, pageJson({entryJson(1)}, 1))});
        server.answers.push_back({ScriptedHttpServer::http(200, pageJson({entryJson(2), entryJson(3)}, 3))});
        server.answers.push_back({ScriptedHttpServer::http(200, pageJson({}, 3))});
        const auto source = make(server.url());
        QCOMPARE(fetch(*source).page->cursor, 1);
        QCOMPARE(fetch(*source, 1).page->cursor, 3);
        QVERIFY(fetch(*source, 3).page.has_value());
        QByteArrayList limits;
        for (const QByteArray& request : server.requests) {
            const qsizetype from = request.indexOf("limit=") + 6;
            limits += request.mid(from, request.indexOf('&', from) - from);
        }
        QCOMPARE(limits, QByteArrayList({"500", "30", "1", "2", "4"}));
    }

    void givesUpOnASingleEntryThatIsCut()
    {
        ScriptedHttpServer server;
        server.answers.assign(12, {ScriptedHttpServer::http(200, pageJson({entryJson(1)}, 1)).chopped(20)});
        const auto source = make(server.url());
        const Outcome outcome = fetch(*source);
        QCOMPARE(outcome.signalCount, 1);
        QCOMPARE(outcome.error->code, ErrorCode::Network);
        QCOMPARE(server.requests.size(), 2);
    }

    void doesNotFollowRedirects()
    {
        ScriptedHttpServer elsewhere;
        elsewhere.answers.push_back({ScriptedHttpServer::http(200, pageJson({}, 0))});
        ScriptedHttpServer server;
        server.answers.push_back({ScriptedHttpServer::http(
            302, {}, "Location: " + elsewhere.url().toLatin1() + "/v1/inboxes/main/entries\r\n")});
        const auto source = make(server.url());
        QCOMPARE(fetch(*source).error->code, ErrorCode::Network);
        QVERIFY(elsewhere.requests.isEmpty());
    }

    void refusesBrokenAnswers_data()
    {
        QTest::addColumn<QByteArray>("answer");
        const auto ok = [](const QByteArray& body) { return ScriptedHttpServer::http(200, body); };
        QTest::newRow("no HTTP") << QByteArray("SSH-2.0-OpenSSH_9.2\r\n\r\n");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("truncated") << ok(pageJson({entryJson(1)}, 1)).chopped(10);
        QTest::newRow("empty body") << ok({});
        QTest::newRow("no JSON") << ok("<html>");
        QTest::newRow("array") << ok("[]");
        QTest::newRow("no entries") << ok(R"({"cursor":1})");
        QTest::newRow("entries no array") << ok(R"({"entries":{},"cursor":1})");
        QTest::newRow("entry no object") << ok(R"({"entries":[1],"cursor":1})");
        QTest::newRow("no cursor") << ok(R"({"entries":[]})");
        QTest::newRow("cursor text") << ok(R"({"entries":[],"cursor":"1"})");
        QTest::newRow("cursor negative") << ok(R"({"entries":[],"cursor":-1})");
        QTest::newRow("cursor fraction") << ok(R"({"entries":[],"cursor":1.5})");
        QTest::newRow("cursor huge") << ok(R"({"entries":[],"cursor":9223372036854775808})");
        QTest::newRow("cursor behind") << ok(pageJson({entryJson(5)}, 4));
        QTest::newRow("cursor minus zero") << ok(R"({"entries":[],"cursor":-0})");
        QTest::newRow("seq backwards") << ok(pageJson({entryJson(5), entryJson(4)}, 5));
        QTest::newRow("seq twice") << ok(pageJson({entryJson(5), entryJson(5)}, 5));
        QTest::newRow("seq zero") << ok(pageJson({entryJson(0)}, 5));
        QTest::newRow("gap") << ok(pageJson({entryJson(2)}, 2));
        QTest::newRow("member twice") << ok(R"({"entries":[],"entries":[],"cursor":1})");
        QTest::newRow("deep") << ok(QByteArray(100'000, '['));
        QTest::newRow("endless header") << "HTTP/1.1 200 OK\r\nX: " + QByteArray(4'000'000, 'a');
        QTest::newRow("length lie") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{}");
    }

    void refusesBrokenAnswers()
    {
        QFETCH(QByteArray, answer);
        ScriptedHttpServer server;
        server.answers.assign(2, {answer});
        const auto source = make(server.url(), 1s);
        const Outcome outcome = fetch(*source);
        QCOMPARE(outcome.signalCount, 1);
        QVERIFY(outcome.error.has_value());
        QCOMPARE(outcome.error->code, ErrorCode::Network);
    }

    void refusesEntriesThatWereReadBefore()
    {
        ScriptedHttpServer server;
        server.answers.push_back({ScriptedHttpServer::http(200, pageJson({entryJson(7)}, 7))});
        server.answers.push_back({ScriptedHttpServer::http(200, pageJson({}, 6))});
        const auto source = make(server.url());
        QCOMPARE(fetch(*source, 7).error->code, ErrorCode::Network);
        QCOMPARE(fetch(*source, 7).error->code, ErrorCode::Network);
    }

    void refusesAnswersWithoutEnd()
    {
        ScriptedHttpServer server;
        server.answers.push_back({"HTTP/1.1 200 OK\r\n\r\n" +
                                  QByteArray(static_cast<qsizetype>(entriesPageMaxBytes) + 1024, ' ')});
        server.answers.push_back({ScriptedHttpServer::http(200, " ")});
        const auto source = make(server.url());
        const Outcome outcome = fetch(*source);
        QCOMPARE(outcome.signalCount, 1);
        QVERIFY(server.requests.last().contains("limit=1&"));
        QCOMPARE(outcome.error->code, ErrorCode::Network);
    }

    void givesUpOnSilence()
    {
        ScriptedHttpServer server;  // never answers
        const auto source = make(server.url(), 300ms);
        QCOMPARE(fetch(*source).error->code, ErrorCode::Timeout);
        server.answers.push_back(
            {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", ScriptedHttpServer::Then::Hold});
        QCOMPARE(fetch(*source).error->code, ErrorCode::Timeout);
    }

    void saysWhenNothingListens()
    {
        ScriptedHttpServer server;
        const auto source = make(server.url());
        server.stop();
        QCOMPARE(fetch(*source).error->code, ErrorCode::Network);
    }

    void refusesPlainAnswersToTls()
    {
        ScriptedHttpServer server;
        server.answersAnything = true;
        server.answers.push_back({ScriptedHttpServer::http(200, pageJson({}, 0))});
        const auto source = make(server.url().replace(QStringLiteral("http:"), QStringLiteral("https:")));
        const Outcome outcome = fetch(*source);
        QCOMPARE(outcome.error->code, ErrorCode::Network);
        for (const QByteArray& request : server.requests) {
            QVERIFY(!request.contains("token-123"));
        }
    }

    void cancels()
    {
        ScriptedHttpServer server;  // never answers
        const auto source = make(server.url());
        QSignalSpy failures(source.get(), &RelaySource::failed);
        source->fetch({}, 500, 30);
        QTRY_COMPARE_WITH_TIMEOUT(server.requests.size(), 1, patienceMs);
        source->cancel();
        QTRY_COMPARE_WITH_TIMEOUT(failures.size(), 1, patienceMs);
        QCOMPARE(failures.first().first().value<Error>().code, ErrorCode::Cancelled);
        source->cancel();
        QCOMPARE(failures.size(), 1);

        // Also before the request has gone out, and then it still works.
        source->fetch({}, 500, 30);
        source->cancel();
        QCOMPARE(failures.size(), 2);
        server.answers.push_back({ScriptedHttpServer::http(200, pageJson({}, 0))});
        QVERIFY(fetch(*source).page.has_value());
    }

    /// A sign-in page comes with 200, a proxy's refusal with 403.
    void tellsWhenSomebodyElseAnswers()
    {
        ScriptedHttpServer server;
        const auto source = make(server.url());
        for (const int status : {200, 403, 404, 409, 503}) {
            server.answers.push_back(
                {ScriptedHttpServer::http(status, "<html>Sign in</html>", "Content-Type: text/html\r\n")});
            const Outcome outcome = fetch(*source);
            QVERIFY(outcome.error.has_value());
            QCOMPARE(outcome.error->code, ErrorCode::Network);
            QVERIFY2(outcome.error->sentence.contains(QStringLiteral("in the relay's place")),
                     qPrintable(outcome.error->sentence));
        }
    }

    void waitsAsLongAsTheRelayAsks()
    {
        ScriptedHttpServer server;
        server.answers.push_back({ScriptedHttpServer::http(429, {}, "Retry-After: 3\r\n")});
        server.answers.push_back({ScriptedHttpServer::http(200, pageJson({}, 0))});
        const auto source = make(server.url());
        QCOMPARE(fetch(*source).error->code, ErrorCode::Busy);
        QSignalSpy pages(source.get(), &RelaySource::pageReceived);
        source->fetch({}, 500, 0);
        QTest::qWait(200);
        QCOMPARE(server.requests.size(), 1);
        QTRY_COMPARE_WITH_TIMEOUT(pages.size(), 1, patienceMs);
        QCOMPARE(server.requests.size(), 2);
    }

    void canBeDestroyedInTheMiddle()
    {
        ScriptedHttpServer server;
        auto source = make(server.url());
        source->fetch({}, 500, 30);
        QTRY_COMPARE_WITH_TIMEOUT(server.requests.size(), 1, patienceMs);
        source.reset();
        QTest::qWait(10);
    }
};

COUNTERSIGN_GUILESS_TEST(CountersignRelaySourceTest)
#include "CountersignRelaySource_test.moc"
