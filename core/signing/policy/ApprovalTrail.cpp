#include "core/signing/policy/ApprovalTrail.h"

#include "core/base/encoding/Json.h"

#include <algorithm>
#include <array>
#include <optional>
#include <variant>

namespace countersign {

namespace {

constexpr std::string_view ownStatement = "statement.signed";
constexpr std::string_view othersStatement = "statement.received";
constexpr std::array trailDecisions = {ApprovalDecision::Approve, ApprovalDecision::Reject,
                                       ApprovalDecision::Withdraw};

std::optional<ApprovalDecision> decisionIn(const Json& json)
{
    const auto text = requiredString(json, "decision");
    const auto* const known = std::ranges::find_if(
        trailDecisions, [&](ApprovalDecision one) { return text && toText(one) == *text; });
    return known == trailDecisions.end() ? std::nullopt : std::optional(*known);
}

bool isUnconditional(const PolicyConditions& when)
{
    const auto none = [](const auto&... lists) { return (lists.empty() && ...); };
    return none(when.wallets, when.chains, when.kinds, when.origins, when.submitters, when.intents,
                when.contracts, when.functions, when.programs, when.recipients, when.notRecipients,
                when.assets, when.findings) &&
           !when.understood && !when.amount && !when.perPeriod && !when.severity && !when.time;
}

/// Of the rules that can be reached, and of the built-in policy behind the last.
int fewestApprovals(const PolicyDocument& policy)
{
    int fewest = policyMaxApprovals;
    for (const PolicyRule& rule : policy.rules) {
        if (const auto* needed = std::get_if<PolicyApprovals>(&rule.then)) {
            fewest = std::min(fewest, std::max(1, needed->count));
        }
        if (isUnconditional(rule.when)) {
            return fewest;
        }
    }
    return 1;
}

}  // namespace

ApprovalTrailTerms ApprovalTrailTerms::of(const PolicyDocument& policy, std::vector<std::string> operators)
{
    return {std::move(operators), policy.sha256, fewestApprovals(policy)};
}

bool ApprovalTrail::take(const AuditFields& entry)
{
    if (entry.kind != ownStatement && entry.kind != othersStatement) {
        return true;
    }
    const auto json = parseJson(entry.detail, {.maxBytes = 64 * 1024, .maxDepth = 16});
    if (!json) {
        return false;
    }
    const auto decision = decisionIn(*json);
    const auto who = requiredString(*json, "operator");
    const auto digest = requiredString(*json, "digest");
    const auto policy = requiredString(*json, "policy");
    const auto at = requiredString(*json, "at");
    const auto saidAt = at ? fromIso8601(*at) : std::nullopt;
    if (!decision || !who || !digest || !policy || !saidAt) {
        return false;
    }
    ++m_changes;
    const Said said{.decision = *decision,
                    .digest = *digest,
                    .policy = *policy,
                    .walletId = requiredString(*json, "wallet").value_or(std::string()),
                    .address = requiredString(*json, "address").value_or(std::string()),
                    .saidAt = *saidAt,
                    .recordedAt = entry.at,
                    .isOwn = entry.kind == ownStatement};
    const auto [place, isFirst] = m_said[std::string(entry.subject)].try_emplace(*who, said);
    Said& last = place->second;
    // The order is that of what they said, as for the count, not that in which it arrived.
    if (!isFirst && std::pair(said.saidAt, said.decision) >= std::pair(last.saidAt, last.decision)) {
        last = said;
    }
    return true;
}

std::vector<Spending> ApprovalTrail::approvedElsewhere(const ApprovalTrailTerms& terms) const
{
    std::vector<Spending> found;
    for (const auto& [jobId, said] : m_said) {
        addApproved(jobId, said, terms, found);
    }
    return found;
}

void ApprovalTrail::addApproved(const std::string& jobId, const OfJob& said, const ApprovalTrailTerms& terms,
                                std::vector<Spending>& found)
{
    struct Approved
    {
        int count = 0;
        const Said* elsewhere = nullptr;
        bool isOfAnotherPolicy = false;
        UnixMillis at = 0;
    };
    std::map<std::string_view, Approved> byDigest;
    for (const auto& [who, one] : said) {
        if (one.decision != ApprovalDecision::Approve ||
            std::ranges::find(terms.operators, who) == terms.operators.end()) {
            continue;
        }
        Approved& approved = byDigest[one.digest];
        ++approved.count;
        approved.elsewhere = one.isOwn ? approved.elsewhere : &one;
        approved.isOfAnotherPolicy = approved.isOfAnotherPolicy || (!one.isOwn && one.policy != terms.policy);
        approved.at = std::max(approved.at, one.recordedAt);
    }
    for (const auto& [digest, approved] : byDigest) {
        if (approved.elsewhere != nullptr && (approved.count >= terms.fewest || approved.isOfAnotherPolicy)) {
            Spending& one = found.emplace_back();
            one.jobId = jobId;
            one.digest = std::string(digest);
            one.walletId = approved.elsewhere->walletId;
            one.address = approved.elsewhere->address;
            one.at = approved.at;
        }
    }
}

}  // namespace countersign
