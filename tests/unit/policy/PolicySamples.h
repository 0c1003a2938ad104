#pragma once

#include "core/policy/evaluation/PolicyEvaluator.h"

#include <QTest>

#include <string>

// Policies and facts for the tests of rules.

namespace countersign {

inline constexpr const char* usdcAsset = "eip155:1/erc20:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
inline constexpr const char* ether = "eip155:1/slip44:60";
inline constexpr const char* usdcContract = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
inline constexpr const char* alice = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
inline constexpr const char* bob = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
inline constexpr const char* treasury = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
/// A Friday: 2026-01-30T12:00:00Z.
inline constexpr UnixMillis fridayNoon = 1'769'774'400'000;

/// What is sent in most tests: 250 USDC to alice.
inline PolicyFacts transferFacts()
{
    PolicyFacts facts;
    facts.walletId = "wallet-1";
    facts.walletAddress = treasury;
    facts.walletTags = {"hot"};
    facts.chain = "eip155:1";
    facts.kind = "evm.transaction";
    facts.origin = "relay";
    facts.submitter = "payroll";
    facts.isUnderstood = true;
    facts.intents = {meaning::IntentKind::Transfer};
    facts.calls = {{usdcContract, "0xa9059cbb", "transfer(address,uint256)"}};
    facts.recipients = {{alice, std::vector<std::string>{"suppliers"}}};
    facts.assets = {{usdcAsset, Uint256(250'000'000), true}};
    facts.now = fridayNoon;
    return facts;
}

inline PolicyFacts messageFacts()
{
    PolicyFacts facts = transferFacts();
    facts.chain.reset();
    facts.kind = "evm.message";
    facts.intents = {meaning::IntentKind::Message};
    facts.calls.clear();
    facts.recipients.clear();
    facts.assets.clear();
    return facts;
}

/// A call whose function nobody knows.
inline PolicyFacts unreadFacts()
{
    PolicyFacts facts = transferFacts();
    facts.isUnderstood = false;
    facts.intents = {meaning::IntentKind::Unknown};
    facts.calls = {{usdcContract, "0x12345678", ""}};
    facts.recipients.clear();
    facts.assets.clear();
    return facts;
}

inline constexpr const char* oneApproval = R"({"approvals":1})";
inline constexpr const char* blocks = R"({"block":"No."})";

/// {"id", "when": {…}, "then": {…}}
inline std::string ruleText(const std::string& id, const std::string& when, const std::string& then)
{
    return R"({"id":")" + id + R"(","when":)" + when + R"(,"then":)" + then + "}";
}

/// rules: with commas between.
inline Result<PolicyDocument> policyOf(const std::string& rules)
{
    return parsePolicy(asBytes(R"({"version":1,"name":"test","rules":[)" + rules + "]}"));
}

/// What these rules say. Fails the test where they do not parse.
inline PolicyDecision decide(const std::string& rules, const PolicyFacts& facts,
                             const SpentSums& sums = NoSpentSums())
{
    const auto policy = policyOf(rules);
    if (!policy) {
        QTest::qFail(qPrintable(policy.error().sentence), __FILE__, __LINE__);
        return {};
    }
    return evaluatePolicy(&*policy, facts, sums);
}

/// Whether a rule with that condition alone decides.
inline bool decides(const std::string& when, const char* then, const PolicyFacts& facts,
                    const SpentSums& sums = NoSpentSums())
{
    return decide(ruleText("the-rule", when, then), facts, sums).rule == "the-rule";
}

inline bool allows(const std::string& when, const PolicyFacts& facts)
{
    return decides(when, oneApproval, facts);
}

inline bool forbids(const std::string& when, const PolicyFacts& facts)
{
    return decides(when, blocks, facts);
}

}  // namespace countersign
