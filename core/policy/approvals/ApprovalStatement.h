#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"
#include "core/crypto/primitives/Ed25519.h"
#include "core/crypto/primitives/Sha256.h"
#include "core/policy/approvals/SignedStatement.h"

#include <string>
#include <string_view>

namespace countersign {

inline constexpr qsizetype maxApprovalReasonCharacters = 2'000;  ///< UTF-16 units

/// Takes back what the same operator said before. It is a decision like the others, in the same payload, so
/// that relay, store and count need to know nothing more, and so that its order among the others is its time.
/// In this order: of two of one moment the later enumerator comes last.
enum class ApprovalDecision { Approve, Reject, Withdraw };

/// "approve", "reject", "withdraw".
std::string_view toText(ApprovalDecision decision);

/// What one operator said about one job, having seen exactly this (design.md §11): the payload of an
/// envelope of the type approvalPayloadType. {"jobId", "digest", "explanation", "policy", "decision",
/// "operator", "at", "reason"?}.
struct ApprovalStatement
{
    std::string jobId;      ///< 64 lower-case hex digits
    Sha256Digest digest{};  ///< what would be signed, 32 bytes; "0x" and 64 digits, as `jobs show` prints it
    std::string explanation;  ///< 64 lower-case hex digits: what the operator was told that it means
    std::string policy;       ///< the same, of the policy's bytes
    ApprovalDecision decision = ApprovalDecision::Approve;
    ed25519::PublicKey operatorKey{};  ///< 64 lower-case hex digits
    UnixMillis at = 0;                 ///< by the clock of the operator's desk; ISO 8601
    std::string reason;                ///< well-formed UTF-8 of anybody's; empty: none

    bool operator==(const ApprovalStatement&) const = default;
};

using SignedApproval = SignedStatement<ApprovalStatement>;

/// Signs it. InvalidInput when a member is not as above, when the reason is too long, or when the seed is not
/// that of operatorKey.
Result<SignedApproval> signApproval(const ApprovalStatement& statement, const SecretBytes& seed);

/// Reads and verifies an envelope, strict and bounded: of approvalPayloadType, with exactly one signature,
/// around exactly the members above, no null; digest may lack its 0x. InvalidInput when it has another form;
/// BadSignature when its operator did not sign it.
Result<SignedApproval> readApproval(std::string_view envelopeJson);

}  // namespace countersign
