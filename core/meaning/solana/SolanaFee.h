#pragma once

#include "core/base/Uint256.h"
#include "core/chain/solana/message/SolanaMessage.h"
#include "core/chain/solana/programs/DecodedInstruction.h"

#include <optional>
#include <span>

namespace countersign::meaning {

// What the network takes (Solana documentation, "Fees"; SIMD-0385 for version 1).

inline constexpr std::uint64_t lamportsPerSignature = 5'000;
inline constexpr std::uint64_t maxComputeUnits = 1'400'000;          ///< of a transaction
inline constexpr std::uint64_t defaultUnitsOfInstruction = 200'000;  ///< where no limit is set
inline constexpr std::uint64_t microLamportsPerLamport = 1'000'000;

/// From where on a fee is called too high: 0.05 SOL. A plain transfer costs 0.000005 SOL; ten thousand times
/// that is more than the fullest blocks ever asked for, and about where a slip of the decimal point in a unit
/// price ends up.
inline constexpr std::uint64_t feeCapLamports = 50'000'000;

/// In lamports. The most that the network can take: where no limit is set it may reckon with fewer units.
struct SolanaFee
{
    Uint256 signatures;  ///< 5,000 for each, those that precompiled programs verify among them
    Uint256 priority;    ///< unit price times limit, rounded up; in version 1 what the message says
    /// Two instructions set the same: the network refuses the transaction.
    bool isAmbiguous = false;
    /// An instruction about the cost could not be read: it may be any.
    bool isUnknown = false;

    Uint256 total() const { return signatures + priority; }
};

/// What the runtime grants of a limit in version 1: no more than of any other transaction.
std::optional<std::uint64_t> grantedUnits(const SolanaConfig& config);

/// instructions: those of the message, decoded. Instructions for the compute budget have no effect in version
/// 1, where the message's configuration says it.
SolanaFee feeOf(const SolanaMessage& message, std::span<const solana::DecodedInstruction> instructions);

}  // namespace countersign::meaning
