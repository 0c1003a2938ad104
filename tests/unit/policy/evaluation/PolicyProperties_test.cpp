#include "core/policy/sums/SignedJobSums.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/policy/PolicySamples.h"

#include <QTest>

#include <array>
#include <random>

using namespace countersign;
using meaning::IntentKind;
using meaning::Severity;

namespace {

/// Conditions that hold, fail and cannot be told for the facts below.
constexpr std::array conditionPool = {
    R"("wallets":["wallet-1"])",
    R"("wallets":["tag:hot","wallet-2"])",
    R"("chains":["eip155:1"])",
    R"("kinds":["evm.transaction"])",
    R"("origins":["relay","file"])",
    R"("submitters":["payroll"])",
    R"("intents":["transfer"])",
    R"("intents":["transfer","approve","unknown"])",
    R"("understood":true)",
    R"("understood":false)",
    R"("contracts":["0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"])",
    R"("functions":["0xa9059cbb"])",
    R"("recipients":["list:suppliers"])",
    R"("notRecipients":["list:block"])",
    R"("assets":["eip155:1/slip44:60"])",
    R"("assets":["eip155:1/erc20:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"])",
    R"("amount":{"max":"250000000"})",
    R"("amount":{"min":"250000001"})",
    R"("perPeriod":{"hours":24,"max":"600000000"})",
    R"("perPeriod":{"hours":1,"min":"300000000"})",
    R"("findings":["evm.token.unlisted"])",
    R"("severity":"warning")",
    R"("time":{"zone":"UTC","days":["fri","sat"]})",
    R"("time":{"zone":"UTC","from":"22:00","to":"12:00"})",
};

class Dice
{
public:
    explicit Dice(unsigned seed) : m_engine(seed) {}
    /// 0 to sides − 1.
    std::size_t roll(std::size_t sides) { return m_engine() % sides; }
    bool flip() { return roll(2) == 0; }

private:
    std::mt19937 m_engine;
};

std::string nameOfCondition(std::string_view condition)
{
    return std::string(condition.substr(0, condition.find(':')));
}

std::string anyConditions(Dice& dice)
{
    std::string text;
    std::vector<std::string> taken;
    for (std::size_t i = dice.roll(4); i > 0; --i) {
        const std::string condition = conditionPool[dice.roll(conditionPool.size())];
        const std::string name = nameOfCondition(condition);
        if (std::ranges::find(taken, name) == taken.end()) {
            taken.push_back(name);
            text += (text.empty() ? "" : ",") + condition;
        }
    }
    return "{" + text + "}";
}

std::string anyRule(Dice& dice, std::size_t number)
{
    const std::string then = dice.roll(3) == 0 ? std::string(blocks)
                                               : R"({"approvals":)" + std::to_string(1 + dice.roll(3)) +
                                                     (dice.flip() ? R"(,"reauthenticate":true})" : "}");
    return ruleText("r" + std::to_string(number), anyConditions(dice), then);
}

PolicyFacts anyFacts(Dice& dice)
{
    PolicyFacts facts = dice.roll(5) == 0   ? messageFacts()
                        : dice.roll(4) == 0 ? unreadFacts()
                                            : transferFacts();
    facts.now += static_cast<UnixMillis>(dice.roll(7 * 24)) * 3'600'000;
    if (dice.flip()) {
        facts.findings.push_back({"evm.token.unlisted", static_cast<Severity>(dice.roll(4)), dice.flip()});
    }
    if (dice.roll(3) == 0) {
        facts.intents.push_back(IntentKind::Approve);
        facts.assets.push_back({ether, Uint256(dice.roll(5)), dice.flip()});
        facts.recipients.push_back({bob, std::vector<std::string>{dice.flip() ? "block" : "suppliers"}});
    }
    if (dice.roll(5) == 0 && !facts.assets.empty()) {
        facts.assets[0].amount.reset();
    }
    if (dice.roll(6) == 0) {
        facts.walletTags.reset();
        facts.mayCallMore = true;
    }
    return facts;
}

/// How much a decision asks for: of two, the one that is not less in any respect.
bool asksAtLeast(const PolicyDecision& stricter, const PolicyDecision& other)
{
    if (stricter.block) {
        return true;
    }
    return !other.block && stricter.approvals.count >= other.approvals.count &&
           (stricter.approvals.reauthenticate || !other.approvals.reauthenticate) &&
           (stricter.approvals.typedWord || !other.approvals.typedWord);
}

}  // namespace

