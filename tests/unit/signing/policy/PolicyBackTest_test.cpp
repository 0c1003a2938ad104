#include "core/signing/policy/PolicyBackTest.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/signing/policy/PolicyScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// "id outcome" of each job, in order.
struct BackTestScene : PolicyScene
{
    Result<BackTestSummary> tryOut(const std::string& rules, const PolicyBackTest::Progress& progress = {})
    {
        lines.clear();
        const auto tried = std::make_shared<const PolicyDocument>(
            *parsePolicy(asBytes(R"({"version":1,"name":"t","rules":[)" + rules + "]}")));
        return PolicyBackTest(services, tried)
            .run(
                [this](const BackTestedJob& one) {
                    ids.push_back(one.jobId);
                    lines += !one.decision         ? "error "
                             : one.decision->block ? "block "
                                                   : one.decision->rule.value_or("built-in") + " ";
                },
                progress);
    }

    std::vector<std::string> ids;
    std::string lines;
};

constexpr const char* dailyLimit =
    R"({"id":"limit","when":{"perPeriod":{"hours":24,"max":"2000"}},"then":{"approvals":1}},)"
    R"({"id":"rest","when":{},"then":{"approvals":2}})";

}  // namespace

class PolicyBackTestTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sumsWhatCameBefore()
    {
        BackTestScene scene;
        QVERIFY(scene.sign(scene.pay("1500", 1)));
        scene.later(hourMillis);
        QVERIFY(scene.sign(scene.pay("500", 2)));
        scene.later(hourMillis);
        QVERIFY(scene.sign(scene.pay("1", 3)));
        scene.later(24 * hourMillis);
        QVERIFY(scene.sign(scene.pay("1999", 4)));
        const auto summary = scene.tryOut(dailyLimit);
        QVERIFY(summary);
        QCOMPARE(scene.lines, std::string("limit limit rest limit "));
        QCOMPARE(*summary, (BackTestSummary{.jobs = 4, .blocked = 0, .secondApproval = 1, .unreadable = 0}));
    }

    void whatWasRefusedIsTriedAndNotSummed()
    {
        BackTestScene scene;
        const Job rejected = scene.pay("2000", 1);
        QVERIFY(scene.store.reject(rejected.jobId, "no"));
        scene.later(1);
        QVERIFY(scene.sign(scene.pay("2000", 2)));
        (void)scene.pay("2000", 3);  // has not ended
        const auto summary = scene.tryOut(dailyLimit);
        QCOMPARE(scene.lines, std::string("limit limit "));
        QCOMPARE(scene.ids.front(), rejected.jobId);
        QCOMPARE(summary->jobs, 2U);
        QCOMPARE(scene.tryOut(R"({"id":"a","when":{},"then":{"block":"No."}})")->blocked, 2U);
        QCOMPARE(scene.tryOut("")->blocked, 0U);
        QCOMPARE(scene.lines, std::string("built-in built-in "));
    }

    /// Without what was kept the document tells.
    void findsFactsOutAgain()
    {
        BackTestScene scene;
        QVERIFY(scene.sign(scene.pay("1500", 1)));
        scene.later(1);
        QVERIFY(scene.sign(scene.pay("501", 2)));
        scene.run("DELETE FROM job_facts");
        QVERIFY(scene.tryOut(dailyLimit));
        QCOMPARE(scene.lines, std::string("limit rest "));
        // What cannot be read is said, and what it moved is not known behind it.
        scene.run("UPDATE job SET document = x'7b7d' WHERE id = (SELECT min(id) FROM job)");
        const auto summary = scene.tryOut(dailyLimit);
        QCOMPARE(scene.lines, std::string("error rest "));
        QCOMPARE(summary->unreadable, 1U);
    }

    void changesNothingAndCanBeCancelled()
    {
        BackTestScene scene;
        QVERIFY(scene.sign(scene.pay("1500", 1)));
        const int before = scene.number("SELECT count(*) FROM audit");
        QVERIFY(scene.tryOut(dailyLimit));
        QCOMPARE(scene.number("SELECT count(*) FROM audit"), before);
        std::size_t told = 0;
        const auto cancelled = scene.tryOut(dailyLimit, [&told](std::size_t done) {
            told = done;
            return false;
        });
        QCOMPARE(cancelled.error().code, ErrorCode::Cancelled);
        QCOMPARE(told, 1U);
    }
};

COUNTERSIGN_GUILESS_TEST(PolicyBackTestTest)
#include "PolicyBackTest_test.moc"
