#include "core/inspection/WalletCheckStore.h"

#include "core/base/Json.h"

namespace countersign {

namespace {

// Cut where they are read: a row that somebody wrote must not fill the memory.
constexpr const char* walletCheckColumns =
    "SELECT substr(wallet_id, 1, 128), verdict, substr(detail, 1, 500), substr(pending_change, 1, 200), "
    "checked_at FROM wallet_check ";
constexpr std::size_t mostWalletChecks = 1000;

std::optional<WalletCheck> walletCheckFrom(SQLite::Statement& row)
{
    const auto verdict = walletVerdictFrom(row.getColumn(1).getString());
    if (!verdict) {
        return std::nullopt;
    }
    return WalletCheck{row.getColumn(0).getString(), *verdict, row.getColumn(2).getString(),
                       row.getColumn(3).getString(), row.getColumn(4).getInt64()};
}

}  // namespace

Status WalletCheckStore::put(const WalletCheck& check)
{
    return attempt([&]() -> Status {
        SQLite::Statement upsert(m_database.handle(),
                                 "INSERT INTO wallet_check (wallet_id, verdict, detail, pending_change, "
                                 "checked_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (wallet_id) DO UPDATE SET "
                                 "verdict = excluded.verdict, detail = excluded.detail, "
                                 "pending_change = excluded.pending_change, "
                                 "checked_at = excluded.checked_at");
        upsert.bind(1, check.walletId);
        upsert.bind(2, std::string(toText(check.verdict)));
        upsert.bind(3, check.detail);
        upsert.bind(4, check.pendingChange);
        upsert.bind(5, check.checkedAt);
        upsert.exec();
        return {};
    });
}

Result<std::optional<WalletCheck>> WalletCheckStore::find(const std::string& walletId) const
{
    return attempt([&]() -> Result<std::optional<WalletCheck>> {
        SQLite::Statement query(m_database.handle(), std::string(walletCheckColumns) + "WHERE wallet_id = ?");
        query.bind(1, walletId);
        return query.executeStep() ? walletCheckFrom(query) : std::nullopt;
    });
}

Result<std::map<std::string, WalletCheck>> WalletCheckStore::findAll(
    std::span<const std::string> walletIds) const
{
    if (walletIds.size() > mostWalletChecks) {
        return failure(ErrorCode::Internal, {}, QStringLiteral("more than 1000 wallets"));
    }
    return attempt([&]() -> Result<std::map<std::string, WalletCheck>> {
        Json ids = Json::array();
        for (const std::string& id : walletIds) {
            ids.push_back(id);
        }
        SQLite::Statement query(
            m_database.handle(),
            std::string(walletCheckColumns) + "WHERE wallet_id IN (SELECT value FROM json_each(?))");
        query.bind(1, dumpJson(ids));
        std::map<std::string, WalletCheck> found;
        while (query.executeStep()) {
            if (auto check = walletCheckFrom(query)) {
                std::string walletId = check->walletId;
                found.emplace(std::move(walletId), *std::move(check));
            }
        }
        return found;
    });
}

Result<std::vector<WalletCheck>> WalletCheckStore::page(const std::string& behindWalletId, int limit) const
{
    return attempt([&]() -> Result<std::vector<WalletCheck>> {
        SQLite::Statement query(m_database.handle(), std::string(walletCheckColumns) +
                                                         "WHERE wallet_id > ? ORDER BY wallet_id LIMIT ?");
        query.bind(1, behindWalletId);
        query.bind(2, limit);
        std::vector<WalletCheck> found;
        while (query.executeStep()) {
            if (auto check = walletCheckFrom(query)) {
                found.push_back(*std::move(check));
            }
        }
        return found;
    });
}

}  // namespace countersign
