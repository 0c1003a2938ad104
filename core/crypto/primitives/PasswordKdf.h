#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"

#include <array>

// A key from a passphrase: Argon2id (RFC 9106) with parallelism 1, as libsodium computes it. A passphrase is
// guessable, so turning it into a key must cost memory and time.

namespace countersign {

inline constexpr std::size_t passwordSaltBytes = 16;
inline constexpr std::size_t passwordKeyBytes = 32;

/// Stored beside what the key protects; not secret.
struct PasswordKdfParameters
{
    std::uint32_t operations = 3;               ///< Argon2's t, 1–16
    std::uint64_t memoryBytes = 128ULL << 20U;  ///< Argon2's m in bytes, 8 MiB–1 GiB
    std::array<std::uint8_t, passwordSaltBytes> salt{};

    /// The defaults (about a quarter of a second on a small machine, so that a slower one stays near half a
    /// second: design.md §7) with a random salt.
    static PasswordKdfParameters fresh();
};

/// 32 bytes. InvalidInput when the passphrase is empty or a parameter lies outside its bounds: a damaged file
/// must neither exhaust the memory nor weaken the key. Unsupported when the memory is not there. Blocks: not
/// for the GUI thread.
Result<SecretBytes> derivePasswordKey(const SecretBytes& passphrase, const PasswordKdfParameters& parameters);

}  // namespace countersign
