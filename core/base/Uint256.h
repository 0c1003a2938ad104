#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"

#include <boost/multiprecision/cpp_int.hpp>

#include <string>
#include <string_view>

// Unsigned 256-bit integers, and their text and byte forms. Amounts, nonces and fees of EVM chains are
// unsigned integers of up to 256 bits and never pass through floating point. Quantities travel as decimal
// strings or 0x-hex (design.md §7).

namespace countersign {

/// Wraps modulo 2^256 like the EVM; checked sums are the caller's task (see addChecked).
using Uint256 = boost::multiprecision::uint256_t;

/// Decimal without sign and without superfluous leading zeros, or 0x and 1 to 64 hex digits (leading zeros
/// allowed there). Below 2^256, nothing else around it; InvalidInput otherwise.
Result<Uint256> parseQuantity(std::string_view text);
/// As above, below 2^64.
Result<std::uint64_t> parseQuantity64(std::string_view text);

std::string toDecimal(const Uint256& value);
/// 0x and the fewest lower-case digits ("0x0" for zero), as JSON-RPC wants it.
std::string toHexQuantity(const Uint256& value);

/// 32 bytes, big-endian.
Bytes toBytes32(const Uint256& value);
/// Big-endian without leading zeros; zero is empty (RLP's form).
Bytes toMinimalBytes(const Uint256& value);
/// Big-endian; at most 32 bytes, else InvalidInput.
Result<Uint256> fromBigEndian(BytesView bytes);

/// Nothing when the sum does not fit.
std::optional<Uint256> addChecked(const Uint256& a, const Uint256& b);

}  // namespace countersign
