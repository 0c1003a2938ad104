#include "services/relay/api/RelayRoutes.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace countersign::relay;

namespace {

using Kind = RelayRoute::Kind;

http::HttpRequest headOf(std::string method, std::string_view target)
{
    http::HttpRequest head;
    head.method = std::move(method);
    head.target = http::parseHttpTarget(target).value();
    return head;
}

}  // namespace

class RelayRoutesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void routes()
    {
        const RelayRoute deliver = routeRelayRequest(headOf("POST", "/in/demo?x=y"));
        QVERIFY(deliver.kind == Kind::Deliver);
        QCOMPARE(deliver.inbox, std::string("demo"));
        const RelayRoute entries = routeRelayRequest(headOf("GET", "/v1/inboxes/demo/entries"));
        QVERIFY(entries.kind == Kind::Entries);
        QCOMPARE(entries.inbox, std::string("demo"));
        QVERIFY(routeRelayRequest(headOf("GET", "/healthz")).kind == Kind::Health);
        QVERIFY(routeRelayRequest(headOf("GET", "/readyz")).kind == Kind::Ready);
        QVERIFY(routeRelayRequest(headOf("GET", "/metrics")).kind == Kind::Metrics);
        const RelayRoute wrong = routeRelayRequest(headOf("DELETE", "/in/demo"));
        QVERIFY(wrong.kind == Kind::MethodNotAllowed);
        QCOMPARE(wrong.allowed, std::string_view("POST"));
        for (const char* path : {"/", "/in", "/in/", "/in/demo/", "/in/Demo", "/v1/inboxes/demo", "/healthz/",
                                 "//in/demo", "/v1/inboxes/-x/entries"}) {
            QVERIFY2(routeRelayRequest(headOf("POST", path)).kind == Kind::NotFound, path);
        }
        QCOMPARE(relayBodyLimit(headOf("POST", "/in/demo")), maxDeliveryBytes);
        QCOMPARE(relayBodyLimit(headOf("GET", "/in/demo")), maxOtherBodyBytes);
        QCOMPARE(relayBodyLimit(headOf("POST", "/elsewhere")), maxOtherBodyBytes);
    }

    void jobRoutes()
    {
        const std::string job = "/v1/inboxes/demo/jobs/" + std::string(64, 'a');
        const auto kind = [](const char* method, const std::string& path) {
            return routeRelayRequest(headOf(method, path)).kind;
        };
        QVERIFY(kind("POST", "/v1/inboxes/demo/jobs") == Kind::SubmitJob);
        QVERIFY(kind("GET", job) == Kind::ShowJob);
        QVERIFY(kind("POST", job + "/claim") == Kind::ClaimJob);
        QVERIFY(kind("POST", job + "/events") == Kind::JobEvent);
        QVERIFY(kind("POST", job + "/withdraw") == Kind::WithdrawJob);
        QVERIFY(kind("POST", job + "/approvals") == Kind::Approval);
        QVERIFY(kind("POST", "/v1/inboxes/demo/statements") == Kind::Statement);
        QVERIFY(kind("GET", job + "/approvals") == Kind::MethodNotAllowed);
        QVERIFY(kind("GET", "/v1/inboxes/demo/statements") == Kind::MethodNotAllowed);
        const RelayRoute claim = routeRelayRequest(headOf("POST", job + "/claim"));
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
        QCOMPARE(relayBodyLimit(headOf("POST", "/v1/inboxes/demo/jobs")), maxDeliveryBytes);
        QCOMPARE(relayBodyLimit(headOf("POST", job + "/events")), maxEventEnvelopeBytes);
        QCOMPARE(relayBodyLimit(headOf("POST", job + "/withdraw")), maxWithdrawalEnvelopeBytes);
        QCOMPARE(relayBodyLimit(headOf("POST", job + "/approvals")), maxStatementEnvelopeBytes);
        QCOMPARE(relayBodyLimit(headOf("POST", "/v1/inboxes/demo/statements")), maxStatementEnvelopeBytes);
        QCOMPARE(relayBodyLimit(headOf("POST", job + "/claim")), maxOtherBodyBytes);
        QCOMPARE(relayBodyLimit(headOf("GET", job)), maxOtherBodyBytes);
    }

    /// The table's own words are no request's.
    void placeholdersAreNoNames()
    {
        for (const RelayOperation& operation : relayOperations()) {
            const bool isNamed = operation.path.find('{') == std::string_view::npos;
            const RelayRoute route = routeRelayRequest(headOf(std::string(operation.method), operation.path));
            QVERIFY2(route.kind == (isNamed ? operation.kind : Kind::NotFound), operation.path.data());
        }
    }
};

COUNTERSIGN_GUILESS_TEST(RelayRoutesTest)
#include "RelayRoutes_test.moc"
