#include "core/health/report/HealthJson.h"

namespace countersign {

namespace {

Json timeOrNull(const std::optional<UnixMillis>& time)
{
    return time ? Json(toIso8601(*time)) : Json(nullptr);
}

Json summaryJson(const HealthSummary& summary, const HealthCounts& counts)
{
    Json json = {{"at", toIso8601(summary.at)}};
    for (const char* status : {"active", "unusable", "revoked", "superseded"}) {
        const auto found = summary.byStatus.find(status);
        json[status] = found == summary.byStatus.end() ? 0 : found->second;
    }
    json["health"] = Json::object();
    for (const auto& [health, count] : summary.byHealth) {
        json["health"][health] = count;
    }
    json["findings"] = Json::object();
    for (const auto& [kind, count] : counts) {
        Json& sum = json["findings"][std::string(toText(kind.second))];
        sum = count + (sum.is_null() ? 0 : sum.get<std::int64_t>());
    }
    json["verifiedAt"] = timeOrNull(summary.lastVerifiedAt);
    json["oldestVerifiedAt"] = timeOrNull(summary.oldestVerifiedAt);
    json["neverVerified"] = summary.neverVerified;
    json["dynamicCheckedAt"] = timeOrNull(summary.environmentCheckedAt);
    return json;
}

}  // namespace

std::string HealthJson::begin(const HealthSummary& summary, const HealthCounts& counts)
{
    m_isEmpty = true;
    return "{\"summary\":" + dumpJson(summaryJson(summary, counts)) + ",\n\"findings\":[";
}

std::string HealthJson::add(const HealthFinding& finding)
{
    Json json = {{"id", toText(finding.rule)}, {"severity", toText(finding.severity)}};
    if (finding.walletId) {
        json["walletId"] = *finding.walletId;
    }
    if (finding.address) {
        json["address"] = *finding.address;
    }
    if (!finding.subject.empty() && finding.subject != finding.walletId) {
        json["subject"] = finding.subject;
    }
    json["title"] = finding.title.toStdString();
    json["mend"] = finding.mend.toStdString();
    return (std::exchange(m_isEmpty, false) ? "\n " : ",\n ") + dumpJson(json);
}

std::string HealthJson::end()
{
    return "]}\n";
}

}  // namespace countersign
