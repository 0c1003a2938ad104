#pragma once

#include "core/dynamic/InspectionApi.h"
#include "core/inspection/wallets/WalletCheckStore.h"

#include <vector>

namespace countersign {

/// Wallets of a user that Dynamic says are delegated to us and that this profile never held: their delegation
/// went missing on its way. They are kept among the answers (WalletCheckStore), where the health board finds
/// them (wallet.neverReceived), until the delegation comes or Dynamic says that it is over. A wallet is held
/// when it is in the profile in any state, by its id or, since a credential's id need not be the wallet's, by
/// its address.
class UnheldWallets
{
public:
    explicit UnheldWallets(Database& database) : m_database(database), m_checks(database) {}

    /// Inside the caller's transaction. Of one user at most mostOfUser are looked at.
    Status note(const std::vector<OwnedWallet>& owned, UnixMillis now);

    static constexpr std::size_t mostOfUser = 1000;

private:
    Result<bool> isHeld(const OwnedWallet& wallet) const;
    Status forget(const OwnedWallet& wallet);

    Database& m_database;
    WalletCheckStore m_checks;
};

}  // namespace countersign
