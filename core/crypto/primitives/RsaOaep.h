#pragma once

#include "core/base/Bytes.h"
#include "core/base/SecretBytes.h"
#include "core/crypto/keys/RsaPrivateKey.h"
#include "core/crypto/keys/RsaPublicKey.h"

#include <optional>

// RSAES-OAEP (RFC 8017 §7.1) with SHA-256 for both OAEP and MGF1. These are functions of their own, so that
// the envelope's key wrap can be held against public vectors. Both digests are named explicitly: other
// libraries default MGF1 to SHA-1 (protocol reference §2.2).

namespace countersign {

/// label: empty in every envelope of Dynamic. Nothing when the message is longer than the modulus allows
/// (modulusBytes() − 66) or OpenSSL fails.
std::optional<Bytes> rsaOaepEncrypt(const RsaPublicKey& key, BytesView message, BytesView label = {});

/// Nothing for every kind of failure; deliberately no reason, since one would be an oracle (Manger's attack).
std::optional<SecretBytes> rsaOaepDecrypt(const RsaPrivateKey& key, BytesView ciphertext,
                                          BytesView label = {});

}  // namespace countersign
