#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"
#include "core/base/encoding/Json.h"
#include "core/crypto/keys/RsaPrivateKey.h"
#include "core/crypto/keys/RsaPublicKey.h"

#include <optional>
#include <string>
#include <string_view>

// Hybrid encryption envelopes, "HYBRID-RSA-AES-256": a fresh AES-256-GCM key under RSA-OAEP. Dynamic hands
// over a share and a wallet key in them (protocol reference §2.1 and §2.2). Parsing, opening and making are
// here, so that the sandbox and the tests cannot drift from what the console reads.

namespace countersign {

/// The scheme's name, and the legacy label for the same scheme.
inline constexpr std::string_view envelopeAlgorithm = "HYBRID-RSA-AES-256";
inline constexpr std::string_view envelopeLegacyAlgorithm = "RSA-OAEP";

/// Longest ct, in characters of its encoding: what a webhook's body may hold. Dynamic's API takes 4096 for
/// the upload of a share today, and may take more tomorrow.
inline constexpr std::size_t envelopeMaxFieldCharacters = 256 * 1024;
/// Longest ek, iv and tag: more than the block of an RSA key of 16384 bits.
inline constexpr std::size_t envelopeMaxKeyCharacters = 4096;
/// Longest kid, in bytes of UTF-8.
inline constexpr std::size_t envelopeMaxKidBytes = 256;
/// Longest plaintext whose ct keeps to envelopeMaxFieldCharacters.
inline constexpr std::size_t envelopeMaxPlaintextBytes = envelopeMaxFieldCharacters / 4 * 3;

/// An envelope's decoded fields. parseEnvelope and sealEnvelope make only well-formed ones.
struct HybridEnvelope
{
    std::string alg;
    Bytes iv;   ///< 12 or 16 bytes
    Bytes ct;   ///< ciphertext alone, as long as the plaintext
    Bytes tag;  ///< 16 bytes
    Bytes ek;   ///< the wrapped content key; its length must equal the modulus of the key that opens it
    std::optional<std::string> kid{};
};

/// Binary fields are base64url or standard Base64, padding optional, never both alphabets in one field. alg
/// must be one of the two names. kid may be absent or null; unknown members are ignored. Every violation, of
/// the sizes above too, is InvalidInput; detail names the field.
Result<HybridEnvelope> parseEnvelope(const Json& json);

/// Exactly Dynamic's form: alg, iv, ct, tag, ek, base64url without padding, then kid if there is one.
Json toJson(const HybridEnvelope& envelope);

/// Opens with exactly this key. Whatever goes wrong is DecryptionFailed with one and the same sentence, so
/// that nobody outside learns which step failed; detail (local logs only) names the step.
Result<SecretBytes> openEnvelope(const HybridEnvelope& envelope, const RsaPrivateKey& key);

/// The one outward error of every failed opening, with the inward reason.
tl::unexpected<Error> envelopeFailure(QString detail);

struct SealOptions
{
    std::size_t ivLength = 16;  ///< 12 or 16; Dynamic uses 16
    std::optional<std::string> kid{};
    std::string alg{envelopeAlgorithm};
};

/// What Dynamic's side does, for the sandbox and the tests. InvalidInput when the plaintext exceeds
/// envelopeMaxPlaintextBytes or an option is not one that parseEnvelope would accept.
Result<HybridEnvelope> sealEnvelope(const RsaPublicKey& key, BytesView plaintext,
                                    const SealOptions& options = {});

}  // namespace countersign
