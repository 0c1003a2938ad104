#include "services/relay/RelayRequests.h"

#include "services/relay/InboxName.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

namespace {

HttpRequest request(std::string method, std::string_view target, HttpHeaders headers = {})
{
    HttpRequest result;
    result.method = std::move(method);
    result.target = parseHttpTarget(target).value();
    result.headers = std::move(headers);
    return result;
}

using Kind = RelayRoute::Kind;

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

    void routes()
    {
        const RelayRoute deliver = routeRelayRequest(request("POST", "/in/demo?x=y"));
        QVERIFY(deliver.kind == Kind::Deliver);
        QCOMPARE(deliver.inbox, std::string("demo"));
        const RelayRoute entries = routeRelayRequest(request("GET", "/v1/inboxes/demo/entries"));
        QVERIFY(entries.kind == Kind::Entries);
        QCOMPARE(entries.inbox, std::string("demo"));
        QVERIFY(routeRelayRequest(request("GET", "/healthz")).kind == Kind::Health);
        QVERIFY(routeRelayRequest(request("GET", "/readyz")).kind == Kind::Ready);
        QVERIFY(routeRelayRequest(request("GET", "/metrics")).kind == Kind::Metrics);
        const RelayRoute wrong = routeRelayRequest(request("DELETE", "/in/demo"));
        QVERIFY(wrong.kind == Kind::MethodNotAllowed);
        QCOMPARE(wrong.allowed, std::string_view("POST"));
        for (const char* path : {"/", "/in", "/in/", "/in/demo/", "/in/Demo", "/v1/inboxes/demo", "/healthz/",
                                 "//in/demo", "/v1/inboxes/-x/entries"}) {
            QVERIFY2(routeRelayRequest(request("POST", path)).kind == Kind::NotFound, path);
        }
        QCOMPARE(relayBodyLimit(request("POST", "/in/demo")), maxDeliveryBytes);
        QCOMPARE(relayBodyLimit(request("GET", "/in/demo")), maxOtherBodyBytes);
        QCOMPARE(relayBodyLimit(request("POST", "/elsewhere")), maxOtherBodyBytes);
    }

    void jobRoutes()
    {
        const std::string job = "/v1/inboxes/demo/jobs/" + std::string(64, 'a');
        const auto kind = [](const char* method, const std::string& path) {
            return routeRelayRequest(request(method, path)).kind;
        };
        QVERIFY(kind("POST", "/v1/inboxes/demo/jobs") == Kind::SubmitJob);
        QVERIFY(kind("GET", job) == Kind::ShowJob);
        QVERIFY(kind("POST", job + "/claim") == Kind::ClaimJob);
        QVERIFY(kind("POST", job + "/events") == Kind::JobEvent);
        QVERIFY(kind("POST", job + "/withdraw") == Kind::WithdrawJob);
        const RelayRoute claim = routeRelayRequest(request("POST", job + "/claim"));
        QCOMPARE(claim.inbox, std::string("demo"));
        QCOMPARE(claim.jobId, std::string(64, 'a'));
        QVERIFY(kind("GET", "/v1/inboxes/demo/jobs") == Kind::MethodNotAllowed);
        QVERIFY(kind("POST", job) == Kind::MethodNotAllowed);
        QVERIFY(kind("GET", job + "/events") == Kind::MethodNotAllowed);
        for (const std::string& path :
             {std::string("/v1/inboxes/demo/jobs/"), "/v1/inboxes/demo/jobs/" + std::string(63, 'a'),
              "/v1/inboxes/demo/jobs/" + std::string(64, 'A'), job + "/", job + "/claims", job + "/claim/x",
              "/v1/inboxes/Demo/jobs/" + std::string(64, 'a')}) {
            QVERIFY2(kind("POST", path) == Kind::NotFound, path.c_str());
        }
        QCOMPARE(relayBodyLimit(request("POST", "/v1/inboxes/demo/jobs")), maxDeliveryBytes);
        QCOMPARE(relayBodyLimit(request("POST", job + "/events")), maxDeliveryBytes);
        QCOMPARE(relayBodyLimit(request("POST", job + "/withdraw")), maxDeliveryBytes);
        QCOMPARE(relayBodyLimit(request("POST", job + "/claim")), maxOtherBodyBytes);
        QCOMPARE(relayBodyLimit(request("GET", job)), maxOtherBodyBytes);
    }

    void queries()
    {
        const auto query = [](const std::string& text) {
            return parseEntriesQuery(parseHttpTarget("/x?" + text).value());
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
        const HttpHeaders headers{{"X-Dynamic-Signature-256", "a"},
                                  {"Cookie", "c"},
                                  {"Content-Type", "t"},
                                  {"Authorization", "s"},
                                  {"x-dynamic-signature-256", "b"},
                                  {"X-Dyn-Id", "\xff"},
                                  {"X-Dynami", "no"},
                                  {"User-Agent", "u"},
                                  {"X-DYNAMIC-SIGNATURE-256", "c"}};
        const Json json = parseJson(selectedHeadersJson(headers)).value();
        const Json expected = {{"x-dynamic-signature-256", {"a", "b", "c"}},
                               {"content-type", "t"},
                               {"x-dyn-id", "\xef\xbf\xbd"},
                               {"user-agent", "u"}};
        QCOMPARE(json.dump(), expected.dump());
        QCOMPARE(selectedHeadersJson({}), std::string("{}"));
    }

    void pages()
    {
        EntryPage page;
        page.head = 9;
        QCOMPARE(entriesPageJson(page, 4, "f"), std::string("{\"entries\":[],\"cursor\":4,\"feed\":\"f\"}"));
        page.entries.push_back({5, "webhook", 1, "{\"a\":\"}\"}", std::string("\0\xff", 2)});
        page.entries.push_back({7, "webhook", 2, "{}", ""});
        const Json json = parseJson(entriesPageJson(page, 4, "f")).value();
        QCOMPARE(json.at("cursor").get<int>(), 7);
        QCOMPARE(json.at("entries").size(), std::size_t(2));
        const Json& first = json.at("entries").at(0);
        QCOMPARE(first.at("bodyBase64").get<std::string>(), std::string("AP8="));
        QCOMPARE(first.at("receivedAt").get<std::string>(), std::string("1970-01-01T00:00:00.001Z"));
        QCOMPARE(first.at("headers").at("a").get<std::string>(), std::string("}"));
    }

    void whoAsks()
    {
        HttpRequest asked = request("GET", "/metrics", {{"X-Forwarded-For", "9.9.9.9, 203.0.113.7"}});
        asked.peerAddress = "127.0.0.1";
        asked.peerIsLoopback = true;
        QCOMPARE(clientKey(asked, false), std::string("127.0.0.1"));
        QCOMPARE(clientKey(asked, true), std::string("203.0.113.7"));
        QVERIFY(!isLocalRequest(asked));
        asked.headers = HttpHeaders{{"x-forwarded-for", "nonsense"}};
        QCOMPARE(clientKey(asked, true), std::string("127.0.0.1"));
        asked.headers = {};
        QVERIFY(isLocalRequest(asked));
        asked.peerIsLoopback = false;
        QVERIFY(!isLocalRequest(asked));
        asked.peerAddress = "2001:db8:1:2:3:4:5:6";
        QCOMPARE(clientKey(asked, false), std::string("2001:db8:1:2::"));
    }
};

COUNTERSIGN_GUILESS_TEST(RelayRequestsTest)
#include "RelayRequests_test.moc"
