#include "core/inbox/quarantine/QuarantineDrop.h"

#include "core/base/encoding/Json.h"
#include "core/inbox/delivery/DeliveryCauses.h"

#include <QCoreApplication>

#include <algorithm>
#include <span>

namespace countersign {

namespace {

struct QuarantineDropText
{
    Q_DECLARE_TR_FUNCTIONS(QuarantineDropText)
};

constexpr int sweptPerTurn = 64;
constexpr std::int64_t sweptBytesPerTurn = 4LL * 1024 * 1024;

Json genuineName(const QuarantineItem& item)
{
    Json name = {{"delivery", item.deliveryId}, {"reason", item.reasonCode}};
    const std::pair<const char*, const std::optional<std::string>&> optionals[] = {
        {"eventId", item.eventId}, {"eventName", item.eventName}, {"walletId", item.walletId}};
    for (const auto& [member, value] : optionals) {
        if (value) {
            name[member] = *value;
        }
    }
    return name;
}

Json dropDetail(const QuarantineSelection& selection, const DropReport& report)
{
    Json detail = {{"dropped", report.dropped}, {"genuine", report.genuine}};
    if (selection.ids.empty()) {
        const QuarantineFilter& filter = selection.filter;
        detail["reason"] = filter.reason.empty() ? Json(nullptr) : Json(filter.reason);
        if (!filter.text.empty()) {
            detail["text"] = filter.text;
        }
    } else {
        Json ids = Json::array();
        for (const std::int64_t id :
             std::span(selection.ids).first(std::min<std::size_t>(selection.ids.size(), mostNamedInRecord))) {
            ids.push_back(id);
        }
        detail["ids"] = std::move(ids);
    }
    Json genuine = Json::array();
    for (const QuarantineItem& item : report.firstGenuine) {
        genuine.push_back(genuineName(item));
    }
    if (!genuine.empty()) {
        detail["genuineDeliveries"] = std::move(genuine);
    }
    return detail;
}

}  // namespace

Result<DropReport> QuarantineDrop::mark(const QuarantineSelection& selection, AuditTransaction& record)
{
    RETURN_IF_ERROR(checkIds(selection.ids));
    ASSIGN_OR_RETURN(auto selected, QuarantineCatalog(m_database).selected(selection, mostNamedInRecord));
    DropReport report{selected.unverified + selected.genuine, selected.genuine,
                      std::move(selected.firstGenuine)};
    if (report.dropped == 0) {
        return report;
    }
    if (auto recorded = record.add("quarantine.dropped", std::to_string(report.dropped) + " deliveries",
                                   dumpJson(dropDetail(selection, report)));
        !recorded) {
        return failure(recorded.error());
    }
    return attempt([&]() -> Result<DropReport> {
        const auto conditions = QuarantineConditions::of(selection);
        SQLite::Statement update(m_database.handle(),
                                 "UPDATE quarantine SET dropped_at = " + std::to_string(m_clock.now()) +
                                     " WHERE id IN (SELECT q.id" + quarantineTables + conditions.sql + ")");
        conditions.bind(update);
        update.exec();
        return report;
    });
}

Status QuarantineDrop::checkIds(std::span<const std::int64_t> ids)
{
    for (const std::int64_t id : ids) {
        ASSIGN_OR_RETURN(const auto waiting, m_deliveries.isWaiting(id));
        if (!waiting) {
            return failure(
                ErrorCode::NotFound,
                QuarantineDropText::tr("There is no delivery %1 in quarantine. Nothing was dropped.")
                    .arg(id));
        }
    }
    return {};
}

Result<bool> QuarantineDrop::sweep()
{
    struct Row
    {
        std::int64_t deliveryId = 0;
        bool isGenuine = false;
    };
    std::vector<Row> rows;
    RETURN_IF_ERROR(attempt([&]() -> Status {
        SQLite::Statement query(
            m_database.handle(),
            "SELECT q.delivery_id, u.delivery_id IS NULL, coalesce(u.kept_bytes, length(d.body)) FROM "
            "quarantine "
            "q JOIN delivery d ON d.id = q.delivery_id LEFT JOIN unverified u ON u.delivery_id = d.id "
            "WHERE q.dropped_at IS NOT NULL AND q.reason_code <> 'dropped' ORDER BY q.id LIMIT " +
                std::to_string(sweptPerTurn));
        std::int64_t bytes = 0;
        while (bytes < sweptBytesPerTurn && query.executeStep()) {
            rows.push_back({query.getColumn(0).getInt64(), query.getColumn(1).getInt() != 0});
            bytes += query.getColumn(2).getInt64();
        }
        return {};
    }));
    for (const Row& row : rows) {
        const Status swept =
            row.isGenuine ? sweepGenuine(row.deliveryId) : m_unverified.remove(row.deliveryId);
        if (!swept) {
            return failure(swept.error());
        }
    }
    return !rows.empty();
}

Status QuarantineDrop::sweepGenuine(std::int64_t deliveryId)
{
    auto blanked = m_deliveries.redact(deliveryId, m_clock.now());
    if (blanked) {
        blanked = m_deliveries.redactRepeats(deliveryId, m_clock.now());
    }
    if (!blanked) {
        return blanked;
    }
    return m_deliveries.settleDropped(deliveryId, stored(DeliveryCause::Dropped));
}

}  // namespace countersign
