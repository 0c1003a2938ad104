#pragma once

#include "core/base/Bytes.h"
#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/mpc/enclave/NitroDocument.h"

#include <chrono>
#include <string>

// Verification of AWS Nitro attestation documents (protocol reference §7.5). A share is handed to an enclave
// only after AWS's hypervisor has vouched for it. Two questions, asked apart so that each can be tested with
// real documents: is the document AWS's, and is it about this session? Pure: no network, no clock of their
// own. The detail of every Error begins with a code of protocol reference §7.6 and a colon.

namespace countersign {

/// How far a document's own time may lie behind and ahead of now; both ends are included.
inline constexpr std::chrono::minutes attestationMaxAge{5};
inline constexpr std::chrono::minutes attestationMaxAhead{1};

/// COSE signature, certificate chain to rootPem (valid at now) and form. The answer is authentic, but may be
/// old, of a debug enclave or of somebody else's: see checkNitroDocument.
/// ATTESTATION_DOCUMENT_DECODE (not COSE, not the specified CBOR; InvalidInput), ATTESTATION_DOCUMENT_EXPIRED
/// (a certificate ran out), ATTESTATION_DOCUMENT_INTEGRITY (anything else): both BadSignature.
Result<NitroDocument> authenticateNitroDocument(BytesView coseSign1, const std::string& rootPem,
                                                UnixMillis now);

/// What an authentic document must say to be the answer to our handshake.
struct AttestationExpectation
{
    BytesView pcr8;           ///< 48 bytes
    BytesView kemCiphertext;  ///< user_data must be the lower-case hex text of its SHA-256
    BytesView nonce;          ///< ours, 32 bytes; the document holds its Base64 text
};

/// BadSignature with, in this order: ATTESTATION_PCR_MISMATCH (debug mode, where PCR8 is zero, or another
/// PCR8), ATTESTATION_CHALLENGE_MISMATCH, ATTESTATION_NONCE_MISSING, ATTESTATION_NONCE_MISMATCH,
/// ATTESTATION_DOCUMENT_EXPIRED (too old), ATTESTATION_FAILED (from the future).
Status checkNitroDocument(const NitroDocument& document, const AttestationExpectation& expected,
                          UnixMillis now);

}  // namespace countersign
