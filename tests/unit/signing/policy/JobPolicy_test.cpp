#include "core/signing/policy/JobPolicy.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/signing/policy/PolicyScene.h"

#include <QTest>

#include <algorithm>

using namespace countersign;
using namespace countersign::testing;

class JobPolicyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutAPolicyTheBuiltInOneCounts()
    {
        PolicyScene scene;
        const Job job = scene.pay("1000", 1);
        const auto judged = scene.judge(job);
        QVERIFY(judged);
        QVERIFY(!judged->decision.rule && !judged->decision.block);
        QCOMPARE(judged->terms.policy, CountTerms::ofBuiltInPolicy().policy);
        QCOMPARE(judged->terms.need, 1);
        QVERIFY(!judged->terms.expiryHours);
    }

    void termsAreThoseOfThePolicy()
    {
        PolicyScene scene;
        scene.setPolicy(R"({"id":"two","when":{},"then":{"approvals":2,"from":["board"]}})",
                        R"("approvalsExpire":{"hours":24},)");
        const auto judged = scene.judge(scene.pay("1000", 1));
        QCOMPARE(*judged->decision.rule, std::string("two"));
        QCOMPARE(judged->terms.need, 2);
        QCOMPARE(*judged->terms.expiryHours, 24);
        QVERIFY(judged->terms.from == std::vector<std::string>{"board"});
        QCOMPARE(judged->terms.policy.size(), std::size_t(64));
        QVERIFY(judged->terms.policy != CountTerms::ofBuiltInPolicy().policy);
        // Another one counts from its next judgement on.
        scene.setPolicy(R"({"id":"none","when":{},"then":{"block":"No."}})");
        const auto blocked = scene.judge(scene.pay("1000", 2));
        QCOMPARE(*blocked->decision.block, std::string("No."));
        QCOMPARE(blocked->terms.need, 1);
    }

    void whatSomebodyElseWroteIsNoPolicy()
    {
        PolicyScene scene;
        scene.setPolicy(R"({"id":"none","when":{},"then":{"block":"No."}})");
        const Job job = scene.pay("1000", 1);
        QCOMPARE(scene.ruleFor(job), std::string("none"));
        scene.run("DELETE FROM policy");
        QCOMPARE(scene.judge(job).error().code, ErrorCode::BadSignature);
        scene.restart();
        QCOMPARE(scene.judge(job).error().code, ErrorCode::BadSignature);
    }

    void knowsTheAddressBook()
    {
        PolicyScene scene;
        scene.setPolicy(R"({"id":"listed","when":{"recipients":["list:suppliers"]},"then":{"approvals":1}})");
        const Job job = scene.pay("1000", 1);
        QCOMPARE(scene.ruleFor(job), std::string("built-in"));
        const auto added = changeTrusted(
            *scene.profile.database, *scene.profile.vault, scene.profile.clock, "address.added", "shop", [&] {
                return AddressBook(*scene.profile.database, *scene.profile.vault)
                    .add({.chain = "eip155",
                          .address = "0x52908400098527886E0F7030069857D2E4169EE7",
                          .name = "Shop",
                          .tags = {},
                          .lists = {"suppliers"},
                          .changedAt = 0},
                         AddressBook::OnLookAlike::Accept, 1);
            });
        QVERIFY(added);
        QCOMPARE(scene.ruleFor(job), std::string("listed"));
        // What is doubted is in no list.
        scene.run("UPDATE address_entry SET lists = 'suppliers;x'");
        scene.restart();
        QCOMPARE(scene.ruleFor(job), std::string("built-in"));
    }

    void findingsOfTheDeskCountAndAreNamed()
    {
        PolicyScene scene;
        scene.setPolicy(
            R"({"id":"new","when":{"findings":["recipient.neverUsed"]},"then":{"block":"Nobody paid there yet."}})");
        const Job job = scene.pay("1000", 1);
        const auto judged = scene.judge(job);
        QVERIFY(judged->decision.block);
        QVERIFY(judged->decision.trace.front().because.find("found at this desk") != std::string::npos);
    }

    void aJobThatCannotBeExplainedIsNotJudged()
    {
        PolicyScene scene;
        const Job job = scene.pay("1000", 1);
        const auto verified = VerifiedJob::of(job);
        scene.profile.vault->lock();
        QCOMPARE(scene.policy->judge(*verified).error().code, ErrorCode::Locked);
    }

    void triesAnotherPolicyWithTheSameSums()
    {
        PolicyScene scene;
        scene.limitTo("2500");
        QVERIFY(scene.sign(scene.pay("1000", 1)));
        const Job job = scene.pay("1000", 2);
        const auto tight = std::make_shared<const PolicyDocument>(*parsePolicy(asBytes(
            std::string(
                R"({"version":1,"name":"t","rules":[{"id":"a","when":{"perPeriod":{"hours":24,"max":"1999"}},)") +
            R"("then":{"approvals":1}}]})")));
        const auto verified = VerifiedJob::of(job);
        QVERIFY(!scene.policy->decide(*verified, tight)->rule);
        QVERIFY(!scene.policy->decide(*verified, nullptr)->rule);
        QCOMPARE(scene.ruleFor(job), std::string("limit"));
    }
};

COUNTERSIGN_GUILESS_TEST(JobPolicyTest)
#include "JobPolicy_test.moc"
