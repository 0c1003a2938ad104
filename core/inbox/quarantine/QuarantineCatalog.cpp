#include "core/inbox/quarantine/QuarantineCatalog.h"

#include "core/inbox/delivery/DeliveryCauses.h"
#include "core/vault/database/Rows.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct QuarantineCatalogText
{
    Q_DECLARE_TR_FUNCTIONS(QuarantineCatalogText)
};

constexpr std::size_t maxQuarantineRows = 1000;

constexpr const char* quarantineColumns =
    "SELECT q.id, q.delivery_id, d.event_id, d.event_name, d.wallet_id, q.reason_code, q.reason, q.detail, "
    "d.received_at, q.since, q.last_retry_at, q.retries, d.kind, u.delivery_id IS NULL, "
    "u.delivery_id IS NULL OR u.kept_bytes > 0, "
    "d.redacted_at IS NULL AND (u.delivery_id IS NULL OR u.kept_bytes > 0)";

QuarantineItem quarantineItemFrom(SQLite::Statement& row)
{
    QuarantineItem item;
    item.id = row.getColumn(0).getInt64();
    item.deliveryId = row.getColumn(1).getInt64();
    item.eventId = optionalTextOf(row.getColumn(2));
    item.eventName = optionalTextOf(row.getColumn(3));
    item.walletId = optionalTextOf(row.getColumn(4));
    item.reasonCode = row.getColumn(5).getString();
    item.reason = shownDeliveryCause(row.getColumn(6).getString());
    item.detail = row.getColumn(7).getString();
    item.receivedAt = row.getColumn(8).getInt64();
    item.since = row.getColumn(9).getInt64();
    item.lastRetryAt = optionalTimeOf(row.getColumn(10));
    item.retries = row.getColumn(11).getInt64();
    item.kind = row.getColumn(12).getString();
    item.isGenuine = row.getColumn(13).getInt() != 0;
    item.isBodyKept = row.getColumn(14).getInt() != 0;
    item.canBeRetried = row.getColumn(15).getInt() != 0;
    return item;
}

}  // namespace

QuarantineConditions QuarantineConditions::of(const QuarantineFilter& filter)
{
    QuarantineConditions conditions{" WHERE q.dropped_at IS NULL", {}};
    if (!filter.reason.empty()) {
        const bool isCode = std::ranges::find(quarantineReasons, filter.reason) != quarantineReasons.end();
        if (isCode) {
            conditions.sql += " AND q.reason_code = ?";
            conditions.values.push_back(filter.reason);
        } else {
            const std::vector<std::string> texts = storedDeliveryCauses(filter.reason);
            conditions.sql += " AND q.reason IN (?";
            for (std::size_t i = 1; i < texts.size(); ++i) {
                conditions.sql += ", ?";
            }
            conditions.sql += ')';
            conditions.values.insert(conditions.values.end(), texts.begin(), texts.end());
        }
    }
    if (filter.isGenuine) {
        conditions.sql += *filter.isGenuine ? " AND u.delivery_id IS NULL" : " AND u.delivery_id IS NOT NULL";
    }
    if (!filter.text.empty()) {
        conditions.sql +=
            " AND (d.event_name LIKE ? ESCAPE '\\' OR d.event_id LIKE ? ESCAPE '\\' "
            "OR d.wallet_id LIKE ? ESCAPE '\\' OR d.kind LIKE ? ESCAPE '\\')";
        conditions.values.insert(conditions.values.end(), 4, containsPattern(filter.text));
    }
    return conditions;
}

QuarantineConditions QuarantineConditions::of(const QuarantineSelection& selection)
{
    QuarantineConditions conditions =
        selection.ids.empty()
            ? of(selection.filter)
            : QuarantineConditions{" WHERE q.dropped_at IS NULL AND q.id IN (" + idList(selection.ids) + ")",
                                   {}};
    if (selection.isGenuineSpared) {
        conditions.sql += " AND u.delivery_id IS NOT NULL";
    }
    if (selection.newest > 0) {
        conditions.sql += " AND q.id <= " + std::to_string(selection.newest);
    }
    return conditions;
}

void QuarantineConditions::bind(SQLite::Statement& statement) const
{
    for (std::size_t i = 0; i < values.size(); ++i) {
        statement.bind(static_cast<int>(i) + 1, values[i]);
    }
}

