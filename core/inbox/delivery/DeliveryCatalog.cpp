#include "core/inbox/delivery/DeliveryCatalog.h"

#include "core/inbox/delivery/DeliveryCauses.h"
#include "core/inbox/source/Feed.h"
#include "core/vault/database/Rows.h"

#include <QCoreApplication>

#include <array>

namespace countersign {

namespace {

constexpr std::size_t maxRowsPerCall = 1000;

constexpr const char* columns =
    "SELECT id, seq, kind, received_at, stored_at, verdict, reason, event_id, message_id, event_name, "
    "event_at, wallet_id, user_id, coalesce(size, length(body)) FROM delivery "
    "LEFT JOIN unverified ON delivery_id = id ";

struct VerdictName
{
    Verdict verdict;
    std::string_view text;
};

constexpr std::array verdictNames = {
    VerdictName{Verdict::Applied, "applied"}, VerdictName{Verdict::Duplicate, "duplicate"},
    VerdictName{Verdict::Stale, "stale"},     VerdictName{Verdict::Unknown, "unknown"},
    VerdictName{Verdict::Ping, "ping"},       VerdictName{Verdict::Quarantined, "quarantined"},
};

struct DeliveryCatalogText
{
    Q_DECLARE_TR_FUNCTIONS(DeliveryCatalogText)
};

Delivery deliveryFrom(SQLite::Statement& row)
{
    Delivery delivery;
    delivery.id = row.getColumn(0).getInt64();
    delivery.seq = row.getColumn(1).getInt64();
    delivery.kind = row.getColumn(2).getString();
    delivery.receivedAt = row.getColumn(3).getInt64();
    delivery.storedAt = row.getColumn(4).getInt64();
    delivery.verdict = verdictFrom(row.getColumn(5).getString()).value_or(Verdict::Unknown);
    delivery.reason = shownDeliveryCause(row.getColumn(6).getString());
    delivery.eventId = optionalTextOf(row.getColumn(7));
    delivery.messageId = optionalTextOf(row.getColumn(8));
    delivery.eventName = optionalTextOf(row.getColumn(9));
    delivery.eventAt = optionalTimeOf(row.getColumn(10));
    delivery.walletId = optionalTextOf(row.getColumn(11));
    delivery.userId = optionalTextOf(row.getColumn(12));
    delivery.bodySize = row.getColumn(13).getInt64();
    return delivery;
}

/// The conditions in a fixed order; bindFilter follows the same one.
std::string whereClause(const DeliveryFilter& filter)
{
    std::string clause = "WHERE 1";
    if (filter.verdict) {
        clause += " AND verdict = ?";
    }
    if (!filter.walletId.empty()) {
        clause += " AND wallet_id = ?";
    }
    if (!filter.text.empty()) {
        clause +=
            " AND (event_name LIKE ? ESCAPE '\\' OR event_id LIKE ? ESCAPE '\\' "
            "OR wallet_id LIKE ? ESCAPE '\\' OR user_id LIKE ? ESCAPE '\\')";
    }
    return clause;
}

void bindFilter(SQLite::Statement& statement, const DeliveryFilter& filter)
{
    int position = 1;
    if (filter.verdict) {
        statement.bind(position++, std::string(toText(*filter.verdict)));
    }
    if (!filter.walletId.empty()) {
        statement.bind(position++, filter.walletId);
    }
    if (!filter.text.empty()) {
        const std::string pattern = containsPattern(filter.text);
        for (int i = 0; i < 4; ++i) {
            statement.bind(position++, pattern);
        }
    }
}

}  // namespace

std::string_view toText(Verdict verdict)
{
    for (const VerdictName& name : verdictNames) {
        if (name.verdict == verdict) {
            return name.text;
        }
    }
    return {};
}

std::optional<Verdict> verdictFrom(std::string_view text)
{
    for (const VerdictName& name : verdictNames) {
        if (name.text == text) {
            return name.verdict;
        }
    }
    return std::nullopt;
}

Result<std::vector<std::int64_t>> DeliveryCatalog::ids(const DeliveryFilter& filter) const
{
    RETURN_IF_ERROR(acceptableSearchText(filter.text));
    return attempt([&]() -> Result<std::vector<std::int64_t>> {
        SQLite::Statement statement(m_database.handle(),
                                    "SELECT id FROM delivery " + whereClause(filter) + " ORDER BY id DESC");
        bindFilter(statement, filter);
        std::vector<std::int64_t> ids;
        while (statement.executeStep()) {
            ids.push_back(statement.getColumn(0).getInt64());
        }
        return ids;
    });
}

Result<std::vector<Delivery>> DeliveryCatalog::rows(std::span<const std::int64_t> ids) const
{
    if (ids.size() > maxRowsPerCall) {
        return failure(ErrorCode::InvalidInput,
                       DeliveryCatalogText::tr("Too many rows were asked for at once."),
                       QStringLiteral("%1 rows").arg(ids.size()));
    }
    return attempt([&]() -> Result<std::vector<Delivery>> {
        SQLite::Statement statement(m_database.handle(), columns + ("WHERE id IN (" + idList(ids) + ")"));
        std::unordered_map<std::int64_t, Delivery> found;
        while (statement.executeStep()) {
            Delivery delivery = deliveryFrom(statement);
            found.emplace(delivery.id, std::move(delivery));
        }
        return inOrder(ids, found);
    });
}

Result<std::vector<Delivery>> DeliveryCatalog::firstRows(const DeliveryFilter& filter, int limit) const
{
    RETURN_IF_ERROR(acceptableSearchText(filter.text));
    return attempt([&]() -> Result<std::vector<Delivery>> {
        SQLite::Statement statement(
            m_database.handle(),
            columns + whereClause(filter) + " ORDER BY id DESC LIMIT " + std::to_string(std::max(0, limit)));
        bindFilter(statement, filter);
        std::vector<Delivery> deliveries;
        while (statement.executeStep()) {
            deliveries.push_back(deliveryFrom(statement));
        }
        return deliveries;
    });
}

Result<DeliveryContent> DeliveryCatalog::content(std::int64_t deliveryId) const
{
    return attempt([&]() -> Result<DeliveryContent> {
        SQLite::Statement statement(
            m_database.handle(),
            "SELECT headers, body, body_sha256, redacted_at, coalesce(kept_bytes > 0, 1) FROM delivery "
            "LEFT JOIN unverified ON delivery_id = id WHERE id = ?");
        statement.bind(1, deliveryId);
        if (!statement.executeStep()) {
            return failure(ErrorCode::NotFound,
                           DeliveryCatalogText::tr("This delivery is not in the profile."));
        }
        DeliveryContent content;
        content.headersJson = statement.getColumn(0).getString();
        content.body = blobOf(statement.getColumn(1));
        content.bodySha256 = blobOf(statement.getColumn(2));
        content.redactedAt = optionalTimeOf(statement.getColumn(3));
        content.isBodyKept = statement.getColumn(4).getInt() != 0;
        return content;
    });
}

Result<std::int64_t> DeliveryCatalog::count() const
{
    return attempt([&]() -> Result<std::int64_t> {
        return m_database.handle().execAndGet("SELECT count(*) FROM delivery").getInt64();
    });
}

Result<std::vector<QuarantineItem>> DeliveryCatalog::quarantine() const
{
    return QuarantineCatalog(m_database).firstRows({}, static_cast<int>(maxRowsPerCall));
}

Result<std::int64_t> DeliveryCatalog::quarantineCount() const
{
    return QuarantineCatalog(m_database).counts().map([](const QuarantineCatalog::Counts& counts) {
        return counts.waiting;
    });
}

Result<std::vector<FeedStatus>> DeliveryCatalog::feeds() const
{
    return attempt([&]() -> Result<std::vector<FeedStatus>> {
        SQLite::Statement statement(
            m_database.handle(),
            "SELECT url, inbox, cursor, last_contact_at, last_error, identity, history FROM source "
            "WHERE ended_at IS NULL AND url <> ? ORDER BY id");
        statement.bind(1, std::string(messageLogUrl));
        std::vector<FeedStatus> feeds;
        while (statement.executeStep()) {
            FeedStatus feed;
            feed.url = statement.getColumn(0).getString();
            feed.inbox = statement.getColumn(1).getString();
            feed.cursor = statement.getColumn(2).getInt64();
            feed.lastContactAt = optionalTimeOf(statement.getColumn(3));
            feed.lastError = optionalTextOf(statement.getColumn(4));
            feed.identity = statement.getColumn(5).getString();
            feed.history = statement.getColumn(6).getString();
            feeds.push_back(std::move(feed));
        }
        return feeds;
    });
}

}  // namespace countersign
