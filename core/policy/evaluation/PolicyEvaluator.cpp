#include "core/policy/evaluation/PolicyEvaluator.h"

#include "core/policy/evaluation/PolicyChecks.h"

#include <algorithm>
#include <limits>
#include <span>

namespace countersign {

namespace {

/// A line of a trace can be read at a glance.
constexpr std::size_t maxBecause = 600;

/// Whether a condition counts as holding for a rule.
bool counts(const PolicyRule& rule, PolicyTruth truth)
{
    return truth == PolicyTruth::Holds || (truth == PolicyTruth::Open && rule.isBlock());
}

std::string clauseOf(std::string_view name, const PolicyRule& rule, const PolicyCheck& check)
{
    std::string clause(name);
    clause += ": " + check.because;
    if (check.truth == PolicyTruth::Open) {
        clause += rule.isBlock() ? " (cannot be evaluated: holds, since the rule blocks)"
                                 : " (cannot be evaluated: does not hold, since the rule allows)";
    }
    return clause;
}

/// What the conditions that were asked so far came to.
struct RuleCheck
{
    bool holds = true;
    std::string because;

    void add(const std::string& clause)
    {
        if (because.size() + clause.size() <= maxBecause) {
            because += (because.empty() ? "" : "; ") + clause;
        }
    }
    void fail(std::string clause)
    {
        holds = false;
        because = std::move(clause);
    }
};

RuleCheck checkBesidePeriod(const PolicyRule& rule, const PolicyFacts& facts)
{
    RuleCheck result;
    for (const PolicyCondition& condition : policyConditions()) {
        if (!condition.isAsked(rule.when)) {
            continue;
        }
        const PolicyCheck check = condition.check(rule, facts);
        const std::string clause = clauseOf(condition.name, rule, check);
        if (!counts(rule, check.truth)) {
            result.fail(clause);
            return result;
        }
        result.add(clause);
    }
    return result;
}

/// What left since then with this job.
PolicyCheck checkPeriod(const PolicyRule& rule, const PolicyFacts& facts, const SpentSums& sums)
{
    const PolicyPeriod& period = *rule.when.perPeriod;
    const PolicyLeaving leaving = leavingOf(facts);
    if (leaving.check.truth != PolicyTruth::Holds) {
        return leaving.check;
    }
    if (!leaving.asset) {
        return {PolicyTruth::Open, "the asset that leaves has no name"};
    }
    constexpr UnixMillis hour = 3'600'000;
    const UnixMillis length = period.hours * hour;
    const UnixMillis earliest = std::numeric_limits<UnixMillis>::min();
    const UnixMillis from = facts.now < earliest + length ? earliest : facts.now - length;
    const std::optional<Uint256> spent = sums.spent({rule, *leaving.asset, from, facts.now});
    const auto total = spent ? addChecked(*spent, leaving.amount) : std::nullopt;
    if (!total) {
        return {PolicyTruth::Open, "what was signed before is not known"};
    }
    PolicyCheck check = checkBounds(period.bounds, *total);
    check.because += " in " + std::to_string(period.hours) + " hours, with this";
    return check;
}

RuleCheck checkRule(const PolicyRule& rule, const PolicyFacts& facts, const SpentSums& sums)
{
    RuleCheck result = checkBesidePeriod(rule, facts);
    if (result.holds && rule.when.perPeriod) {
        const PolicyCheck check = checkPeriod(rule, facts, sums);
        const std::string clause = clauseOf("perPeriod", rule, check);
        if (counts(rule, check.truth)) {
            result.add(clause);
        } else {
            result.fail(clause);
        }
    }
    if (result.because.empty()) {
        result.because = "it asks for nothing";
    }
    return result;
}

/// What could not be checked may be critical.
bool isCriticalOrUnchecked(const PolicyFinding& finding)
{
    return finding.severity == meaning::Severity::Critical || finding.severity == meaning::Severity::Error;
}

void decideBuiltIn(const PolicyFacts& facts, PolicyDecision& decision)
{
    PolicyTraceLine line{std::nullopt, true, "built-in policy: understood, and nothing critical was found"};
    const auto grave = std::ranges::find_if(facts.findings, isCriticalOrUnchecked);
    if (!facts.isUnderstood || grave != facts.findings.end()) {
        decision.approvals.reauthenticate = true;
        decision.approvals.typedWord = true;
        line.because = !facts.isUnderstood
                           ? "built-in policy: it is not understood"
                           : "built-in policy: " + grave->id + " is " + std::string(nameOf(grave->severity));
    }
    decision.trace.push_back(std::move(line));
}

}  // namespace

PolicyDecision evaluatePolicy(const PolicyDocument* policy, const PolicyFacts& facts, const SpentSums& sums)
{
    PolicyDecision decision;
    const std::span<const PolicyRule> rules =
        policy != nullptr ? std::span(policy->rules) : std::span<const PolicyRule>();
    for (const PolicyRule& rule : rules) {
        RuleCheck check = checkRule(rule, facts, sums);
        decision.trace.push_back({rule.id, check.holds, std::move(check.because)});
        if (!check.holds) {
            continue;
        }
        decision.rule = rule.id;
        if (const auto* block = std::get_if<PolicyBlock>(&rule.then)) {
            decision.block = block->sentence;
            decision.approvals.count = 0;
        } else {
            decision.approvals = std::get<PolicyApprovals>(rule.then);
        }
        return decision;
    }
    decideBuiltIn(facts, decision);
    return decision;
}

bool meetsBesidePeriod(const PolicyRule& rule, const PolicyFacts& facts)
{
    return checkBesidePeriod(rule, facts).holds;
}

}  // namespace countersign
