#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"

#include <array>

// Why: the key pairs behind EVM addresses (SEC 2 §2.4.1), over libsecp256k1, whose operations on secrets take
// constant time. Scalars are 32 bytes, big-endian.

namespace countersign::secp256k1 {

inline constexpr std::size_t scalarBytes = 32;

/// x ‖ y, big-endian, without the leading 0x04.
using PublicKey = std::array<std::uint8_t, 64>;

/// Uniform in 1…n−1.
SecretBytes generateScalar();

/// Whether it has 32 bytes and lies in 1…n−1.
bool isValidScalar(const SecretBytes& scalar);

/// InvalidInput unless isValidScalar.
Result<PublicKey> publicKey(const SecretBytes& scalar);

/// 64 bytes that are a point of the curve, each coordinate below p.
bool isValidPublicKey(BytesView publicKey);

/// a + b mod n, for additive shares. InvalidInput when one is no valid scalar or the sum is zero.
Result<SecretBytes> add(const SecretBytes& a, const SecretBytes& b);
/// −a mod n. InvalidInput unless isValidScalar.
Result<SecretBytes> negate(const SecretBytes& a);

}  // namespace countersign::secp256k1
