#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"

// ML-KEM-768 key encapsulation (FIPS 203), which libsodium has since 1.0.22. Forward MPC agrees on its
// session key by it.

namespace countersign::mlkem768 {

inline constexpr std::size_t publicKeyBytes = 1184;
inline constexpr std::size_t secretKeyBytes = 2400;
inline constexpr std::size_t ciphertextBytes = 1088;
inline constexpr std::size_t sharedSecretBytes = 32;
inline constexpr std::size_t seedBytes = 64;

struct KeyPair
{
    Bytes publicKey;
    SecretBytes secretKey;
};

KeyPair generate();
/// seed: d ‖ z of FIPS 203, 64 bytes; InvalidInput for another length.
Result<KeyPair> fromSeed(const SecretBytes& seed);

struct Encapsulated
{
    Bytes ciphertext;
    SecretBytes sharedSecret;
};

/// InvalidInput for a key of another length, or one that FIPS 203's check of the encapsulation key refuses.
Result<Encapsulated> encapsulate(BytesView publicKey);

/// A ciphertext that was changed gives another secret, not an error (implicit rejection, FIPS 203 §6.3).
/// InvalidInput for a wrong length of either.
Result<SecretBytes> decapsulate(BytesView ciphertext, const SecretBytes& secretKey);

}  // namespace countersign::mlkem768
