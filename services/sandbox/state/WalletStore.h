#pragma once

#include "core/base/Result.h"
#include "services/sandbox/signing/KeyShares.h"
#include "services/sandbox/state/InspectionTypes.h"
#include "services/sandbox/state/SandboxTypes.h"

#include <optional>
#include <string>
#include <vector>

namespace countersign::sandbox {

class StateDatabase;

/// The tables of wallets, their users' own shares and the share sets of delegations. These have rules that
/// the tables must keep (one active set per wallet; an ended set holds no secret), in one place. Calls that
/// change something belong into StateDatabase::transaction.
class WalletStore
{
public:
    explicit WalletStore(StateDatabase& database) : m_database(database) {}

    Status addWallet(const Wallet& wallet, const KeyShares& shares);
    Result<std::optional<Wallet>> wallet(const std::string& walletId) const;
    /// The user's own two shares of the wallet (holder is the user's), from which delegations are reshared.
    Result<KeyShares> ownShares(const std::string& walletId) const;

    Status addShareSet(const ShareSet& shareSet);
    Result<std::optional<ShareSet>> activeShareSet(const std::string& walletId) const;
    /// Ends the active set, if there is one, and overwrites its secrets.
    Status endActiveShareSet(const std::string& walletId, ShareSetStatus status, UnixMillis time);

    /// In order of creation.
    Result<std::vector<WalletSummary>> summaries() const;
    /// Of one user, in order of creation.
    Result<std::vector<std::string>> walletsOf(const std::string& userId) const;

    /// As they were set last, or none.
    Result<WalletSettings> settings(const std::string& walletId) const;
    Status setSettings(const std::string& walletId, const WalletSettings& settings);

private:
    StateDatabase& m_database;
};

}  // namespace countersign::sandbox
