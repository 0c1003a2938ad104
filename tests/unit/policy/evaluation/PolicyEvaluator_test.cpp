#include "core/policy/evaluation/PolicyEvaluator.h"

#include "core/policy/evaluation/PolicyJson.h"
#include "core/policy/sums/SignedJobSums.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/policy/PolicySamples.h"

#include <QTest>

using namespace countersign;
using meaning::Severity;

namespace {

constexpr UnixMillis hourMillis = 3'600'000;

/// 250 USDC, as transferFacts, signed some time before them.
SignedJobFacts signedBefore(UnixMillis millis)
{
    return {transferFacts(), fridayNoon - millis};
}

std::string periodOf(const std::string& bounds)
{
    return R"({"intents":["transfer"],"perPeriod":{"hours":24,)" + bounds + "}}";
}

}  // namespace

class PolicyEvaluatorTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFirstRuleThatHoldsDecides()
    {
        const PolicyDecision decision =
            decide(ruleText("wrong-chain", R"({"chains":["eip155:10"]})", blocks) + "," +
                       ruleText("two", R"({"intents":["transfer"],"kinds":["evm.transaction"]})",
                                R"({"approvals":2,"typedWord":true,"from":["board"]})") +
                       "," + ruleText("rest", "{}", blocks),
                   transferFacts());
        QCOMPARE(decision.rule, std::optional<std::string>("two"));
        QVERIFY(!decision.block);
        QCOMPARE(decision.approvals, (PolicyApprovals{2, false, true, {"board"}}));
        QCOMPARE(decision.trace.size(), std::size_t(2));
        QCOMPARE(decision.trace[0],
                 (PolicyTraceLine{"wrong-chain", false, "chains: eip155:1 is not what the rule asks for"}));
        QCOMPARE(decision.trace[1],
                 (PolicyTraceLine{"two", true, "kinds: evm.transaction; intents: transfer"}));
    }

    void aBlockHasItsSentence()
    {
        const PolicyDecision decision =
            decide(ruleText("never", "{}", R"({"block":"Never on Fridays."})"), transferFacts());
        QCOMPARE(decision.block, std::optional<std::string>("Never on Fridays."));
        QCOMPARE(decision.approvals.count, 0);
        QCOMPARE(
            dumpJson(toJson(decision)),
            std::string(R"({"outcome":"block","sentence":"Never on Fridays.","approvals":0,)"
                        R"("reauthenticate":false,"typedWord":false,"rule":"never",)"
                        R"("trace":[{"rule":"never","matched":true,"because":"it asks for nothing"}]})"));
    }

    void theReasonNamesTheFirstConditionThatFailed()
    {
        const PolicyDecision decision = decide(
            ruleText("a", R"({"severity":"critical","amount":{"max":"1"},"origins":["relay"]})", oneApproval),
            transferFacts());
        QCOMPARE(decision.trace[0].because, std::string("amount: 250000000 is more than 1"));
        const PolicyDecision open =
            decide(ruleText("a", R"({"amount":{"max":"1"}})", oneApproval), unreadFacts());
        QCOMPARE(open.trace[0].because,
                 std::string(
                     "amount: what leaves could not be read (cannot be evaluated: does not hold, since the "
                     "rule allows)"));
        PolicyFacts local = transferFacts();
        local.findings = {{"recipient.new", Severity::Warning, true}};
        QCOMPARE(decide(ruleText("a", R"({"severity":"warning"})", blocks), local).trace[0].because,
                 std::string("severity: recipient.new (found at this desk)"));
    }

    void withoutARuleTheBuiltInPolicyCounts()
    {
        const PolicyFacts plain = transferFacts();
        PolicyFacts warned = plain;
        warned.findings = {{"a.b", Severity::Warning, false}};
        PolicyFacts critical = plain;
        critical.findings = {{"a.b", Severity::Warning, false}, {"a.c", Severity::Critical, false}};
        PolicyFacts unchecked = plain;
        unchecked.findings = {{"a.d", Severity::Error, false}};
        const auto expected = [](bool isStrict) { return PolicyApprovals{1, isStrict, isStrict, {}}; };
        for (const auto& [facts, isStrict] : {std::pair(plain, false),
                                              {warned, false},
                                              {critical, true},
                                              {unchecked, true},
                                              {unreadFacts(), true}}) {
            const PolicyDecision none = evaluatePolicy(nullptr, facts, NoSpentSums());
            QVERIFY(!none.block && !none.rule);
            QCOMPARE(none.approvals, expected(isStrict));
            QCOMPARE(none.trace.size(), std::size_t(1));
            QVERIFY(none.trace[0].matched && !none.trace[0].rule);
            const PolicyDecision unmet =
                decide(ruleText("a", R"({"chains":["eip155:5"]})", oneApproval), facts);
            QVERIFY(!unmet.rule);
            QCOMPARE(unmet.approvals, expected(isStrict));
            QCOMPARE(unmet.trace.size(), std::size_t(2));
        }
    }

    void periodsCountTheJobUnderCheck()
    {
        const std::vector<SignedJobFacts> history = {signedBefore(1), signedBefore(hourMillis)};  // 500000000
        const SignedJobSums sums(history);
        QVERIFY(decides(periodOf(R"("max":"750000000")"), oneApproval, transferFacts(), sums));
        QVERIFY(!decides(periodOf(R"("max":"749999999")"), oneApproval, transferFacts(), sums));
        QVERIFY(decides(periodOf(R"("min":"750000000")"), blocks, transferFacts(), sums));
        QVERIFY(!decides(periodOf(R"("min":"750000001")"), blocks, transferFacts(), sums));
    }

    void periodsAreInclusiveAndRoll()
    {
        const auto fits = [](UnixMillis before) {
            const std::vector<SignedJobFacts> history = {signedBefore(before)};
            return decides(periodOf(R"("max":"250000000")"), oneApproval, transferFacts(),
                           SignedJobSums(history));
        };
        QVERIFY(!fits(24 * hourMillis));
        QVERIFY(fits(24 * hourMillis + 1));
        QVERIFY(!fits(0));
        QVERIFY(fits(-1));  // signed after the moment that is asked about
    }

    void periodsSumWhatMeetsTheRulesOtherConditions()
    {
        std::vector<SignedJobFacts> history(3, signedBefore(1));
        history[0].facts.intents = {meaning::IntentKind::Swap};
        history[1].facts.assets[0].asset = ether;
        history[2].facts.assets = {{usdcAsset, Uint256(7), false}};  // an allowance: nothing left
        QVERIFY(
            decides(periodOf(R"("max":"250000000")"), oneApproval, transferFacts(), SignedJobSums(history)));
        history[0] = signedBefore(1);
        history[0].facts.walletId = "another-wallet";
        QVERIFY(
            !decides(periodOf(R"("max":"250000000")"), oneApproval, transferFacts(), SignedJobSums(history)));
    }

    void periodsThatCannotBeSummed()
    {
        const std::string roomy = periodOf(R"("min":"0")");
        const auto isOpen = [&](const PolicyFacts& facts, const std::vector<SignedJobFacts>& history) {
            const SignedJobSums sums(history);
            return !decides(roomy, oneApproval, facts, sums) && decides(roomy, blocks, facts, sums);
        };
        QVERIFY(!isOpen(transferFacts(), {}));
        QVERIFY(!decides(roomy, oneApproval, transferFacts(), NoSpentSums()));
        QVERIFY(decides(roomy, blocks, transferFacts(), NoSpentSums()));
        std::vector<SignedJobFacts> unknown = {signedBefore(1)};
        unknown[0].facts.assets[0].amount.reset();
        QVERIFY(isOpen(transferFacts(), unknown));
        std::vector<SignedJobFacts> huge = {signedBefore(1)};
        huge[0].facts.assets[0].amount = ~Uint256(0);
        QVERIFY(isOpen(transferFacts(), huge));
        huge.push_back(signedBefore(2));
        QVERIFY(isOpen(transferFacts(), huge));
        PolicyFacts nameless = transferFacts();
        nameless.assets[0].asset.reset();
        QVERIFY(isOpen(nameless, {}));
        PolicyFacts several = transferFacts();
        several.assets.push_back({ether, Uint256(1), true});
        QVERIFY(isOpen(several, {}));
        PolicyFacts nothing = transferFacts();
        nothing.assets.clear();
        QVERIFY(!decides(roomy, oneApproval, nothing, SignedJobSums({})));
        QVERIFY(!decides(roomy, blocks, nothing, SignedJobSums({})));
    }

    void timesNearTheEndsOfTime()
    {
        PolicyFacts facts = transferFacts();
        for (const UnixMillis now : {std::numeric_limits<UnixMillis>::min(), UnixMillis(0),
                                     std::numeric_limits<UnixMillis>::max()}) {
            facts.now = now;
            QVERIFY(decides(periodOf(R"("max":"250000000")"), oneApproval, facts, SignedJobSums({})));
        }
    }
};

COUNTERSIGN_GUILESS_TEST(PolicyEvaluatorTest)
#include "PolicyEvaluator_test.moc"
