#pragma once

#include "core/base/Bytes.h"

// ECDSA on P-384 with SHA-384 (COSE's ES384, RFC 9053 §2.1), over OpenSSL. AWS's Nitro hypervisor signs
// attestation documents with it. Only verifying is needed here.

namespace countersign::p384 {

inline constexpr std::size_t publicKeyBytes = 97;  ///< 0x04 ‖ x ‖ y
inline constexpr std::size_t signatureBytes = 96;  ///< r ‖ s, big-endian (IEEE P1363), not DER

/// Whether signature is one over SHA-384 of message. False, too, for a wrong length, a key that is no point
/// of the curve, and r or s outside 1…n−1.
bool verify(BytesView publicKey, BytesView message, BytesView signature);

}  // namespace countersign::p384
