#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"

#include <cstdint>

// Solana's compact-u16 encoding of lengths ("shortvec"): seven bits a byte, the low ones first, the high bit
// set while more follow. Every list of a Solana message is led by its length in it. One value has one
// encoding, as the runtime demands: two encodings would give one transaction two texts and two signatures.

namespace countersign::solana {

/// Takes a length from the front of rest. At most 3 bytes, at most 65535, and the shortest form; InvalidInput
/// otherwise, and rest is then left as it was.
Result<std::uint16_t> takeCompactU16(BytesView& rest);

/// 1 to 3 bytes.
void appendCompactU16(Bytes& out, std::uint16_t value);

}  // namespace countersign::solana
