#include "app/cli/commands/delegations/RevocationJson.h"

#include "core/revocation/proof/RevocationProof.h"

#include <algorithm>

namespace countersign::cli {

Json revocationItemJson(const RevocationItem& item)
{
    Json json = {{"walletId", item.walletId}, {"atDynamic", toText(item.outcome)}};
    if (const std::string& why = item.sentence.empty() ? item.detail : item.sentence; !why.empty()) {
        json["detail"] = why;
    }
    json["material"] = item.destroyedAt != 0 ? "destroyed" : "kept";
    json["jobsStopped"] = item.jobsStopped;
    if (!item.onlyShareSet.empty()) {
        json["onlyShareSet"] = item.onlyShareSet;
    }
    if (item.signingCheck != SigningCheck::NotChecked) {
        json["check"] = signingCheckJson(item);
    }
    return json;
}

Json revocationJson(const Revocation& revocation)
{
    Json json = {{"id", revocation.id}, {"reason", revocation.reason}, {"done", revocation.isDone()}};
    json["wallets"] = Json::array();
    for (const RevocationItem& item : revocation.items) {
        json["wallets"].push_back(revocationItemJson(item));
    }
    return json;
}

Json revocationDetailsJson(const Revocation& revocation)
{
    const auto timeOrNull = [](UnixMillis at) { return at == 0 ? Json() : Json(toIso8601(at)); };
    Json json = revocationJson(revocation);
    json["localFirst"] = revocation.localFirst;
    json["checkAfterwards"] = revocation.checkAfterwards;
    json["startedAt"] = toIso8601(revocation.startedAt);
    json["endedAt"] = timeOrNull(revocation.endedAt);
    for (std::size_t i = 0; i < revocation.items.size(); ++i) {
        const RevocationItem& item = revocation.items[i];
        Json& wallet = json["wallets"][i];
        wallet["address"] = item.address;
        wallet["chain"] = item.chain;
        wallet["shareSetIds"] = item.shareSetIds;
        wallet["httpStatus"] = item.httpStatus == 0 ? Json() : Json(item.httpStatus);
        wallet["answeredAt"] = timeOrNull(item.answeredAt);
        wallet["materialDestroyedAt"] = timeOrNull(item.destroyedAt);
        wallet["tryAfter"] = timeOrNull(item.tryAfter);
        wallet["held"] = item.isHeld;
    }
    return json;
}

Json revocationSummaryJson(const Revocation& revocation)
{
    Json json = {{"id", revocation.id},
                 {"reason", revocation.reason},
                 {"done", revocation.isDone()},
                 {"startedAt", toIso8601(revocation.startedAt)}};
    if (revocation.endedAt != 0) {
        json["endedAt"] = toIso8601(revocation.endedAt);
    }
    json["wallets"] = {{"revoked", 0}, {"absent", 0}, {"refused", 0}, {"pending", 0}};
    for (const RevocationItem& item : revocation.items) {
        Json& count = json["wallets"][std::string(toText(item.outcome))];
        count = count.get<std::int64_t>() + 1;
    }
    return json;
}

ExitStatus revocationStatus(const std::vector<RevocationItem>& items)
{
    if (!std::ranges::all_of(items, &RevocationItem::isDone)) {
        return ExitStatus::Failed;
    }
    const bool isRefused = std::ranges::any_of(
        items, [](const RevocationItem& item) { return item.outcome == RevocationOutcome::Refused; });
    return isRefused ? ExitStatus::Refused : ExitStatus::Done;
}

}  // namespace countersign::cli
