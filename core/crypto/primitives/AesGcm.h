#pragma once

#include "core/base/Bytes.h"
#include "core/base/SecretBytes.h"

#include <array>
#include <optional>

// AES-256-GCM (NIST SP 800-38D). It is a function of its own, so that the envelope's cipher can be held
// against public vectors without an RSA key around it.

namespace countersign {

inline constexpr std::size_t aesGcmKeyBytes = 32;
inline constexpr std::size_t aesGcmTagBytes = 16;
using AesGcmTag = std::array<std::uint8_t, aesGcmTagBytes>;

struct AesGcmSealed
{
    Bytes ciphertext;  ///< as long as the plaintext
    AesGcmTag tag{};
};

/// key: 32 bytes. iv: 12 or 16 bytes, never used before with this key; 16 bytes run through GHASH and are not
/// cut (protocol reference §2.2). Nothing when a length is wrong.
std::optional<AesGcmSealed> aesGcmEncrypt(const SecretBytes& key, BytesView iv, BytesView associatedData,
                                          BytesView plaintext);

/// The tag must have exactly 16 bytes: a truncated one is refused. Nothing when a length is wrong or the tag
/// does not verify; unverified plaintext is wiped and never returned.
std::optional<SecretBytes> aesGcmDecrypt(const SecretBytes& key, BytesView iv, BytesView associatedData,
                                         BytesView ciphertext, BytesView tag);

}  // namespace countersign
