#pragma once

#include <string>

// Addresses that several tests of the address book use.

namespace countersign::samples {

inline const std::string shop = "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045";
inline const std::string bank = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
/// Begins and ends like the shop's.
inline const std::string likeShop = "0xd8DA000000000000000000000000000000006045";
inline const std::string usdcMint = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v";
inline const std::string solanaChainId = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp";

}  // namespace countersign::samples
