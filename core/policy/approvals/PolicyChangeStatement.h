#pragma once

#include "core/base/Clock.h"
#include "core/policy/approvals/ApprovalCount.h"
#include "core/policy/approvals/SignedStatement.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

inline constexpr std::string_view policyChangePayloadType = "application/vnd.countersign.policychange+json";

/// An operator's word that one policy may take the place of another (design.md §11, "changes"): the payload
/// of an envelope of the type policyChangePayloadType. {"replaces", "policy", "operator", "at"}.
struct PolicyChangeStatement
{
    std::string replaces;  ///< 64 lower-case hex digits: SHA-256 of the bytes of the policy in force
    std::string policy;    ///< the same of the one that follows, or CountTerms::ofBuiltInPolicy
    ed25519::PublicKey operatorKey{};  ///< 64 lower-case hex digits
    UnixMillis at = 0;                 ///< by the clock of the operator's desk; ISO 8601

    bool operator==(const PolicyChangeStatement&) const = default;
};

using SignedPolicyChange = SignedStatement<PolicyChangeStatement>;

/// Signs it. InvalidInput when a member is not as above, or when the seed is not that of operatorKey.
Result<SignedPolicyChange> signPolicyChange(const PolicyChangeStatement& statement, const SecretBytes& seed);

/// Reads and verifies an envelope, strict and bounded as readApproval. InvalidInput when it has another form;
/// BadSignature when its operator did not sign it.
Result<SignedPolicyChange> readPolicyChange(std::string_view envelopeJson);

/// What the statements are held against.
struct PolicyChangeQuestion
{
    std::string replaces;
    std::string policy;
    UnixMillis inForceSince = 0;  ///< none counts from before: it was about an earlier time of that policy
    UnixMillis now = 0;
    std::optional<int> expiryHours;
    int need = 1;
    std::vector<std::string> from;
    std::vector<Operator> operators;
};

/// One operator's, and why it does not count.
struct CountedPolicyChange
{
    PolicyChangeStatement statement;
    std::string name;  ///< empty when this desk does not know them
    std::optional<ApprovalDoubt> why;
};

struct PolicyChangeCount
{
    std::vector<CountedPolicyChange> statements;  ///< in the order in which they were given
    int have = 0;
    int need = 0;

    bool isReached() const { return have >= need; }
};

/// Counts, by the rules of countApprovals, but that no clock may be ahead: a word that was used is older than
/// the same policy when it comes back, and so is used once. Pure. Another policy than the one in question is
/// AnotherDigest, another one in force AnotherPolicy.
PolicyChangeCount countPolicyChange(const PolicyChangeQuestion& question,
                                    std::span<const PolicyChangeStatement> statements);

/// In English and not translated, as toText(ApprovalDoubt).
std::string_view policyChangeDoubt(ApprovalDoubt doubt);

}  // namespace countersign
