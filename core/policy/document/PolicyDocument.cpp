#include "core/policy/document/PolicyDocument.h"

#include "core/base/encoding/Hex.h"
#include "core/base/text/Ascii.h"
#include "core/crypto/primitives/Sha256.h"
#include "core/policy/document/PolicyConditionsReading.h"
#include "core/policy/document/PolicyEntries.h"
#include "core/policy/document/PolicyMembers.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct PolicyDocumentText
{
    Q_DECLARE_TR_FUNCTIONS(PolicyDocumentText)
};

constexpr std::size_t maxNameBytes = 128;
constexpr std::size_t maxIdCharacters = 64;
constexpr std::size_t maxSentenceBytes = 1'000;
constexpr std::size_t maxApprovers = 64;

Result<std::string> readId(const PolicyPlace& place)
{
    const auto isOfId = [](char c) { return ascii::isAlphanumeric(c) || c == '.' || c == '_' || c == '-'; };
    const std::string id = place.json.is_string() ? place.json.get<std::string>() : std::string();
    if (id.empty() || id.size() > maxIdCharacters || !std::ranges::all_of(id, isOfId)) {
        return policyFault(place, PolicyDocumentText::tr("it has to be 1 to 64 of A–Z a–z 0–9 . _ -"));
    }
    return id;
}

Result<PolicyApprovals> readApprovals(const PolicyPlace& place)
{
    RETURN_IF_ERROR(checkPolicyMembers(place, {"approvals", "reauthenticate", "typedWord", "from"}, 1));
    PolicyApprovals approvals;
    ASSIGN_OR_RETURN(approvals.count, policyNumber(place.at("approvals"), 1, policyMaxApprovals));
    if (place.has("reauthenticate")) {
        ASSIGN_OR_RETURN(approvals.reauthenticate, policyFlag(place.at("reauthenticate")));
    }
    if (place.has("typedWord")) {
        ASSIGN_OR_RETURN(approvals.typedWord, policyFlag(place.at("typedWord")));
    }
    if (place.has("from")) {
        ASSIGN_OR_RETURN(approvals.from, policyList(place.at("from"), policyName, maxApprovers));
    }
    return approvals;
}

Result<std::variant<PolicyBlock, PolicyApprovals>> readOutcome(const PolicyPlace& place)
{
    RETURN_IF_ERROR(checkPolicyMembers(place, {"block", "approvals", "reauthenticate", "typedWord", "from"}));
    if (!place.has("block")) {
        ASSIGN_OR_RETURN(PolicyApprovals approvals, readApprovals(place));
        return approvals;
    }
    if (place.json.size() > 1) {
        return policyFault(place, PolicyDocumentText::tr("what is blocked needs nothing else"));
    }
    ASSIGN_OR_RETURN(std::string sentence, policyText(place.at("block"), maxSentenceBytes));
    return PolicyBlock{std::move(sentence)};
}

Result<PolicyRule> readRule(const PolicyPlace& place)
{
    RETURN_IF_ERROR(checkPolicyMembers(place, {"id", "when", "then"}, 3));
    PolicyRule rule;
    ASSIGN_OR_RETURN(rule.id, readId(place.at("id")));
    ASSIGN_OR_RETURN(rule.when, readPolicyConditions(place.at("when")));
    ASSIGN_OR_RETURN(rule.then, readOutcome(place.at("then")));
    return rule;
}

Result<std::vector<PolicyRule>> readRules(const PolicyPlace& place)
{
    if (!place.json.is_array() || place.json.size() > policyMaxRules) {
        return policyFault(
            place, PolicyDocumentText::tr("it has to be a list of at most %1 rules").arg(policyMaxRules));
    }
    std::vector<PolicyRule> rules;
    for (std::size_t i = 0; i < place.json.size(); ++i) {
        ASSIGN_OR_RETURN(PolicyRule rule, readRule(place.at(i)));
        if (std::ranges::find(rules, rule.id, &PolicyRule::id) != rules.end()) {
            return policyFault(place.at(i).at("id"),
                               PolicyDocumentText::tr("another rule has this id already"));
        }
        rules.push_back(std::move(rule));
    }
    return rules;
}

Result<std::optional<int>> readExpiry(const PolicyPlace& place)
{
    if (!place.has("approvalsExpire")) {
        return std::optional<int>();
    }
    const PolicyPlace expiry = place.at("approvalsExpire");
    RETURN_IF_ERROR(checkPolicyMembers(expiry, {"hours"}, 1));
    ASSIGN_OR_RETURN(const int hours, policyNumber(expiry.at("hours"), 1, policyMaxHours));
    return std::optional(hours);
}

Result<std::optional<PolicyChangeTerms>> readChanges(const PolicyPlace& place)
{
    if (!place.has("changes")) {
        return std::optional<PolicyChangeTerms>();
    }
    const PolicyPlace changes = place.at("changes");
    RETURN_IF_ERROR(checkPolicyMembers(changes, {"approvals", "from"}, 1));
    PolicyChangeTerms terms;
    ASSIGN_OR_RETURN(terms.count, policyNumber(changes.at("approvals"), 1, policyMaxApprovals));
    if (changes.has("from")) {
        ASSIGN_OR_RETURN(terms.from, policyList(changes.at("from"), policyName, maxApprovers));
    }
    return std::optional(std::move(terms));
}

Result<PolicyDocument> readDocument(const PolicyPlace& place)
{
    RETURN_IF_ERROR(checkPolicyMembers(place, {"version", "name", "rules", "approvalsExpire", "changes"}, 3));
    PolicyDocument policy;
    RETURN_IF_ERROR(policyNumber(place.at("version"), 1, 1));
    ASSIGN_OR_RETURN(policy.name, policyText(place.at("name"), maxNameBytes));
    ASSIGN_OR_RETURN(policy.approvalsExpire, readExpiry(place));
    ASSIGN_OR_RETURN(policy.changes, readChanges(place));
    ASSIGN_OR_RETURN(policy.rules, readRules(place.at("rules")));
    return policy;
}

Result<Json> readJson(BytesView bytes)
{
    auto json = parseJson(
        asText(bytes), {.maxBytes = policyMaxBytes, .maxDepth = 8, .maxValues = 100'000, .maxMembers = 100});
    if (!json) {
        return failure(ErrorCode::InvalidInput,
                       PolicyDocumentText::tr("The policy is refused: it is no JSON of at most %1 KiB in "
                                              "which each member stands once: %2")
                           .arg(policyMaxBytes / 1024)
                           .arg(json.error().sentence),
                       json.error().detail);
    }
    return json;
}

}  // namespace

Result<PolicyDocument> parsePolicy(BytesView bytes)
{
    ASSIGN_OR_RETURN(const Json json, readJson(bytes));
    ASSIGN_OR_RETURN(PolicyDocument policy, readDocument({json, {}}));
    policy.sha256 = toHex(sha256(bytes));
    return policy;
}

Result<PolicyChangeDemand> policyChangeDemand(BytesView bytes)
{
    ASSIGN_OR_RETURN(const Json json, readJson(bytes));
    const PolicyPlace place{json, {}};
    PolicyChangeDemand demand;
    if (!json.is_object()) {
        return demand;
    }
    ASSIGN_OR_RETURN(demand.terms, readChanges(place));
    if (demand.terms) {
        ASSIGN_OR_RETURN(demand.expiryHours, readExpiry(place));
    }
    return demand;
}

}  // namespace countersign
