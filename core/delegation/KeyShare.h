#pragma once

#include "core/base/Bytes.h"

#include <cstddef>
#include <optional>

// A scanner for the form of a decrypted MPC key share (JSON). The share has to be judged (usable,
// password-protected, for another wallet?) without copying the secret inside it. A general JSON parser would
// put secretShare into ordinary memory; this scanner only walks over the guarded bytes.

namespace countersign {

/// Longest share that is looked into, in bytes: more than an envelope holds. Today's are below 3072 (protocol
/// reference §2.1).
inline constexpr std::size_t keyShareMaxBytes = 256 * 1024;

enum class KeyShareForm {
    Plain,              ///< object with one non-empty string "secretShare" (protocol reference §2.3)
    PasswordProtected,  ///< container {salt, iv, cipher, version?} (protocol reference §2.5)
    Unknown,            ///< valid JSON of another form, or no JSON at all
};

struct KeyShareFacts
{
    KeyShareForm form = KeyShareForm::Unknown;
    /// The bytes under "pubkey" where they can be read (an array, or an object with the keys "0", "1", …,
    /// possibly one level down); the length is not judged here.
    std::optional<Bytes> publicKey;
};

/// plaintext: the opened envelope, UTF-8 JSON. Copies nothing but the public key. Never fails: what cannot
/// be read is Unknown.
KeyShareFacts inspectKeyShare(BytesView plaintext);

}  // namespace countersign
