#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"

#include <array>

// ECDSA key pairs and signatures on secp256k1 (SEC 2 §2.4.1), over libsecp256k1, whose operations on secrets
// take constant time. These are the key pairs behind EVM addresses. Scalars are 32 bytes, big-endian.

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

/// 32 bytes: what is signed, already hashed.
inline constexpr std::size_t digestBytes = 32;

/// r and s big-endian; recoveryId 0 or 1: the parity of R's y (2 and 3, where r overflowed, have no form on
/// Ethereum).
struct Signature
{
    std::array<std::uint8_t, 32> r{};
    std::array<std::uint8_t, 32> s{};
    std::uint8_t recoveryId = 0;

    bool operator==(const Signature&) const = default;
};

/// RFC 6979, low s. digest has 32 bytes; InvalidInput for another length or an invalid scalar.
Result<Signature> sign(const SecretBytes& scalar, BytesView digest);

/// The same signature with s in the lower half of the order: Ethereum refuses the other one (EIP-2). A high s
/// becomes n − s and the parity flips. InvalidInput when r or s is zero or not below n, or recoveryId is
/// above 1.
Result<Signature> withLowS(const Signature& signature);

/// Whose signature over digest this is. Takes high s too: call withLowS before, where it must be low.
/// InvalidInput for a wrong length or values that no signature has, BadSignature when no key fits.
Result<PublicKey> recover(BytesView digest, const Signature& signature);

}  // namespace countersign::secp256k1
