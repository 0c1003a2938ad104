#include "core/policy/evaluation/PolicyEvaluator.h"

#include <QElapsedTimer>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

// What a decision costs: 200 rules with lists over one job with 20 calls, none of which holds but the last,
// beside the 5 ms that it may take. The ratio is what counts; the time is this machine's.

using namespace countersign;

namespace {

constexpr int ruleCount = 200;
constexpr int itemCount = 20;
constexpr int rounds = 50;
constexpr double limitMillis = 5;

/// Sums as a database would have them ready.
class ReadySums final : public SpentSums
{
public:
    std::optional<Uint256> spent(const SpentQuery&) const override { return Uint256(1'000'000); }
};

std::string addressNumber(int number)
{
    std::string digits = std::to_string(number);
    return "0x" + std::string(40 - digits.size(), '0') + digits;
}

/// Many conditions hold before the one that does not.
std::string ruleNumber(int number)
{
    std::string addresses;
    for (int i = 0; i < itemCount; ++i) {
        addresses += (i == 0 ? "\"" : ",\"") + addressNumber(i) + '"';
    }
    return R"({"id":"r)" + std::to_string(number) +
           R"(","when":{"chains":["eip155:1"],"kinds":["evm.transaction"],"intents":["transfer","call"],)"
           R"("contracts":[)" +
           addresses + R"(],"recipients":[)" + addresses +
           R"(],"time":{"zone":"Europe/Zurich","from":"00:00","to":"24:00"},"perPeriod":{"hours":24,"max":"1"}},)"
           R"("then":{"approvals":1}})";
}

PolicyFacts manyCalls()
{
    PolicyFacts facts;
    facts.chain = "eip155:1";
    facts.kind = "evm.transaction";
    facts.isUnderstood = true;
    facts.intents = {meaning::IntentKind::Transfer, meaning::IntentKind::Call};
    for (int i = 0; i < itemCount; ++i) {
        facts.calls.push_back({addressNumber(i), "0xa9059cbb", "transfer(address,uint256)"});
        facts.recipients.push_back({addressNumber(i), std::vector<std::string>{}});
        facts.assets.push_back({"eip155:1/slip44:60", Uint256(1), true});
    }
    facts.now = 1'769'774'400'000;
    return facts;
}

PolicyDocument manyRules()
{
    std::string text = R"({"version":1,"name":"bench","rules":[)";
    for (int i = 0; i < ruleCount; ++i) {
        text += (i == 0 ? "" : ",") + ruleNumber(i);
    }
    auto policy = parsePolicy(asBytes(text + "]}"));
    if (!policy) {
        std::abort();
    }
    return *std::move(policy);
}

}  // namespace

int main()
{
    const PolicyDocument policy = manyRules();
    const PolicyFacts facts = manyCalls();
    double best = 1e9;
    for (int i = 0; i < rounds; ++i) {
        QElapsedTimer timer;
        timer.start();
        const PolicyDecision decision = evaluatePolicy(&policy, facts, ReadySums());
        if (decision.rule || decision.trace.size() != ruleCount + 1) {
            return EXIT_FAILURE;
        }
        best = std::min(best, static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    std::printf("%d rules: %.3f ms, %.2f of the limit of %.0f ms\n", ruleCount, best, best / limitMillis,
                limitMillis);
    return EXIT_SUCCESS;
}
