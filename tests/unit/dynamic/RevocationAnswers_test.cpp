#include "core/dynamic/RevocationAnswers.h"

#include "tests/support/TestProgram.h"

#include <QRandomGenerator>
#include <QTest>

using namespace countersign;

namespace {

const std::vector<std::string> asked = {"w1", "w2", "w3"};

Result<std::vector<BulkRevocationResult>> parse(std::string_view body)
{
    return parseBulkRevocation(asBytes(body), asked, {"dyn_secret"});
}

}  // namespace

class RevocationAnswersTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void statusDecides()
    {
        for (int status = 0; status < 700; ++status) {
            const auto outcome = revocationOutcomeOf(status);
            if (status >= 200 && status < 300) {
                QVERIFY(outcome == RevocationOutcome::Revoked);
            } else if (status == 404) {
                QVERIFY(outcome == RevocationOutcome::Absent);
            } else if (status >= 400 && status < 500 && status != 429) {
                QVERIFY(outcome == RevocationOutcome::Refused);
            } else {
                QVERIFY(outcome == RevocationOutcome::Pending);
            }
        }
    }

    void readsEachResult()
    {
        const auto results = parse(R"({"results":[{"walletId":"w1","success":true},
            {"walletId":"w2","success":false,"error":"the token dyn_secret may not","status":403}],
            "total":9,"succeeded":9,"failed":0})");
        QVERIFY(results.has_value());
        QCOMPARE(results->size(), 2U);
        QVERIFY(results->at(0).success && !results->at(0).status);
        QVERIFY(!results->at(1).success && results->at(1).status == 403);
        QCOMPARE(results->at(1).error, QStringLiteral("the token *** may not"));
    }

    void leavesOutWhatSaysNothing()
    {
        for (const char* entry :
             {"1", "null", "{}", R"({"walletId":"w1"})", R"({"walletId":"w1","success":"yes"})",
              R"({"walletId":1,"success":true})", R"({"walletId":"other","success":true})",
              R"({"walletId":"w1","success":true},{"walletId":"w1","success":false})"}) {
            const auto results = parse("{\"results\":[" + std::string(entry) + "]}");
            QVERIFY2(results.has_value() && results->empty(), entry);
        }
        QCOMPARE(parse(R"({"results":[{"walletId":"w1","success":true},{"walletId":"w1","success":true}]})")
                     ->size(),
                 1U);
        for (const char* status : {"\"403\"", "99", "600", "-1", "4.5", "18446744073709551615"}) {
            const auto results = parse(R"({"results":[{"walletId":"w1","success":false,"status":)" +
                                       std::string(status) + "}]}");
            QVERIFY2(results.has_value() && !results->at(0).status, status);
        }
    }

    void refusesWhatHasNoResults()
    {
        for (const char* body : {"", "[]", "{}", "null", R"({"results":{}})", R"({"results":null})", "{"}) {
            const auto results = parse(body);
            QVERIFY2(!results && results.error().code == ErrorCode::Network, body);
        }
    }
};

COUNTERSIGN_GUILESS_TEST(RevocationAnswersTest)
#include "RevocationAnswers_test.moc"
