#pragma once

#include "core/base/Result.h"

#include <cstdint>
#include <string>

namespace countersign {

/// What a revocation asks of a wallet's signing jobs. An interface, so that the order of a revocation's steps
/// can be tested without a desk.
class WalletJobs
{
public:
    WalletJobs() = default;
    virtual ~WalletJobs() = default;
    WalletJobs(const WalletJobs&) = delete;
    WalletJobs& operator=(const WalletJobs&) = delete;

    /// Rejects the wallet's waiting jobs with this reason. How many.
    virtual Result<std::int64_t> stop(const std::string& walletId, const std::string& reason) = 0;
    /// Whether a ceremony of the wallet is under way, in this program or another one: its signature may exist
    /// already, so it is waited for until its outcome is recorded.
    virtual Result<bool> isSigning(const std::string& walletId) const = 0;
};

}  // namespace countersign
