#pragma once

#include "core/base/Bytes.h"
#include "core/base/Clock.h"
#include "core/base/Result.h"

#include <string_view>
#include <vector>

// Verifies an X.509 certificate chain against a pinned root. An attestation document brings its own
// certificates, which lead to that root. This is not the Web's question (names, stores of a system,
// revocation lists), so it has a function of its own.

namespace countersign {

/// Why a chain was refused; programs decide by it, Error::detail says more.
enum class ChainFault {
    Malformed,    ///< not exactly one DER certificate, or a PEM that holds none
    ForeignRoot,  ///< the first certificate is not, byte for byte, the pinned one
    Broken,       ///< order, signature, key, constraints
    NotYetValid,
    Expired,
};

struct ChainError
{
    ChainFault fault = ChainFault::Malformed;
    QString detail;  ///< English, never a secret
};

/// The DER of the first certificate in a PEM text; forgiven is what normalisePem forgives.
tl::expected<Bytes, ChainError> certificateFromPem(std::string_view pem);

/// bundle: the root first, then downwards, as AWS orders them; leaf: the certificate below the last. Every
/// certificate must hold a P-384 key and be signed by the one before it with a digest of 192 bits of strength
/// or more; all of bundle are authorities within their path lengths, leaf is none. Validity windows include
/// both ends (RFC 5280 §4.1.2.5; OpenSSL excludes the last second, so it is not asked) and are held against
/// now, for every certificate. Not strict in OpenSSL's sense: AWS's certificates lack authority key
/// identifiers. Returns leaf's public key, 97 bytes (0x04 ‖ x ‖ y).
tl::expected<Bytes, ChainError> verifyP384Chain(const std::vector<Bytes>& bundle, BytesView leaf,
                                                BytesView pinnedRoot, UnixMillis now);

}  // namespace countersign
