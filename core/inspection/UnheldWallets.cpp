#include "core/inspection/UnheldWallets.h"

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

Status UnheldWallets::note(const std::vector<OwnedWallet>& owned, UnixMillis now)
{
    for (const OwnedWallet& wallet : std::span(owned).first(std::min(owned.size(), mostOfUser))) {
        if (!wallet.isDelegated || !DynamicConnection::isId(wallet.id)) {
            continue;
        }
        ASSIGN_OR_RETURN(const bool held, isHeld(wallet));
        if (held) {
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
