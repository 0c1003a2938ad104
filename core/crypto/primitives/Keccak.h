#pragma once

#include "core/base/Bytes.h"

#include <array>

namespace countersign {

using Keccak256Digest = std::array<std::uint8_t, 32>;

/// Keccak-256 as Ethereum uses it: the padding of the original submission, not that of FIPS 202 (SHA3-256).
Keccak256Digest keccak256(BytesView bytes);

}  // namespace countersign
