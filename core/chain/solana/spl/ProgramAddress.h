#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/crypto/keys/Address.h"

#include <cstdint>
#include <span>

// Program-derived addresses (PDA; Solana documentation, "Program Derived Address"). Addresses that belong to
// a program and not to a key are computed, not looked up: SHA-256 over the seeds, the program and a mark, and
// only what is no point of the curve counts, so that nobody can hold its key.

namespace countersign::solana {

struct ProgramAddress
{
    SolanaAddress address{};
    std::uint8_t bump = 0;  ///< the last seed, which pushed the address off the curve

    bool operator==(const ProgramAddress&) const = default;
};

inline constexpr std::size_t maxSeedBytes = 32;
inline constexpr std::size_t maxSeeds = 16;  ///< the bump among them

/// The address for exactly these seeds. InvalidInput for too many or too long seeds, and when the hash
/// happens to be a point of the curve.
Result<SolanaAddress> createProgramAddress(std::span<const BytesView> seeds, const SolanaAddress& program);

/// The canonical one: the first bump from 255 down to 1 that gives an address. InvalidInput as above, and
/// when there is none (nobody has ever seen that).
Result<ProgramAddress> findProgramAddress(std::span<const BytesView> seeds, const SolanaAddress& program);

}  // namespace countersign::solana
