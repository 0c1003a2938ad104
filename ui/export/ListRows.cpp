#include "ui/export/ListRows.h"

#include "core/base/encoding/Hex.h"

namespace countersign {

namespace {

Json orNull(const std::optional<std::string>& text)
{
    return text ? Json(*text) : Json(nullptr);
}

Json timeText(std::optional<UnixMillis> time)
{
    return time && *time != 0 ? Json(toIso8601(*time)) : Json(nullptr);
}

std::string csvText(const Json& value)
{
    return value.is_null() ? std::string() : value.is_string() ? value.get<std::string>() : dumpJson(value);
}

}  // namespace

Json exportRow(const Wallet& wallet)
{
    return {{"walletId", wallet.walletId},
            {"chain", wallet.chain},
            {"address", wallet.address},
            {"userId", orNull(wallet.userId)},
            {"status", toText(wallet.status)},
            {"health", toText(wallet.health)},
            {"healthDetail", wallet.healthDetail},
            {"shareSetId", orNull(wallet.shareSetId)},
            {"receivedAt", timeText(wallet.receivedAt)},
            {"lastEvent", wallet.lastEvent},
            {"lastEventAt", timeText(wallet.lastEventAt)}};
}

Json exportRow(const Job& job)
{
    return {{"id", job.jobId},
            {"state", toText(job.state)},
            {"kind", toText(job.kind)},
            {"walletId", job.walletId},
            {"chain", job.chain},
            {"address", job.address},
            {"reason", job.reason},
            {"origin", toText(job.origin)},
            {"submitter", job.submitter},
            {"remark", job.claimedSubmitter},
            {"broadcast", job.broadcast},
            {"digest", job.digest.empty() ? Json(nullptr) : Json(toHexPrefixed(job.digest))},
            {"hash", job.hash},
            {"createdAt", timeText(job.createdAt)},
            {"expiresAt", timeText(job.expiresAt)},
            {"stateAt", timeText(job.stateAt)},
            {"attempts", job.attempts},
            {"error", job.error},
            {"operatorReason", job.operatorReason}};
}

Json exportRow(const Delivery& delivery)
{
    return {{"id", delivery.id},
            {"seq", delivery.seq},
            {"kind", delivery.kind},
            {"verdict", toText(delivery.verdict)},
            {"reason", delivery.reason},
            {"eventName", orNull(delivery.eventName)},
            {"eventId", orNull(delivery.eventId)},
            {"messageId", orNull(delivery.messageId)},
            {"walletId", orNull(delivery.walletId)},
            {"userId", orNull(delivery.userId)},
            {"eventAt", timeText(delivery.eventAt)},
            {"receivedAt", timeText(delivery.receivedAt)},
            {"storedAt", timeText(delivery.storedAt)},
            {"bodySize", delivery.bodySize}};
}

Json exportRow(const QuarantineItem& item)
{
    return {{"id", item.id},
            {"deliveryId", item.deliveryId},
            {"kind", item.kind},
            {"genuine", item.isGenuine},
            {"reasonCode", item.reasonCode},
            {"reason", item.reason},
            {"detail", item.detail},
            {"eventName", orNull(item.eventName)},
            {"eventId", orNull(item.eventId)},
            {"walletId", orNull(item.walletId)},
            {"receivedAt", timeText(item.receivedAt)},
            {"since", timeText(item.since)},
            {"retries", item.retries},
            {"lastRetryAt", timeText(item.lastRetryAt)}};
}

std::string csvNames(const Json& row)
{
    std::vector<std::string> names;
    for (const auto& member : row.items()) {
        names.push_back(member.key());
    }
    return CsvWriter::row(names);
}

std::string csvValues(const Json& row)
{
    std::vector<std::string> values;
    for (const auto& member : row.items()) {
        values.push_back(csvText(member.value()));
    }
    return CsvWriter::row(values);
}

}  // namespace countersign
