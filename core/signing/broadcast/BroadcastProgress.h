#pragma once

#include "core/rpc/SolanaRpc.h"

#include <cstdint>
#include <optional>

namespace countersign {

/// How far a transaction that was sent has come in its chain, as a node said at the last look. Told while the
/// transaction is followed and never stored: the next look may take it back, and whoever follows it anew asks
/// anew.
struct BroadcastProgress
{
    std::uint64_t confirmations = 0;  ///< EVM: blocks including its own, at most wanted; 0: in no block
    std::uint64_t wanted = 0;         ///< EVM: how many blocks decide; 0 on Solana
    /// Solana: nothing as long as it was not executed.
    std::optional<SolanaStatus::Commitment> commitment;

    bool operator==(const BroadcastProgress&) const = default;
};

}  // namespace countersign