Result<std::vector<std::int64_t>> QuarantineCatalog::ids(const QuarantineFilter& filter) const
{
    RETURN_IF_ERROR(acceptableSearchText(filter.text));
    return attempt([&]() -> Result<std::vector<std::int64_t>> {
        const auto conditions = QuarantineConditions::of(filter);
        SQLite::Statement statement(m_database.handle(), std::string("SELECT q.id") + quarantineTables +
                                                             conditions.sql + " ORDER BY q.id DESC");
        conditions.bind(statement);
        std::vector<std::int64_t> ids;
        while (statement.executeStep()) {
            ids.push_back(statement.getColumn(0).getInt64());
        }
        return ids;
    });
}

Result<std::vector<QuarantineItem>> QuarantineCatalog::rows(std::span<const std::int64_t> ids) const
{
    if (ids.size() > maxQuarantineRows) {
        return failure(ErrorCode::InvalidInput,
                       QuarantineCatalogText::tr("Too many rows were asked for at once."),
                       QStringLiteral("%1 rows").arg(ids.size()));
    }
    return attempt([&]() -> Result<std::vector<QuarantineItem>> {
        SQLite::Statement statement(m_database.handle(), std::string(quarantineColumns) + quarantineTables +
                                                             " WHERE q.dropped_at IS NULL AND q.id IN (" +
                                                             idList(ids) + ")");
        std::unordered_map<std::int64_t, QuarantineItem> found;
        while (statement.executeStep()) {
            QuarantineItem item = quarantineItemFrom(statement);
            found.emplace(item.id, std::move(item));
        }
        return inOrder(ids, found);
    });
}

Result<std::vector<QuarantineItem>> QuarantineCatalog::firstRows(const QuarantineFilter& filter,
                                                                 int limit) const
{
    RETURN_IF_ERROR(acceptableSearchText(filter.text));
    return attempt([&]() -> Result<std::vector<QuarantineItem>> {
        const auto conditions = QuarantineConditions::of(filter);
        SQLite::Statement statement(m_database.handle(), std::string(quarantineColumns) + quarantineTables +
                                                             conditions.sql + " ORDER BY q.id DESC LIMIT " +
                                                             std::to_string(std::max(0, limit)));
        conditions.bind(statement);
        std::vector<QuarantineItem> items;
        while (statement.executeStep()) {
            items.push_back(quarantineItemFrom(statement));
        }
        return items;
    });
}

Result<QuarantineCatalog::Counts> QuarantineCatalog::counts() const
{
    return attempt([&]() -> Result<Counts> {
        SQLite::Statement statement(
            m_database.handle(),
            "SELECT count(*), coalesce(sum(u.delivery_id IS NULL), 0), coalesce(sum(u.kept_bytes = 0), 0), "
            "(SELECT coalesce(max(deliveries), 0) FROM not_kept) FROM quarantine q "
            "LEFT JOIN unverified u ON u.delivery_id = q.delivery_id WHERE q.dropped_at IS NULL");
        statement.executeStep();
        return Counts{statement.getColumn(0).getInt64(), statement.getColumn(1).getInt64(),
                      statement.getColumn(2).getInt64(), statement.getColumn(3).getInt64()};
    });
}

Result<QuarantineCatalog::Selected> QuarantineCatalog::selected(const QuarantineSelection& selection,
                                                                int firstGenuine) const
{
    RETURN_IF_ERROR(acceptableSearchText(selection.filter.text));
    return attempt([&]() -> Result<Selected> {
        const auto conditions = QuarantineConditions::of(selection);
        Selected selected;
        {
            SQLite::Statement count(m_database.handle(), std::string("SELECT count(u.delivery_id), count(*), "
                                                                     "coalesce(max(q.id), 0)") +
                                                             quarantineTables + conditions.sql);
            conditions.bind(count);
            count.executeStep();
            selected.unverified = count.getColumn(0).getInt64();
            selected.genuine = count.getColumn(1).getInt64() - selected.unverified;
            selected.newest = count.getColumn(2).getInt64();
        }
        SQLite::Statement genuine(m_database.handle(),
                                  std::string(quarantineColumns) + quarantineTables + conditions.sql +
                                      " AND u.delivery_id IS NULL ORDER BY q.id DESC LIMIT " +
                                      std::to_string(std::max(0, firstGenuine)));
        conditions.bind(genuine);
        while (genuine.executeStep()) {
            selected.firstGenuine.push_back(quarantineItemFrom(genuine));
        }
        return selected;
    });
}

}  // namespace countersign