// What holds for any policy and any job; the seeds are fixed.
class PolicyPropertiesTest : public QObject
{
    Q_OBJECT

    static constexpr unsigned rounds = 1'000;

private Q_SLOTS:
    void aBlockingRuleInFrontNeverAllowsMore()
    {
        Dice dice(1);
        for (unsigned i = 0; i < rounds; ++i) {
            const std::string rules = anyRule(dice, 1) + "," + anyRule(dice, 2) + "," + anyRule(dice, 3);
            const std::string block = ruleText("front", anyConditions(dice), blocks);
            const PolicyFacts facts = anyFacts(dice);
            const std::vector<SignedJobFacts> history(dice.roll(3), {transferFacts(), fridayNoon});
            const SignedJobSums sums(history);
            const PolicyDecision before = decide(rules, facts, sums);
            const PolicyDecision after = decide(block + "," + rules, facts, sums);
            QVERIFY2(asksAtLeast(after, before), (block + "," + rules).c_str());
            QVERIFY(after.block || after.rule == before.rule);
        }
    }

    void theOrderMattersExactlyAsItIsWritten()
    {
        Dice dice(2);
        for (unsigned i = 0; i < rounds; ++i) {
            std::vector<std::string> rules;
            std::string all;
            for (std::size_t number = 0; number < 5; ++number) {
                rules.push_back(anyRule(dice, number));
                all += (number == 0 ? "" : ",") + rules.back();
            }
            const PolicyFacts facts = anyFacts(dice);
            const SignedJobSums sums({});
            std::optional<std::string> first;
            for (std::size_t number = 0; number < rules.size() && !first; ++number) {
                first = decide(rules[number], facts, sums).rule;
            }
            const PolicyDecision decision = decide(all, facts, sums);
            QVERIFY2(decision.rule == first, all.c_str());
            // Every rule before it is told, and that it does not hold.
            for (std::size_t line = 0; line + 1 < decision.trace.size(); ++line) {
                QVERIFY(!decision.trace[line].matched);
                QCOMPARE(decision.trace[line].rule, std::optional("r" + std::to_string(line)));
                QVERIFY(!decision.trace[line].because.empty());
            }
            QVERIFY(decision.trace.back().matched);
        }
    }

    void theSameInputGivesTheSameDecision()
    {
        Dice dice(3);
        for (unsigned i = 0; i < rounds; ++i) {
            const std::string rules = anyRule(dice, 1) + "," + anyRule(dice, 2);
            const PolicyFacts facts = anyFacts(dice);
            const SignedJobSums sums({});
            QCOMPARE(decide(rules, facts, sums), decide(rules, facts, sums));
        }
    }

    void aConditionMoreNeverMakesAnAllowingRuleHold()
    {
        Dice dice(4);
        for (unsigned i = 0; i < rounds; ++i) {
            const std::string condition = conditionPool[dice.roll(conditionPool.size())];
            const std::string further = conditionPool[dice.roll(conditionPool.size())];
            if (nameOfCondition(condition) == nameOfCondition(further)) {
                continue;
            }
            const PolicyFacts facts = anyFacts(dice);
            const SignedJobSums sums({});
            for (const char* then : {oneApproval, blocks}) {
                const bool both = decides("{" + condition + "," + further + "}", then, facts, sums);
                QVERIFY2(!both || decides("{" + condition + "}", then, facts, sums),
                         (condition + further).c_str());
            }
        }
    }

    void whatIsNotKnownNeverMakesItEasier()
    {
        Dice dice(5);
        for (unsigned i = 0; i < rounds; ++i) {
            const std::string condition =
                R"({)" + std::string(conditionPool[dice.roll(conditionPool.size())]) + "}";
            PolicyFacts known = transferFacts();
            PolicyFacts open = known;
            open.assets[0].amount.reset();
            open.walletTags.reset();
            open.recipients[0].lists.reset();
            open.mayCallMore = true;
            const SignedJobSums sums({});
            QVERIFY2(
                !decides(condition, oneApproval, open, sums) || decides(condition, oneApproval, known, sums),
                condition.c_str());
            QVERIFY2(!decides(condition, blocks, known, sums) || decides(condition, blocks, open, sums),
                     condition.c_str());
        }
    }
};

COUNTERSIGN_GUILESS_TEST(PolicyPropertiesTest)
#include "PolicyProperties_test.moc"
