#include "core/delegation/WalletCatalog.h"

#include "core/vault/database/Rows.h"

#include <QCoreApplication>

#include <array>

namespace countersign {

namespace {

constexpr std::size_t maxRowsPerCall = 1000;

constexpr const char* columns =
    "SELECT id, wallet_id, chain, address, address_bytes, user_id, status, health, health_detail, "
    "share_set_id, received_at, last_event_at, last_event FROM wallet ";

struct WalletCatalogText
{
    Q_DECLARE_TR_FUNCTIONS(WalletCatalogText)
};

/// Statuses and healths of a newer program on the same profile are shown as the nearest that claims nothing.
Wallet walletFrom(SQLite::Statement& row)
{
    Wallet wallet;
    wallet.id = row.getColumn(0).getInt64();
    wallet.walletId = row.getColumn(1).getString();
    wallet.chain = row.getColumn(2).getString();
    wallet.address = row.getColumn(3).getString();
    wallet.addressBytes = blobOf(row.getColumn(4));
    wallet.userId = optionalTextOf(row.getColumn(5));
    wallet.status = walletStatusFrom(row.getColumn(6).getString()).value_or(WalletStatus::Unusable);
    wallet.health = walletHealthFrom(row.getColumn(7).getString()).value_or(WalletHealth::Unconfirmed);
    wallet.healthDetail = row.getColumn(8).getString();
    wallet.shareSetId = optionalTextOf(row.getColumn(9));
    wallet.receivedAt = row.getColumn(10).getInt64();
    wallet.lastEventAt = row.getColumn(11).getInt64();
    wallet.lastEvent = row.getColumn(12).getString();
    return wallet;
}

/// The conditions in a fixed order; bindFilter follows the same one.
std::string whereClause(const WalletFilter& filter)
{
    std::string clause = "WHERE 1";
    if (!filter.chain.empty()) {
        clause += " AND chain = upper(?)";
    }
    if (filter.status) {
        clause += " AND status = ?";
    }
    if (filter.health) {
        clause += " AND health = ?";
    }
    if (!filter.key.empty()) {
        clause +=
            " AND wallet_id IN (SELECT wallet_id FROM delegation WHERE state IN ('current', 'undecryptable') "
            "AND kid = ? COLLATE NOCASE)";
    }
    if (filter.notSeenSince) {
        clause +=
            " AND status = 'active' AND NOT EXISTS (SELECT 1 FROM wallet_check c WHERE c.wallet_id = "
            "wallet.wallet_id AND c.verdict = 'ok' AND c.checked_at >= ?)";
    }
    if (filter.onlyProblems) {
        clause +=
            " AND (status = 'unusable' OR health IN ('undecryptable', 'password-protected', "
            "'address-mismatch', 'credential-refused'))";
    }
    if (!filter.text.empty()) {
        clause +=
            " AND (address LIKE ? ESCAPE '\\' OR wallet_id LIKE ? ESCAPE '\\' "
            "OR user_id LIKE ? ESCAPE '\\')";
    }
    return clause;
}

void bindFilter(SQLite::Statement& statement, const WalletFilter& filter)
{
    int position = 1;
    if (!filter.chain.empty()) {
        statement.bind(position++, filter.chain);
    }
    if (filter.status) {
        statement.bind(position++, std::string(toText(*filter.status)));
    }
    if (filter.health) {
        statement.bind(position++, std::string(toText(*filter.health)));
    }
    if (!filter.key.empty()) {
        statement.bind(position++, filter.key);
    }
    if (filter.notSeenSince) {
        statement.bind(position++, *filter.notSeenSince);
    }
    if (!filter.text.empty()) {
        const std::string pattern = containsPattern(filter.text);
        for (int i = 0; i < 3; ++i) {
            statement.bind(position++, pattern);
        }
    }
}

/// How the rows come into their order.
enum class Ordering {
    ByIndex,  ///< the column's index is followed; every row looked at costs a search in the table
    BySort,   ///< the table is read once from one end to the other and what was found is sorted
};

/// Ties are broken by id in the same direction, so that one index serves both and the order is total.
std::string orderClause(const WalletOrder& order, Ordering ordering)
{
    const std::string direction = order.descending ? " DESC" : " ASC";
    // A unary + keeps SQLite from using the column's index.
    const std::string prefix = ordering == Ordering::BySort ? "+" : "";
    const auto by = [&](const char* column) { return prefix + column + direction; };
    std::string clause;
    switch (order.column) {
        case WalletOrder::Column::Address:
            clause = by("address");
            break;
        case WalletOrder::Column::Chain:
            clause = by("chain");
            break;
        case WalletOrder::Column::User:
            clause = by("user_id");
            break;
        case WalletOrder::Column::StatusAndHealth:
            clause = by("status") + ", " + by("health");
            break;
        case WalletOrder::Column::Received:
            clause = by("received_at");
            break;
        case WalletOrder::Column::LastEvent:
            clause = by("last_event_at");
            break;
    }
    return " ORDER BY " + clause + ", " + by("id");
}

}  // namespace

Result<std::vector<std::int64_t>> WalletCatalog::ids(const WalletFilter& filter,
                                                     const WalletOrder& order) const
{
    RETURN_IF_ERROR(acceptableSearchText(filter.text));
    // A search for text looks at every row: 100,000 wallets take 40 ms of CPU so, along an index 300 ms.
    const Ordering ordering = filter.text.empty() ? Ordering::ByIndex : Ordering::BySort;
    return attempt([&]() -> Result<std::vector<std::int64_t>> {
        SQLite::Statement statement(m_database.handle(), "SELECT id FROM wallet " + whereClause(filter) +
                                                             orderClause(order, ordering));
        bindFilter(statement, filter);
        std::vector<std::int64_t> ids;
        while (statement.executeStep()) {
            ids.push_back(statement.getColumn(0).getInt64());
        }
        return ids;
    });
}

Result<std::vector<Wallet>> WalletCatalog::rows(std::span<const std::int64_t> ids) const
{
    if (ids.size() > maxRowsPerCall) {
        return failure(ErrorCode::InvalidInput,
                       WalletCatalogText::tr("Too many rows were asked for at once."),
                       QStringLiteral("%1 rows").arg(ids.size()));
    }
    return attempt([&]() -> Result<std::vector<Wallet>> {
        SQLite::Statement statement(m_database.handle(), columns + ("WHERE id IN (" + idList(ids) + ")"));
        std::unordered_map<std::int64_t, Wallet> found;
        while (statement.executeStep()) {
            Wallet wallet = walletFrom(statement);
            found.emplace(wallet.id, std::move(wallet));
        }
        return inOrder(ids, found);
    });
}

Result<std::vector<Wallet>> WalletCatalog::firstRows(const WalletFilter& filter, const WalletOrder& order,
                                                     int limit) const
{
    RETURN_IF_ERROR(acceptableSearchText(filter.text));
    return attempt([&]() -> Result<std::vector<Wallet>> {
        SQLite::Statement statement(m_database.handle(), columns + whereClause(filter) +
                                                             orderClause(order, Ordering::ByIndex) +
                                                             " LIMIT " + std::to_string(std::max(0, limit)));
        bindFilter(statement, filter);
        std::vector<Wallet> wallets;
        while (statement.executeStep()) {
            wallets.push_back(walletFrom(statement));
        }
        return wallets;
    });
}

Result<std::int64_t> WalletCatalog::count() const
{
    return attempt([&]() -> Result<std::int64_t> {
        return m_database.handle().execAndGet("SELECT count(*) FROM wallet").getInt64();
    });
}

Result<Wallet> WalletCatalog::find(std::string_view walletIdOrAddress) const
{
    const std::string key(walletIdOrAddress);
    // EVM addresses are stored in EIP-55 form and asked for in any; other chains' addresses are case
    // sensitive.
    static const std::array queries = {
        std::string(columns) + "WHERE wallet_id = ? LIMIT 2",
        std::string(columns) + "WHERE address = ? LIMIT 2",
        std::string(columns) + "WHERE chain = 'EVM' AND address = ? COLLATE NOCASE LIMIT 2",
    };
    return attempt([&]() -> Result<Wallet> {
        for (const std::string& sql : queries) {
            auto statement = m_database.statement(sql.c_str());
            statement->bind(1, key);
            if (!statement->executeStep()) {
                continue;
            }
            Wallet wallet = walletFrom(*statement);
            if (statement->executeStep()) {
                return failure(ErrorCode::NotFound,
                               WalletCatalogText::tr(
                                   "More than one wallet has this address. Name it by its wallet id."));
            }
            return wallet;
        }
        return failure(ErrorCode::NotFound,
                       WalletCatalogText::tr("No delegated wallet has this id or address."));
    });
}

Result<std::vector<DelegationRecord>> WalletCatalog::history(std::string_view walletId) const
{
    return attempt([&]() -> Result<std::vector<DelegationRecord>> {
        SQLite::Statement statement(
            m_database.handle(),
            "SELECT id, wallet_id, share_set_id, event_id, delivery_id, delegated_at, state, kid, "
            "sealed_share IS NOT NULL AND sealed_wallet_api_key IS NOT NULL, ended_at "
            "FROM delegation WHERE wallet_id = ? ORDER BY delegated_at DESC, id DESC");
        statement.bind(1, std::string(walletId));
        std::vector<DelegationRecord> records;
        while (statement.executeStep()) {
            DelegationRecord record;
            record.id = statement.getColumn(0).getInt64();
            record.walletId = statement.getColumn(1).getString();
            record.shareSetId = optionalTextOf(statement.getColumn(2));
            record.eventId = statement.getColumn(3).getString();
            record.deliveryId = statement.getColumn(4).getInt64();
            record.delegatedAt = statement.getColumn(5).getInt64();
            record.state = statement.getColumn(6).getString();
            record.kid = optionalTextOf(statement.getColumn(7));
            record.hasMaterial = statement.getColumn(8).getInt() != 0;
            if (!statement.getColumn(9).isNull()) {
                record.endedAt = statement.getColumn(9).getInt64();
            }
            records.push_back(std::move(record));
        }
        return records;
    });
}

}  // namespace countersign
