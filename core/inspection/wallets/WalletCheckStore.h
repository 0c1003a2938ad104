#pragma once

#include "core/inspection/wallets/WalletCheck.h"
#include "core/vault/database/Database.h"

#include <optional>

namespace countersign {

/// The newest answer about each wallet that was ever asked about. For showing only: the rows carry no code,
/// so whoever can write the profile's file can write them. Nothing is signed or refused because of them, what
/// is read is bounded, and a row that is none counts as never asked.
class WalletCheckStore
{
public:
    explicit WalletCheckStore(Database& database) : m_database(database) {}

    /// In the place of what was kept of the wallet before. Inside the caller's transaction.
    Status put(const WalletCheck& check);

    Result<std::optional<WalletCheck>> find(const std::string& walletId) const;

private:
    Database& m_database;
};

}  // namespace countersign
