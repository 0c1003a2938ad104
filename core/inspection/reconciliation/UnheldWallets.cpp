#include "core/inspection/reconciliation/UnheldWallets.h"

#include "core/dynamic/DynamicConnection.h"

#include <algorithm>
#include <span>

namespace countersign {

Result<bool> UnheldWallets::isHeld(const OwnedWallet& wallet) const
{
    return attempt([&]() -> Result<bool> {
        SQLite::Statement query(m_database.handle(),
                                "SELECT EXISTS (SELECT 1 FROM wallet WHERE wallet_id = ?1) OR EXISTS (SELECT "
                                "1 FROM wallet WHERE address = ?2) OR EXISTS (SELECT 1 FROM wallet WHERE "
                                "chain = 'EVM' AND address = ?2 COLLATE NOCASE)");
        query.bind(1, wallet.id);
        query.bind(2, wallet.address);
        return query.executeStep() && query.getColumn(0).getInt() != 0;
    });
}

/// It came under an id of its own: what was kept under the credential's is about nothing any more. Of a
/// wallet's own id the answer is the wallet's.
Status UnheldWallets::forget(const OwnedWallet& wallet)
{
    return attempt([&]() -> Status {
        SQLite::Statement erase(m_database.handle(),
                                "DELETE FROM wallet_check WHERE wallet_id = ?1 AND NOT EXISTS (SELECT 1 FROM "
                                "wallet WHERE wallet_id = ?1)");
        erase.bind(1, wallet.id);
        erase.exec();
        return {};
    });
}

Status UnheldWallets::note(const std::vector<OwnedWallet>& owned, UnixMillis now)
{
    for (const OwnedWallet& wallet : std::span(owned).first(std::min(owned.size(), mostOfUser))) {
        if (!wallet.isDelegated || !DynamicConnection::isId(wallet.id)) {
            continue;
        }
        ASSIGN_OR_RETURN(const bool held, isHeld(wallet));
        if (held) {
            RETURN_IF_ERROR(forget(wallet));
            continue;
        }
        if (*wallet.isDelegated) {
            RETURN_IF_ERROR(m_checks.put({wallet.id, WalletVerdict::Ok, {}, {}, now}));
            continue;
        }
        // What was listed before is over; of the others nothing needs to be known.
        ASSIGN_OR_RETURN(const auto before, m_checks.find(wallet.id));
        if (before) {
            RETURN_IF_ERROR(m_checks.put({wallet.id, WalletVerdict::NoDelegation, {}, {}, now}));
        }
    }
    return {};
}

}  // namespace countersign
