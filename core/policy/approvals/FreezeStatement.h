#pragma once

#include "core/base/Clock.h"
#include "core/policy/approvals/SignedStatement.h"

#include <string>
#include <string_view>

namespace countersign {

/// Longest name of a relay's inbox in one, in bytes.
inline constexpr std::size_t freezeMaxInboxBytes = 128;
/// Longest reason of a freeze, in bytes.
inline constexpr std::size_t freezeMaxReasonBytes = 4000;

/// An operator's word to every desk of an inbox that nothing is to be signed until somebody lifts it there:
/// the payload of an envelope of the type freezePayloadType. {"inbox", "reason", "operator", "at"}.
struct FreezeStatement
{
    std::string inbox;                 ///< as the relay calls it: not for the desks of another one
    std::string reason;                ///< well-formed UTF-8 of anybody's
    ed25519::PublicKey operatorKey{};  ///< 64 lower-case hex digits
    UnixMillis at = 0;                 ///< by the clock of the operator's desk; ISO 8601

    bool operator==(const FreezeStatement&) const = default;
};

using SignedFreeze = SignedStatement<FreezeStatement>;

/// Signs it. InvalidInput when a member is empty or too long, or when the seed is not that of operatorKey.
Result<SignedFreeze> signFreeze(const FreezeStatement& statement, const SecretBytes& seed);

/// Reads and verifies an envelope, strict and bounded as readApproval. InvalidInput when it has another form;
/// BadSignature when its operator did not sign it.
Result<SignedFreeze> readFreeze(std::string_view envelopeJson);

}  // namespace countersign
