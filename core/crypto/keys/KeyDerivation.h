#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"

#include <cstdint>
#include <string_view>

// Key derivation: one key per purpose from one master key, and one key from two halves. Neither a purpose nor
// half of the protection reveals anything of another.

namespace countersign {

inline constexpr std::size_t derivationKeyBytes = 32;

/// libsodium's crypto_kdf (BLAKE2b): 32 bytes for (context, id). master has 32 bytes, context exactly 8
/// characters, else InvalidInput.
Result<SecretBytes> deriveSubkey(const SecretBytes& master, std::string_view context, std::uint64_t id = 1);

/// BLAKE2b-256 of (second ‖ context) keyed with first: without either half nothing is known of the result.
/// Both halves have 32 bytes, else InvalidInput; context names the purpose and may have any length.
Result<SecretBytes> combineKeys(const SecretBytes& first, const SecretBytes& second,
                                std::string_view context);

}  // namespace countersign
