#pragma once

#include <cstdint>

namespace countersign::meaning {

// From where on a fee is called too high. A plain transfer costs 21,000 gas: one whole coin is a price above
// 47,000 gwei, a hundred times what the worst days of Ethereum saw. A large deployment of ten million gas
// reaches it at 100 gwei, which is worth a second look.

/// Whole coins of the chain; a fee above is fee.cap.absolute.
inline constexpr std::uint64_t feeCapCoins = 1;
/// Per cent of the coins that are sent; a fee above is fee.cap.relative.
inline constexpr std::uint64_t feeCapPercent = 10;
/// Of blobs (EIP-4844).
inline constexpr std::uint64_t gasOfBlob = 131'072;

}  // namespace countersign::meaning
