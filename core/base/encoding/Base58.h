#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"

#include <string>
#include <string_view>

namespace countersign {

/// Longest input of either direction; the conversion is quadratic, so a bound is needed. A Solana transaction
/// of version 1, 4,096 bytes, fits.
inline constexpr std::size_t base58MaxBytes = 4096;

/// Bitcoin's alphabet, no checksum (Solana addresses and signatures). bytes must not exceed base58MaxBytes;
/// longer gives an empty text.
std::string toBase58(BytesView bytes);

/// Strict: any character outside the alphabet, or a text that could not come from base58MaxBytes bytes, is
/// InvalidInput.
Result<Bytes> fromBase58(std::string_view text);

}  // namespace countersign
