#pragma once

#include "core/delegation/Wallet.h"
#include "core/vault/database/Database.h"

#include <span>

namespace countersign {

/// Every set member narrows the list. text matches address, wallet id, user id as substrings without regard
/// to ASCII case.
struct WalletFilter
{
    std::string text;
    std::string chain;
    std::optional<WalletStatus> status;
    std::optional<WalletHealth> health;
    /// The kid of an RSA key that opened the current delegation, or that it waits for; ASCII case ignored.
    std::string key;
    /// Active, and no answer of Dynamic since then said that all is well.
    std::optional<UnixMillis> notSeenSince;
    bool onlyProblems = false;  ///< status unusable, or a health that asks for mending
};

struct WalletOrder
{
    enum class Column { Address, Chain, User, StatusAndHealth, Received, LastEvent };
    Column column = Column::Received;
    bool descending = true;
};

/// The read side of the delegated wallets' tables, for views and the command line. A view reads the ordered
/// ids once (8 bytes a row, from an index) and then rows by id, page by page, so that 100,000 wallets cost no
/// more than what is on the screen; OFFSET is never used. Read-only; bring a connection of your own thread.
class WalletCatalog
{
public:
    explicit WalletCatalog(Database& database) : m_database(database) {}

    Result<std::vector<std::int64_t>> ids(const WalletFilter& filter, const WalletOrder& order) const;
    /// In the order of ids; ids that are gone are left out. At most 1000 ids a call.
    Result<std::vector<Wallet>> rows(std::span<const std::int64_t> ids) const;
    /// What a first paint needs: the first rows in order, without reading all ids.
    Result<std::vector<Wallet>> firstRows(const WalletFilter& filter, const WalletOrder& order,
                                          int limit) const;
    Result<std::int64_t> count() const;
    /// By wallet id, or by address where exactly one wallet has it. NotFound otherwise.
    Result<Wallet> find(std::string_view walletIdOrAddress) const;
    /// Newest first.
    Result<std::vector<DelegationRecord>> history(std::string_view walletId) const;

private:
    Database& m_database;
};

}  // namespace countersign
