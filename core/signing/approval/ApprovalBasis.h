#pragma once

#include "core/base/Result.h"
#include "core/crypto/primitives/Ed25519.h"
#include "core/crypto/primitives/Sha256.h"
#include "core/policy/evaluation/PolicyEvaluator.h"

#include <optional>
#include <string>
#include <vector>

namespace countersign {

/// What an approval rests on: how the policy decided, and which operators' statements were counted. It goes
/// into the record's entry and, covered by the approval's code, into the job's row, so that right before the
/// room the same is held to still hold.
struct ApprovalBasis
{
    struct Counted
    {
        Sha256Digest digest{};  ///< of the statement's envelope
        ed25519::PublicKey operatorKey{};
        std::string name;  ///< as it is registered here

        bool operator==(const Counted&) const = default;
    };

    std::string policy;               ///< CountTerms::policy
    std::optional<std::string> rule;  ///< nothing: the built-in policy
    int have = 0;
    int need = 0;
    bool reauthenticated = false;  ///< was asked for, and done
    bool typedWord = false;        ///< the same
    std::vector<Counted> statements;
    std::vector<PolicyTraceLine> trace;

    bool operator==(const ApprovalBasis&) const = default;

    /// Compact JSON, at most basisMaxBytes; a long trace keeps its last lines, of which the last one decided.
    std::string toText() const;
    /// What toText() wrote, but for the trace. Corrupt otherwise.
    static Result<ApprovalBasis> parse(std::string_view text);
};

inline constexpr std::size_t basisMaxBytes = 48 * 1024;

}  // namespace countersign
