#include "core/net/HttpHeadReader.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

namespace {

/// The first break; lines without their ends.
std::optional<HttpBreak> feedHead(HttpHeadReader& reader, const QByteArrayList& lines)
{
    for (const QByteArray& line : lines) {
        const QByteArray ended = line + "\r\n";
        if (const auto broken = reader.feed({ended.constData(), static_cast<std::size_t>(ended.size())})) {
            return broken;
        }
    }
    return {};
}

}  // namespace

class HttpHeadReaderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAHead()
    {
        HttpHeadReader reader;
        QVERIFY(!feedHead(reader,
                          {"HTTP/1.1 429 Slow down", "CONTENT-TYPE:Application/Problem+JSON ; charset=utf-8",
                           "retry-after:  7", "Date: Sun, 06 Nov 1994 08:49:37 GMT", "no field"}));
        QVERIFY(!reader.isComplete());
        QVERIFY(!feedHead(reader, {""}));
        QVERIFY(reader.isComplete());
        QCOMPARE(reader.head().status, 429);
        QCOMPARE(reader.head().contentType, QByteArray("application/problem+json"));
        QVERIFY(reader.head().retryAfter == std::chrono::seconds(7));
        QCOMPARE(reader.head().date, std::optional<UnixMillis>(784'111'777'000));
        QVERIFY(!isFromBetween(reader.head()));
        QVERIFY(!feedHead(reader, {"Content-Type: text/html"}));  // a trailer
        QCOMPARE(reader.head().contentType, QByteArray("application/problem+json"));
    }

    /// RFC 9110 §15.2: any number of them may come before the answer, and nothing of them counts.
    void passesInterimAnswersOver()
    {
        HttpHeadReader reader;
        for (const char* status : {"100 Continue", "102 Processing", "103 Early Hints", "199 Whatever"}) {
            QVERIFY(
                !feedHead(reader, {QByteArray("HTTP/1.1 ") + status, "Content-Type: text/html",
                                   "Content-Encoding: gzip", "Retry-After: 5", "Link: </style.css>", ""}));
            QVERIFY(!reader.isComplete());
        }
        QVERIFY(!feedHead(reader, {"HTTP/1.1 200 OK", ""}));
        QVERIFY(reader.isComplete());
        QCOMPARE(reader.head().status, 200);
        QVERIFY(reader.head().contentType.isEmpty());
        QVERIFY(!reader.head().retryAfter);
    }

    void boundsThem()
    {
        HttpHeadReader reader;
        for (int i = 0; i < HttpHeadReader::maxInterim; ++i) {
            QVERIFY(!feedHead(reader, {"HTTP/1.1 103 Early Hints", ""}));
        }
        QVERIFY(feedHead(reader, {"HTTP/1.1 103 Early Hints", ""}) == HttpBreak::Malformed);
        HttpHeadReader endless;
        QByteArrayList lines{"HTTP/1.1 200 OK"};
        for (int i = 0; i < 300; ++i) {
            lines += "X: " + QByteArray(1000, 'x');
        }
        QVERIFY(feedHead(endless, lines) == HttpBreak::TooLarge);
    }

    void refusesWhatIsNotWanted_data()
    {
        QTest::addColumn<QByteArrayList>("lines");
        QTest::addColumn<int>("reason");
        const auto row = [](const char* name, const QByteArrayList& lines, HttpBreak reason) {
            QTest::newRow(name) << lines << static_cast<int>(reason);
        };
        row("another protocol", {"HTTP/1.1 101 Switching Protocols", ""}, HttpBreak::Malformed);
        row("no status", {"HTTP/1.1 OK", ""}, HttpBreak::Malformed);
        row("short status", {"HTTP/1.1 20", ""}, HttpBreak::Malformed);
        row("negative status", {"HTTP/1.1 -20 OK", ""}, HttpBreak::Malformed);
        row("low status", {"HTTP/1.1 099 OK", ""}, HttpBreak::Malformed);
        row("redirect", {"HTTP/1.1 307 Elsewhere", "Location: /", ""}, HttpBreak::Redirect);
        row("compressed", {"HTTP/1.1 200 OK", "Content-Encoding: identity", "Content-encoding: br", ""},
            HttpBreak::Encoded);
        row("a proxy's challenge", {"HTTP/1.1 407 Who are you", ""}, HttpBreak::ProxyWantsCredentials);
    }

    void refusesWhatIsNotWanted()
    {
        QFETCH(const QByteArrayList, lines);
        QFETCH(const int, reason);
        HttpHeadReader reader;
        const auto broken = feedHead(reader, lines);
        QVERIFY(broken.has_value());
        QCOMPARE(static_cast<int>(*broken), reason);
    }

    void tellsProxiesAndPagesForPeople()
    {
        for (const char* field :
             {"Proxy-Authenticate: Basic", "X-Squid-Error: ERR_ACCESS_DENIED 0", "Proxy-Connection: close",
              "Content-Type: text/html; charset=utf-8", "Content-Type: application/xhtml+xml"}) {
            HttpHeadReader reader;
            QVERIFY(!feedHead(reader, {"HTTP/1.1 403 No", field, ""}));
            QVERIFY2(isFromBetween(reader.head()), field);
        }
        for (const char* field :
             {"Via: 1.1 cache", "Content-Type: application/json", "Content-Type: text/plain"}) {
            HttpHeadReader reader;
            QVERIFY(!feedHead(reader, {"HTTP/1.1 403 No", field, ""}));
            QVERIFY2(!isFromBetween(reader.head()), field);
        }
    }
};

COUNTERSIGN_GUILESS_TEST(HttpHeadReaderTest)
#include "HttpHeadReader_test.moc"
