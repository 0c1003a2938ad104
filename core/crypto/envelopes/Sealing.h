#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"

#include <optional>

// Authenticated encryption of what is secret at rest: XChaCha20-Poly1305-IETF (libsodium). All of it is
// sealed the same way: 24-byte nonces may be random without a counter to keep, and associated data bind a
// record to its place.

namespace countersign {

inline constexpr std::size_t sealKeyBytes = 32;
inline constexpr std::size_t sealNonceBytes = 24;
inline constexpr std::size_t sealTagBytes = 16;
/// How much longer than its plaintext a sealed record is: version, nonce, tag.
inline constexpr std::size_t sealOverheadBytes = 1 + sealNonceBytes + sealTagBytes;

/// Version byte 0x01, random nonce, ciphertext, tag; the version byte is authenticated too. InvalidInput when
/// the key has not 32 bytes.
Result<Bytes> seal(const SecretBytes& key, BytesView plaintext, BytesView associatedData);

/// Corrupt when the record is too short, of an unknown version, was changed, belongs to another place
/// (associated data) or to another key: these cannot be told apart further. InvalidInput when the key has not
/// 32 bytes.
Result<SecretBytes> unseal(const SecretBytes& key, BytesView sealed, BytesView associatedData);
/// The same for what was sealed because it must not be changed, and is no secret: in ordinary memory, since
/// guarded memory costs nine calls of the kernel.
Result<Bytes> unsealPublic(const SecretBytes& key, BytesView sealed, BytesView associatedData);

/// The bare cipher: ciphertext followed by the 16-byte tag. key 32, nonce 24 bytes, else nothing.
std::optional<Bytes> xchacha20Poly1305Encrypt(BytesView key, BytesView nonce, BytesView associatedData,
                                              BytesView plaintext);
/// Nothing when a length is wrong or the tag does not verify.
std::optional<SecretBytes> xchacha20Poly1305Decrypt(BytesView key, BytesView nonce, BytesView associatedData,
                                                    BytesView ciphertextAndTag);

}  // namespace countersign
