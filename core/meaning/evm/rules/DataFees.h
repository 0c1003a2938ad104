#pragma once

#include "core/base/Uint256.h"
#include "core/meaning/Meaning.h"

#include <optional>

// Rollups that take a fee for a transaction's data on Ethereum beside the one for gas: the OP stack and
// Scroll. It follows Ethereum's prices of the moment, and no member of a transaction limits it. Others
// (Arbitrum, ZKsync, Linea) count data as gas.

namespace countersign::meaning {

/// Whether what gas costs at most is not all that a transaction on this chain can cost.
bool hasDataFee(const std::optional<Uint256>& chainId);
/// fee.l1Data (info): on such a chain. Nothing elsewhere.
std::optional<Finding> dataFee(const std::optional<Uint256>& chainId);

}  // namespace countersign::meaning
