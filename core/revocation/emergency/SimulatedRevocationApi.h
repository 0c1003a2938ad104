#pragma once

#include "core/dynamic/RevocationApi.h"

namespace countersign {

/// A Dynamic that ends every delegation it is asked about, and is nobody: nothing leaves this process. For
/// drills, whose report says that this answered.
class SimulatedRevocationApi final : public RevocationApi
{
public:
    PendingCallPtr revokeWallet(const std::string& walletId,
                                std::function<void(const RevocationAnswer&)> answered) override;
    PendingCallPtr revokeShareSet(const std::string& walletId, const std::string& shareSetId,
                                  std::function<void(const RevocationAnswer&)> answered) override;
    PendingCallPtr revokeWallets(const std::vector<std::string>& walletIds,
                                 std::function<void(const BulkRevocationAnswer&)> answered) override;
};

}  // namespace countersign
