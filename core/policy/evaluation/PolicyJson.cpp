#include "core/policy/evaluation/PolicyJson.h"

namespace countersign {

namespace {

Json orNull(const std::optional<std::string>& text)
{
    return text ? Json(*text) : Json(nullptr);
}

}  // namespace

Json toJson(const PolicyDecision& decision)
{
    Json json = {{"outcome", decision.block ? "block" : "review"}};
    if (decision.block) {
        json["sentence"] = *decision.block;
    }
    json["approvals"] = decision.approvals.count;
    json["reauthenticate"] = decision.approvals.reauthenticate;
    json["typedWord"] = decision.approvals.typedWord;
    if (!decision.approvals.from.empty()) {
        json["from"] = decision.approvals.from;
    }
    json["rule"] = orNull(decision.rule);
    json["trace"] = Json::array();
    for (const PolicyTraceLine& line : decision.trace) {
        json["trace"].push_back(
            {{"rule", orNull(line.rule)}, {"matched", line.matched}, {"because", line.because}});
    }
    return json;
}

Json summaryOf(const PolicyDocument& policy)
{
    return {{"name", policy.name}, {"rules", policy.rules.size()}, {"sha256", policy.sha256}};
}

}  // namespace countersign
