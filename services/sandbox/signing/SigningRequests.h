#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/base/encoding/Json.h"
#include "services/sandbox/state/SandboxTypes.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Parsers of signing and revocation requests. What a caller asks to have signed is read strictly and in one
// place, because both parties of a ceremony must arrive at the same bytes (protocol reference §3.2, §4.2,
// §4.4).

namespace countersign::sandbox {

inline constexpr std::size_t maxMessageCharacters = 16'384;

struct SignMessageRequest
{
    std::string message;
    bool isFormatted = false;
    Json context;  ///< an object, or null
    std::optional<std::string> shareSetId;
};

/// The body of §3.2. InvalidInput for anything else: unknown members, a message that is empty or longer than
/// maxMessageCharacters (Unicode code points), and a roomId, because this sandbox has no rooms made before.
Result<SignMessageRequest> parseSignMessageRequest(std::string_view body);

/// The bytes that the key signs. EVM: the 32-byte digest: the message itself when formatted (64 hex digits,
/// 0x or not), else Keccak-256 of its hex (0x…) or of its UTF-8. SVM: the message's own bytes: decoded when
/// it consists of hex digits (0x or not), else its UTF-8. InvalidInput for broken hex, an odd number of
/// digits, and a formatted message of SVM.
Result<Bytes> bytesToSign(Chain chain, const SignMessageRequest& request);

/// How logs and the ledger name what is signed: 64 hex digits; EVM: the digest, SVM: SHA-256 of the message.
std::string digestName(Chain chain, BytesView toSign);

/// The body of the bulk revocation of §5: {"walletIds": [1 to 100 texts]}.
Result<std::vector<std::string>> parseBulkRevocation(std::string_view body);

}  // namespace countersign::sandbox
