#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"
#include "core/mpc/SigningEngine.h"

#include <cstddef>
#include <string>
#include <vector>

// The wire format between the console and mpc-helper (docs/mpc-helper.md): one frame each way, 4 bytes of
// length, big-endian, and that many bytes of UTF-8 JSON. The request holds the share, so it is put together
// in guarded memory; the answer comes from a process that runs foreign code, so it is bounded and strictly
// read.

namespace countersign {

enum class HelperOperation {
    About,   ///< which Node and which library
    Derive,  ///< the share's public key; needs no network
    Sign,    ///< the ceremony
};

struct HelperRequest
{
    HelperOperation operation = HelperOperation::About;
    SigningScheme scheme = SigningScheme::Ecdsa;
    BytesView
        share;  ///< the share object as it was decrypted, or secretShare alone; at most helperShareMaxBytes
    std::vector<std::uint32_t> path;
    std::string roomId;       ///< Sign only
    std::string relayDomain;  ///< Sign only
    BytesView input;          ///< Sign only
};

/// More than an envelope holds (core/crypto/envelopes/HybridEnvelope.h).
inline constexpr std::size_t helperShareMaxBytes = 256 * 1024;
/// The longest body that the helper takes: such a share with every byte escaped, and the rest of the request.
inline constexpr std::size_t helperRequestMaxBytes = 2 * 1024 * 1024;
/// The longest body that the helper sends; what is longer is not read to its end.
inline constexpr std::size_t helperAnswerMaxBytes = 16 * 1024;

/// The whole frame. The share becomes one JSON string, escaped byte by byte, so that nothing inside it can
/// add to the request. InvalidInput when the share or the whole is too long.
Result<SecretBytes> helperRequestFrame(const HelperRequest& request);

struct HelperAnswer
{
    /// Derive: 65 bytes 04 ‖ x ‖ y or 32 bytes. Sign: 65 bytes r ‖ s ‖ v or 64 bytes. Lengths are not judged
    /// here.
    Bytes bytes;
    std::string node;     ///< About: "20.20.2"
    std::string package;  ///< About: "0.0.198"

    bool operator==(const HelperAnswer&) const = default;
};

/// What the helper wrote, whole. A failure that the helper reports becomes its Error (explainHelperRefusal);
/// anything that is not exactly one answer to that operation is HelperFailure::Garbage.
Result<HelperAnswer> parseHelperAnswer(BytesView output, HelperOperation operation);

}  // namespace countersign
