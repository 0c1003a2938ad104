#include "core/inspection/wallets/WalletCheckStore.h"

namespace countersign {

namespace {

// Cut where they are read: a row that somebody wrote must not fill the memory.
constexpr const char* walletCheckColumns =
    "SELECT substr(wallet_id, 1, 128), verdict, substr(detail, 1, 500), substr(pending_change, 1, 200), "
    "checked_at FROM wallet_check ";

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

}  // namespace countersign
