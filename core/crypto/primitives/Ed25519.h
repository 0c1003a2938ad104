#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"

#include <array>

// Ed25519 signatures (RFC 8032), over libsodium. Solana addresses and the submitters' signatures have such
// key pairs behind them. Scalars are 32 bytes, little-endian.

namespace countersign::ed25519 {

inline constexpr std::size_t seedBytes = 32;
inline constexpr std::size_t scalarBytes = 32;

using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

/// seed: any 32 bytes (SecretBytes::random). InvalidInput for another length.
Result<PublicKey> publicKey(const SecretBytes& seed);

/// 32 bytes that encode, canonically, a point of the prime-order group other than the identity. A Solana
/// address need not be one (program-derived addresses are not).
bool isValidPublicKey(BytesView publicKey);

/// Whether 32 bytes decompress to a point of the curve at all, whatever its subgroup and whether or not they
/// are its canonical encoding: Solana's test for an address that might have a private key (solana-address,
/// is_on_curve: curve25519-dalek's CompressedEdwardsY::decompress). False for another length.
bool isOnCurve(BytesView point);

/// RFC 8032 Ed25519 over the message itself. InvalidInput for a seed of another length.
Result<Signature> sign(const SecretBytes& seed, BytesView message);
/// Strict: libsodium refuses non-canonical s, and small-order or non-canonical keys.
bool verify(BytesView publicKey, BytesView message, BytesView signature);

/// The private scalar that a seed stands for (RFC 8032 §5.1.5, clamped), reduced modulo the group's order so
/// that it can be split additively.
Result<SecretBytes> scalarOf(const SecretBytes& seed);
/// Uniform modulo the group's order, not zero.
SecretBytes randomScalar();
/// a + b and a − b modulo the group's order; InvalidInput unless both have 32 bytes.
Result<SecretBytes> add(const SecretBytes& a, const SecretBytes& b);
Result<SecretBytes> subtract(const SecretBytes& a, const SecretBytes& b);
/// scalar × base point, not clamped. InvalidInput for another length or a scalar that is zero.
Result<PublicKey> publicKeyOfScalar(const SecretBytes& scalar);

/// RFC 8032 §5.1.6 from step 2 on, for a private scalar (32 bytes, reduced, not zero) that no seed is known
/// of, as a joint key's is: the prefix that the seed would give is 32 random bytes, so that two signatures of
/// one message differ. verify accepts them. InvalidInput for a scalar that publicKeyOfScalar refuses.
Result<Signature> signWithScalar(const SecretBytes& scalar, BytesView message);

}  // namespace countersign::ed25519
