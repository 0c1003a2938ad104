#include "services/sandbox/state/WalletStore.h"

#include "services/sandbox/state/StateDatabase.h"

namespace countersign::sandbox {

namespace {

constexpr const char* walletColumns =
    "w.wallet_id, w.user_id, w.chain, w.address, w.public_key, w.created_at";

Wallet walletOf(SQLite::Statement& row)
{
    Wallet wallet;
    wallet.walletId = row.getColumn(0).getString();
    wallet.userId = row.getColumn(1).getString();
    wallet.chain = chainFromName(row.getColumn(2).getString()).value_or(Chain::Evm);
    wallet.address = row.getColumn(3).getString();
    wallet.publicKey = bytesOf(row.getColumn(4));
    wallet.createdAt = row.getColumn(5).getInt64();
    return wallet;
}

}  // namespace

Status WalletStore::addWallet(const Wallet& wallet, const KeyShares& shares)
{
    return storageCall([&]() -> Status {
        SQLite::Statement insert(
            m_database.handle(),
            "INSERT INTO wallets (wallet_id, user_id, chain, address, public_key, user_share, "
            "platform_share, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        insert.bind(1, wallet.walletId);
        insert.bind(2, wallet.userId);
        insert.bind(3, std::string(chainName(wallet.chain)));
        insert.bind(4, wallet.address);
        bindBytes(insert, 5, wallet.publicKey);
        bindBytes(insert, 6, shares.holder.view());
        bindBytes(insert, 7, shares.server.view());
        insert.bind(8, wallet.createdAt);
        insert.exec();
        return {};
    });
}

Result<std::optional<Wallet>> WalletStore::wallet(const std::string& walletId) const
{
    return storageCall([&]() -> Result<std::optional<Wallet>> {
        SQLite::Statement query(m_database.handle(), std::string("SELECT ") + walletColumns +
                                                         " FROM wallets w WHERE w.wallet_id = ?");
        query.bind(1, walletId);
        return query.executeStep() ? std::optional<Wallet>(walletOf(query)) : std::nullopt;
    });
}

Result<KeyShares> WalletStore::ownShares(const std::string& walletId) const
{
    return storageCall([&]() -> Result<KeyShares> {
        SQLite::Statement query(m_database.handle(),
                                "SELECT platform_share, user_share FROM wallets WHERE wallet_id = ?");
        query.bind(1, walletId);
        if (!query.executeStep()) {
            return storageFailure("the wallet has no shares");
        }
        return KeyShares{secretOf(query.getColumn(0)), secretOf(query.getColumn(1))};
    });
}

Status WalletStore::addShareSet(const ShareSet& shareSet)
{
    return storageCall([&]() -> Status {
        SQLite::Statement insert(m_database.handle(),
                                 "INSERT INTO share_sets (share_set_id, wallet_id, status, server_share, "
                                 "wallet_api_key, encryption_kid, created_at, share_digest) "
                                 "VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        insert.bind(1, shareSet.shareSetId);
        insert.bind(2, shareSet.walletId);
        insert.bind(3, std::string(shareSetStatusName(shareSet.status)));
        bindBytes(insert, 4, shareSet.serverShare.view());
        bindBytes(insert, 5, shareSet.walletApiKey.view());
        insert.bind(6, shareSet.encryptionKid);
        insert.bind(7, shareSet.createdAt);
        bindBytes(insert, 8, shareSet.shareDigest);
        insert.exec();
        return {};
    });
}

Result<std::optional<ShareSet>> WalletStore::activeShareSet(const std::string& walletId) const
{
    return storageCall([&]() -> Result<std::optional<ShareSet>> {
        SQLite::Statement query(
            m_database.handle(),
            "SELECT share_set_id, server_share, wallet_api_key, encryption_kid, created_at, share_digest "
            "FROM share_sets WHERE wallet_id = ? AND status = 'active'");
        query.bind(1, walletId);
        if (!query.executeStep()) {
            return std::optional<ShareSet>();
        }
        ShareSet shareSet;
        shareSet.shareSetId = query.getColumn(0).getString();
        shareSet.walletId = walletId;
        shareSet.serverShare = secretOf(query.getColumn(1));
        shareSet.walletApiKey = secretOf(query.getColumn(2));
        shareSet.encryptionKid = query.getColumn(3).getString();
        shareSet.createdAt = query.getColumn(4).getInt64();
        shareSet.shareDigest = bytesOf(query.getColumn(5));
        return std::optional<ShareSet>(std::move(shareSet));
    });
}

Status WalletStore::endActiveShareSet(const std::string& walletId, ShareSetStatus status, UnixMillis time)
{
    return storageCall([&]() -> Status {
        SQLite::Statement update(m_database.handle(),
                                 "UPDATE share_sets SET status = ?, ended_at = ?, server_share = NULL, "
                                 "wallet_api_key = NULL WHERE wallet_id = ? AND status = 'active'");
        update.bind(1, std::string(shareSetStatusName(status)));
        update.bind(2, time);
        update.bind(3, walletId);
        update.exec();
        return {};
    });
}

Result<std::vector<WalletSummary>> WalletStore::summaries() const
{
    return storageCall([&]() -> Result<std::vector<WalletSummary>> {
        SQLite::Statement query(m_database.handle(),
                                std::string("SELECT ") + walletColumns +
                                    ", s.share_set_id, s.status, s.created_at, s.ended_at FROM wallets w "
                                    "JOIN share_sets s ON s.position = (SELECT max(position) FROM share_sets "
                                    "WHERE wallet_id = w.wallet_id) ORDER BY w.position");
        std::vector<WalletSummary> all;
        while (query.executeStep()) {
            WalletSummary summary;
            summary.wallet = walletOf(query);
            summary.shareSetId = query.getColumn(6).getString();
            summary.status =
                shareSetStatusFromName(query.getColumn(7).getString()).value_or(ShareSetStatus::Revoked);
            summary.delegatedAt = query.getColumn(8).getInt64();
            summary.endedAt = query.getColumn(9).getInt64();
            all.push_back(std::move(summary));
        }
        return all;
    });
}

Result<std::vector<std::string>> WalletStore::walletsOf(const std::string& userId) const
{
    return storageCall([&]() -> Result<std::vector<std::string>> {
        SQLite::Statement query(m_database.handle(),
                                "SELECT wallet_id FROM wallets WHERE user_id = ? ORDER BY position");
        query.bind(1, userId);
        std::vector<std::string> ids;
        while (query.executeStep()) {
            ids.push_back(query.getColumn(0).getString());
        }
        return ids;
    });
}

Result<WalletSettings> WalletStore::settings(const std::string& walletId) const
{
    return storageCall([&]() -> Result<WalletSettings> {
        SQLite::Statement query(m_database.handle(),
                                "SELECT settings FROM wallet_settings WHERE wallet_id = ?");
        query.bind(1, walletId);
        return query.executeStep() ? WalletSettings().changedBy(query.getColumn(0).getString())
                                   : WalletSettings();
    });
}

Status WalletStore::setSettings(const std::string& walletId, const WalletSettings& settings)
{
    return storageCall([&]() -> Status {
        SQLite::Statement upsert(m_database.handle(),
                                 "INSERT INTO wallet_settings (wallet_id, settings) VALUES (?, ?) "
                                 "ON CONFLICT (wallet_id) DO UPDATE SET settings = excluded.settings");
        upsert.bind(1, walletId);
        upsert.bind(2, dumpJson(settings.toJson()));
        upsert.exec();
        return {};
    });
}

}  // namespace countersign::sandbox
