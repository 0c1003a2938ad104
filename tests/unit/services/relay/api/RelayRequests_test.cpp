#include "services/relay/api/RelayRequests.h"

#include "core/base/encoding/Hex.h"
#include "services/relay/store/InboxName.h"
#include "tests/support/TestProgram.h"

#include <QRandomGenerator>
#include <QTest>

using namespace countersign;
using namespace countersign::relay;

namespace {

http::HttpRequest request(std::string method, std::string_view target, http::HttpHeaders headers = {})
{
    http::HttpRequest result;
    result.method = std::move(method);
    result.target = http::parseHttpTarget(target).value();
    result.headers = std::move(headers);
    return result;
}

}  // namespace

class RelayRequestsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void inboxNames()
    {
        for (const char* name : {"a", "0", "treasury-2", "a--b", "a-"}) {
            QVERIFY2(isValidInboxName(name), name);
        }
        for (const char* name : {"", "-a", "A", "a_b", "a.b", "a b", "\xc3\xa4"}) {
            QVERIFY2(!isValidInboxName(name), name);
        }
        QVERIFY(isValidInboxName(std::string(64, 'a')));
        QVERIFY(!isValidInboxName(std::string(65, 'a')));
    }

    void queries()
    {
        const auto query = [](const std::string& text) {
            return parseEntriesQuery(http::parseHttpTarget("/x?" + text).value());
        };
        QCOMPARE(query("")->after, std::int64_t(0));
        QCOMPARE(query("")->limit, defaultPageEntries);
        QCOMPARE(query("")->wait.count(), std::int64_t(0));
        QCOMPARE(query("after=9223372036854775807&limit=7&wait=30")->after,
                 std::int64_t(9223372036854775807));
        QCOMPARE(query("limit=501")->limit, maxPageEntries);
        QCOMPARE(query("wait=31")->wait.count(), std::int64_t(30));
        QVERIFY(query("other=-1").has_value());
        for (const char* text :
             {"after=-1", "after=+1", "after=%2B1", "after=1.0", "after=", "after=0x1", "after=1%20",
              "limit=0", "limit=a", "wait=-0", "after=9223372036854775808", "limit=1&limit=1"}) {
            QVERIFY2(!query(text).has_value(), text);
        }
    }

    void keepsSelectedHeadersOnly()
    {
        const http::HttpHeaders headers{{"X-Dynamic-Signature-256", "a"},
                                        {"Cookie", "c"},
                                        {"Content-Type", "t"},
                                        {"Authorization", "s"},
                                        {"x-dynamic-signature-256", "b"},
                                        {"X-Dyn-Id", "\xff"},
                                        {"X-Dynami", "no"},
                                        {"User-Agent", "u"},
                                        {"X-DYNAMIC-SIGNATURE-256", "c"}};
        const Json json = parseJson(selectedHeadersJson(headers)).value();
        const Json expected = {{"x-dynamic-signature-256", {"a", "b"}},
                               {"content-type", "t"},
                               {"x-dyn-id", "\xef\xbf\xbd"},
                               {"user-agent", "u"}};
        QCOMPARE(json.dump(), expected.dump());
        QCOMPARE(selectedHeadersJson({}), std::string("{}"));
    }

    /// Whatever a stranger sends besides, what decides about a delivery is kept, and all of it has a bound.
    void keepsTheImportantOnesWithinBounds()
    {
        QRandomGenerator& random = *QRandomGenerator::global();
        for (int round = 0; round < 50; ++round) {
            http::HttpHeaders headers;
            const int junk = random.bounded(1, 400);
            const int valueBytes = random.bounded(0, 200);
            const int at = random.bounded(junk);
            for (int i = 0; i < junk; ++i) {
                if (i == at) {
                    headers.add("User-Agent", "Dynamic/1");
                    headers.add("X-Dynamic-Signature-256", "sha256=" + std::string(64, 'a'));
                    headers.add("Content-Type", "application/json");
                }
                headers.add(
                    "x-dyn" + std::string(random.bounded(2) == 0 ? "" : "amic") + "-" + std::to_string(i),
                    std::string(static_cast<std::size_t>(valueBytes), random.bounded(2) == 0 ? '"' : '\xfe'));
            }
            const std::string text = selectedHeadersJson(headers);
            QVERIFY(text.size() <= maxKeptHeaderBytes);
            const Json json = parseJson(text).value();
            QVERIFY(json.size() <= maxKeptHeaders);
            QCOMPARE(json.at("x-dynamic-signature-256").get<std::string>(), "sha256=" + std::string(64, 'a'));
            QCOMPARE(json.at("user-agent").get<std::string>(), std::string("Dynamic/1"));
            QCOMPARE(json.at("content-type").get<std::string>(), std::string("application/json"));
            QVERIFY(json.size() > 3);
        }
    }

    void aDoubledSignatureStaysVisible()
    {
        http::HttpHeaders headers;
        for (int i = 0; i < 200; ++i) {
            headers.add("X-Dynamic-Signature-256", i == 0 ? std::string(9000, 'x') : std::to_string(i));
        }
        const Json expected = {{"x-dynamic-signature-256", {"", "1"}}};
        QCOMPARE(parseJson(selectedHeadersJson(headers))->dump(), expected.dump());
    }

    void whatAReaderKnowsIsCompared()
    {
        const auto query = [](const std::string& text) {
            return parseEntriesQuery(http::parseHttpTarget("/x?" + text).value()).value();
        };
        EntryPage page;
        page.head = 9;
        page.headAtCursor = firstFeedHead;
        const std::string head(64, '0');
        const std::string feed(32, 'f');
        const auto mismatch = [&](const std::string& text) { return feedMismatch(query(text), feed, page); };
        QVERIFY(!mismatch("after=9"));
        QVERIFY(!mismatch("after=9&feed=" + feed));
        QVERIFY(!mismatch("after=9&feed=" + feed + "&head=" + head));
        QVERIFY(mismatch("after=9&feed=e" + feed.substr(1)) == FeedMismatch::Replaced);
        QVERIFY(mismatch("after=10&feed=x") == FeedMismatch::Replaced);
        QVERIFY(mismatch("after=9&head=1" + head.substr(1)) == FeedMismatch::History);
        QVERIFY(mismatch("after=10") == FeedMismatch::History);
        page.headAtCursor.reset();
        QVERIFY(!mismatch("after=2&feed=" + feed + "&head=1"));
        for (const FeedMismatch kind : {FeedMismatch::Replaced, FeedMismatch::History}) {
            const http::HttpResponse response = feedMismatchResponse(kind, feed);
            QCOMPARE(response.status, 409U);
            QCOMPARE(response.headers.first("content-type"), std::string_view("application/problem+json"));
            const Json problem = parseJson(response.body).value();
            QCOMPARE(problem.at("type").get<std::string>(),
                     kind == FeedMismatch::Replaced ? std::string("urn:countersign:feed-replaced")
                                                    : std::string("urn:countersign:feed-history"));
            QCOMPARE(problem.at("feed").get<std::string>(), feed);
            QVERIFY(problem.at("detail").get<std::string>().find("--from-start") != std::string::npos);
        }
        for (const std::string& text : {std::string("feed=a&feed=b"), std::string("head=a&head=a"),
                                        "feed=" + std::string(129, 'a'), "head=" + std::string(129, 'a')}) {
            QVERIFY(!parseEntriesQuery(http::parseHttpTarget("/x?" + text).value()).has_value());
        }
    }

    void pages()
    {
        EntryPage page;
        page.head = 9;
        QCOMPARE(entriesPageJson(page, 4, "f"),
                 std::string("{\"entries\":[],\"cursor\":4,\"feed\":\"f\",\"firstSeq\":1}"));
        page.first = 3;
        page.headAtCursor = firstFeedHead;
        QCOMPARE(entriesPageJson(page, 4, "f"), "{\"entries\":[],\"cursor\":4,\"feed\":\"f\",\"head\":\"" +
                                                    std::string(64, '0') + "\",\"firstSeq\":3}");
        FeedHead five{};
        five.fill(0x55);
        FeedHead six{};
        six.fill(0x66);
        page.entries.push_back({5, "webhook", 1, "{\"a\":\"}\"}", std::string("\0\xff", 2), five});
        page.entries.push_back({6, "webhook", 2, "{}", "", six});
        // A page that was read for several is cut for who wants less.
        const Json cut = parseJson(entriesPageJson(page, 4, "f", 1)).value();
        QCOMPARE(cut.at("entries").size(), std::size_t(1));
        QCOMPARE(cut.at("cursor").get<int>(), 5);
        QCOMPARE(cut.at("head").get<std::string>(), toHex(five));
        const Json json = parseJson(entriesPageJson(page, 4, "f")).value();
        QCOMPARE(json.at("cursor").get<int>(), 6);
        QCOMPARE(json.at("head").get<std::string>(), toHex(six));
        QCOMPARE(json.at("firstSeq").get<int>(), 3);
        QCOMPARE(json.at("entries").size(), std::size_t(2));
        const Json& first = json.at("entries").at(0);
        QCOMPARE(first.at("bodyBase64").get<std::string>(), std::string("AP8="));
        QCOMPARE(first.at("receivedAt").get<std::string>(), std::string("1970-01-01T00:00:00.001Z"));
        QCOMPARE(first.at("headers").at("a").get<std::string>(), std::string("}"));
    }

    void whoAsks()
    {
        http::HttpRequest asked = request("GET", "/metrics", {{"X-Forwarded-For", "9.9.9.9, 203.0.113.7"}});
        asked.peerAddress = "127.0.0.1";
        asked.peerIsLoopback = true;
        asked.clientAddress = "127.0.0.1";
        QCOMPARE(clientKey(asked), std::string("127.0.0.1"));
        QVERIFY(!isLocalRequest(asked));
        asked.clientAddress = "203.0.113.7";
        QCOMPARE(clientKey(asked), std::string("203.0.113.7"));
        asked.headers = {};
        QVERIFY(isLocalRequest(asked));
        asked.peerIsLoopback = false;
        QVERIFY(!isLocalRequest(asked));
        asked.clientAddress = "2001:db8:1:2:3:4:5:6";
        QCOMPARE(clientKey(asked), std::string("2001:db8:1:2::"));
        asked.clientAddress.clear();
        QCOMPARE(clientKey(asked), std::string("127.0.0.1"));
    }
};

COUNTERSIGN_GUILESS_TEST(RelayRequestsTest)
#include "RelayRequests_test.moc"
