#pragma once

#include "core/base/Result.h"
#include "services/sandbox/state/SandboxTypes.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

// Parsers of the bodies of control calls. These come from outside and are read strictly and without HTTP, so
// that tests and the fuzzer reach exactly what the server runs.

namespace countersign::sandbox {

/// POST /sandbox/delegations: {"chain", "count"?, "userId"?} or {"walletId", "chain"}.
struct DelegationRequest
{
    Chain chain = Chain::Evm;
    std::size_t count = 1;                ///< 1 to maxBulkDelegations
    std::optional<std::string> walletId;  ///< delegate this wallet again
    std::optional<std::string> userId;    ///< whose the new wallets are; nothing: each of a new user
};

/// InvalidInput for anything else, unknown members included: a misspelt one would silently mean something
/// else.
Result<DelegationRequest> parseDelegationRequest(std::string_view body);

/// {"publicKey", "alg"?, "type"?} of protocol reference §2.6; answers the key's text. Unknown members are
/// ignored as Dynamic's clients may send more; an algorithm or type that the sandbox cannot serve is
/// InvalidInput.
Result<std::string> parseEncryptionKeyRequest(std::string_view body);

/// A page's cursor: a decimal position, as this server gave it out.
std::optional<std::int64_t> parseCursor(std::string_view text);

}  // namespace countersign::sandbox
