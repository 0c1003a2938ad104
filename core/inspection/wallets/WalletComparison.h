#pragma once

#include "core/delegation/Wallet.h"
#include "core/delegation/WalletPathStore.h"
#include "core/dynamic/InspectionApi.h"
#include "core/inspection/wallets/WalletCheck.h"

namespace countersign {

/// Holds what Dynamic says of a wallet against what is here; checkedAt stays 0. The chain counts before the
/// address, which means nothing on another chain. path: where the wallet lies in its key's tree, as Dynamic
/// told when it was signed with; another one is another address. owner: the wallet among its user's
/// credentials; null: not asked, or not there. A delegation that either of the two knows of is one, since the
/// share sets of the new model are the user's. That there is none any more takes the owner's view with its
/// list of share sets (protocol reference §6.2; of shares, where ours has no id): an answer that shows only a
/// part says nothing against the delegation, and detail says so.
WalletCheck compareWallet(const Wallet& here, const std::optional<WalletPathStore::Path>& path,
                          const InspectedWallet& there, const OwnedWallet* owner);

/// The same where the owner lists a wallet that Dynamic does not find by its id: an answer that contradicts
/// itself does not say that the wallet is gone.
WalletCheck compareOwned(const Wallet& here, const OwnedWallet& owner);

/// The wallet among its user's: by its id, else by its address on its chain.
const OwnedWallet* findOwned(const Wallet& here, const std::vector<OwnedWallet>& wallets);

/// The health that follows from a verdict for a wallet that can be used: ok; address-mismatch (also of
/// another chain); credential-refused; unconfirmed where Dynamic knows no wallet or no delegation: nothing
/// confirms it any more, and nothing here is destroyed because of what somebody answered.
WalletHealth healthOf(WalletVerdict verdict);

}  // namespace countersign
