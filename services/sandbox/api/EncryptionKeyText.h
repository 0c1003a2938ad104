#pragma once

#include "core/base/Result.h"
#include "core/crypto/keys/RsaPublicKey.h"

#include <string_view>

// The parser of the registration's publicKey. The official descriptions of it disagree (PEM; PEM in base64;
// the bare SPKI in base64; protocol reference §2.6), so the sandbox takes each of them, and nothing else.

namespace countersign::sandbox {

/// Longest publicKey member, in characters (§2.6).
inline constexpr std::size_t maxEncryptionKeyText = 4096;

/// InvalidInput for anything but an RSA public key of at least 2048 bits.
Result<RsaPublicKey> parseEncryptionKeyText(std::string_view text);

}  // namespace countersign::sandbox
