#pragma once

#include "core/base/Bytes.h"
#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"
#include "core/base/encoding/Json.h"
#include "core/mpc/SigningEngine.h"

#include <optional>
#include <string>
#include <string_view>

// Forward MPC's messages (protocol reference §7.3, §7.4), encoded and decoded. Plain functions, so that every
// byte that goes to or comes from an enclave can be tested without one. Frames are JSON text; byte fields are
// lower-case hex, an 0x in front is tolerated when reading. The detail of every Error begins with a code of
// protocol reference §7.6 and a colon.

namespace countersign::forwardMpc {

/// Longest frame read, in bytes; an attestation document in Base64 is the longest thing in one.
inline constexpr std::size_t frameMaxBytes = 64 * 1024;
inline constexpr std::size_t nonceBytes = 32;
inline constexpr std::size_t saltBytes = 32;
/// Longest message that is signed by Ed25519, in bytes; a Solana transaction has at most 4096.
inline constexpr std::size_t messageMaxBytes = 16 * 1024;
/// Longest share that is sent, in bytes: more than an envelope holds
/// (core/crypto/envelopes/HybridEnvelope.h).
inline constexpr std::size_t shareMaxBytes = 256 * 1024;

/// "req_" and 16 random hex digits.
std::string newRequestId();

/// challenge: ML-KEM-768 encapsulation key, 1184 bytes; nonce: 32 bytes.
std::string encodeHandshake(BytesView challenge, BytesView nonce, const std::string& requestId);

/// The share under the session's key: salt for HKDF; nonce ‖ ciphertext ‖ tag of AES-256-GCM.
struct EncryptedShare
{
    Bytes salt;
    Bytes payload;
};

/// What is encrypted: {"keyshare": <share>, "signingAlgorithm", "timestamp", "nonce"}. share is put in byte
/// for byte; it must be one JSON object, which is checked as far as its strings and brackets go, else
/// InvalidInput (it could otherwise add members of its own). Only guarded memory sees it. nonce: 16 bytes.
Result<SecretBytes> shareDocument(BytesView share, SigningScheme scheme, UnixMillis timestamp,
                                  BytesView nonce);

/// sessionKey: the KEM's 32 bytes; salt 32, iv 12, both random. The key is HKDF-SHA-256 with the info
/// "forward-mpc-keyshare-v1-" and connectionId.
Result<EncryptedShare> encryptShare(const SecretBytes& document, const SecretBytes& sessionKey,
                                    const std::string& connectionId, BytesView salt, BytesView iv);

/// What the request needs beyond the share: room, relay, scheme, input, path. InvalidInput when something
/// cannot be sent: room not 32 lower-case hex digits, relay no bare host with an optional port, ECDSA input
/// not 32 bytes, Ed25519 input empty or too long, more than 16 path elements.
Status checkRequest(const CeremonyRequest& request);

/// ECDSA: the digest as message, no hashAlgo, the path little-endian where there is one. Ed25519: the message
/// itself, no path.
std::string encodeSignMessage(const CeremonyRequest& request, const EncryptedShare& share,
                              const std::string& requestId);

enum class FrameKind {
    HandshakeResponse,
    SignMessageResponse,
    Error,  ///< type "error"
    Other,  ///< connection_ack and whatever else is not for us
};

/// A frame as far as it is known before its fields are looked at.
struct Frame
{
    FrameKind kind = FrameKind::Other;
    std::optional<std::string> requestId;
    Json body;
};

/// Not a JSON object with a "type", or beyond the bounds: MESSAGE_PARSE_FAILED (Network).
Result<Frame> parseFrame(std::string_view text);

struct HandshakeResponse
{
    Bytes ciphertext;  ///< 1088 bytes
    Bytes attestationDocument;
    std::string connectionId;  ///< 1 to 256 bytes of printable ASCII
};

/// HANDSHAKE_INVALID_RESPONSE (Network), ATTESTATION_DOCUMENT_MISSING (InvalidInput) where there is none,
/// ATTESTATION_DOCUMENT_DECODE (InvalidInput) where it is not Base64.
Result<HandshakeResponse> parseHandshakeResponse(const Frame& frame);

/// Ecdsa: r ‖ s ‖ v, 65 bytes, of the 73 to 137 that come (a DER copy behind them is checked for its frame
/// and dropped; exactly 65 are taken too). Ed25519: 64 bytes. Not verified: see SigningEngine. SERVER_ERROR
/// (Network) with the server's words or when it says nothing, MESSAGE_PARSE_FAILED (Network) for a signature
/// of another form.
Result<Bytes> parseSignature(const Frame& frame, SigningScheme scheme);

/// The words of an error frame, cut, printable, without long runs of hex digits: a peer that has seen a share
/// must not get it into our logs.
QString serverWords(const Json& body);

}  // namespace countersign::forwardMpc
