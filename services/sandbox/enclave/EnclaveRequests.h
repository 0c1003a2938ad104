#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"
#include "core/base/encoding/Json.h"
#include "services/sandbox/signing/DelegatedShare.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

// The frames of forward MPC (protocol reference §7.3) and their parsers, as plain functions, so that the
// fuzzer reaches exactly what the enclave's WebSocket runs.

namespace countersign::sandbox {

struct EnclaveHandshake
{
    Bytes challenge;  ///< ML-KEM-768 encapsulation key, 1184 bytes
    Bytes nonce;      ///< 32 bytes
};

struct EnclaveSignRequest
{
    std::string relayDomain;
    std::string signingAlgo;              ///< "ecdsa" or "ed25519"
    std::optional<std::string> hashAlgo;  ///< "sha256", "sha256d" or "keccak256"; of ECDSA only
    std::optional<Bytes> derivationPath;  ///< u32, little-endian, one after the other
    Bytes salt;                           ///< 32 bytes
    Bytes encryptedPayload;               ///< 12-byte nonce ‖ ciphertext ‖ 16-byte tag
    Bytes message;                        ///< 1 to 102400 bytes
    std::string roomId;                   ///< 32 hex digits; hyphens of a UUID are taken out
    std::optional<std::string> walletId;
    std::optional<std::string> environmentId;
};

struct EnclaveAcknowledgement
{};

struct EnclaveFrame
{
    std::string requestId;  ///< as sent
    std::variant<EnclaveHandshake, EnclaveSignRequest, EnclaveAcknowledgement> content;
};

/// What to answer instead. responseType: "signMessage_response" where the protocol has a place for an error,
/// else "error".
struct EnclaveRefusal
{
    std::string responseType = "error";
    std::string requestId;  ///< empty when the frame had none
    std::string errorType;  ///< of §7.3: INVALID_MESSAGE, HANDLER_NOT_FOUND, VALIDATION_ERROR, HANDLER_ERROR
    std::string message;
};

inline constexpr std::size_t maxEnclaveFrameBytes = 1024 * 1024;

tl::expected<EnclaveFrame, EnclaveRefusal> parseEnclaveFrame(std::string_view text);

/// The plaintext of a key share (§7.4 step 6), which must have exactly its four members in the right shape
/// and a share of this sandbox for the same algorithm inside. InvalidInput; texts never hold what was read.
Result<DelegatedShare> parseKeysharePlaintext(const SecretBytes& plaintext, std::string_view signingAlgo);

/// What the key signs for this request: the message of Ed25519, the 32-byte digest of ECDSA (the message
/// itself without hashAlgo). InvalidInput when that is not 32 bytes.
Result<Bytes> bytesToSign(const EnclaveSignRequest& request);

/// "44/60/0/0/0" as §7.3 writes it: each u32 little-endian.
Bytes evmDerivationPath();

}  // namespace countersign::sandbox
