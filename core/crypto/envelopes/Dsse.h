#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"
#include "core/crypto/primitives/Ed25519.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

// DSSE signing envelopes (github.com/secure-systems-lab/dsse, protocol and envelope v1.0). Jobs, their state
// changes and withdrawals cross a relay that nobody has to trust. An envelope signs type and bytes together,
// so that one cannot be taken for another, and the payload never has to be canonicalised.

namespace countersign {

/// Payload types of ours (design.md §5, §6).
inline constexpr std::string_view jobPayloadType = "application/vnd.countersign.job+json";
inline constexpr std::string_view jobEventPayloadType = "application/vnd.countersign.job-event+json";
inline constexpr std::string_view withdrawalPayloadType = "application/vnd.countersign.withdrawal+json";
inline constexpr std::string_view approvalPayloadType = "application/vnd.countersign.approval+json";
inline constexpr std::string_view freezePayloadType = "application/vnd.countersign.freeze+json";
inline constexpr std::string_view revocationPayloadType = "application/vnd.countersign.revocation+json";

/// Longest envelope, in bytes of JSON: that of an event with the longest signed transaction, which is longer
/// than the longest job (the relay's limit for bodies, 256 KiB).
inline constexpr std::size_t dsseMaxBytes = 272 * 1024;
inline constexpr std::size_t dsseMaxSignatures = 16;

struct DsseSignature
{
    std::string keyId;  ///< by our contract the lower-case hex of the Ed25519 public key; only a hint
    Bytes signature;    ///< of any length: one that is not of 64 bytes is of a kind that is not known here
};

struct DsseEnvelope
{
    std::string payloadType;
    Bytes payload;
    std::vector<DsseSignature> signatures;  ///< 1 to dsseMaxSignatures
};

/// {"payload": base64, "payloadType", "signatures": [{"keyid"?, "sig": base64}]}, bounded and strict (both
/// base64 alphabets are accepted, as the specification demands). As it says too, signatures that cannot be
/// verified here are ignored, if only one could be an Ed25519 signature; so are members that are not known.
/// maxBytes: more where a whole file is read, never where a relay is. InvalidInput otherwise; nothing is
/// verified.
Result<DsseEnvelope> parseDsse(std::string_view json, std::size_t maxBytes = dsseMaxBytes);

/// "DSSEv1" SP len(type) SP type SP len(payload) SP payload: the bytes that are signed.
Bytes dssePreAuthentication(std::string_view payloadType, BytesView payload);

/// The envelope as compact JSON, signed with an Ed25519 seed; keyid is the public key's hex.
Result<std::string> signDsse(std::string_view payloadType, BytesView payload, const SecretBytes& seed);

/// Which of the trusted keys signed it: the first that verifies. Nothing when none did. keyid only picks the
/// order of trying.
std::optional<ed25519::PublicKey> verifyDsse(const DsseEnvelope& envelope,
                                             std::span<const ed25519::PublicKey> trusted);

}  // namespace countersign
