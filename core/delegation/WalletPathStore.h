#pragma once

#include "core/base/Clock.h"
#include "core/vault/database/Database.h"

#include <optional>
#include <string>
#include <vector>

namespace countersign {

/// The store of wallets' derivation paths, as Dynamic told them (protocol reference §3.5). Asked for once
/// per delegation and kept: a new delegation of the wallet may lie elsewhere.
class WalletPathStore
{
public:
    /// Both must outlive it.
    WalletPathStore(Database& database, const Clock& clock) : m_database(database), m_clock(clock) {}

    using Path = std::vector<std::uint32_t>;
    /// nothing: never asked, for another delegation than eventId, or what is stored is no path.
    Result<std::optional<Path>> find(const std::string& walletId, const std::string& eventId) const;
    /// In the place of what was kept of the wallet before. Own transaction.
    Status keep(const std::string& walletId, const std::string& eventId, const Path& path);

private:
    Database& m_database;
    const Clock& m_clock;
};

}  // namespace countersign
