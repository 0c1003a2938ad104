#pragma once

#include "core/base/Bytes.h"
#include "core/crypto/primitives/Keccak.h"

namespace countersign {

/// The Calldata Digest of ERC-8213: Keccak-256 of the length (32 bytes, big-endian) ‖ calldata. Two people
/// compare it to know that they look at the same calldata; it covers neither the receiver nor the value nor
/// the chain.
Keccak256Digest calldataDigest(BytesView calldata);

}  // namespace countersign
