#pragma once

#include "core/policy/approvals/ApprovalStatement.h"
#include "core/policy/operators/Operator.h"

#include <string>
#include <utility>
#include <vector>

namespace countersign::samples {

/// An operator with the key that other desks do not have.
struct Person
{
    std::string name;
    SecretBytes seed = SecretBytes::random(ed25519::seedBytes);
    ed25519::PublicKey key = *ed25519::publicKey(seed);

    explicit Person(std::string called) : name(std::move(called)) {}

    Operator registered(std::vector<std::string> groups = {}) const
    {
        return {.name = name, .publicKey = key, .groups = std::move(groups), .addedAt = 1};
    }
};

inline constexpr UnixMillis noon = 1'750'000'000'000;
inline constexpr UnixMillis hour = 60LL * 60 * 1000;

inline std::string hashOf(char digit)
{
    return std::string(64, digit);
}

inline Sha256Digest sampleDigest(std::uint8_t byte = 0xd1)
{
    Sha256Digest digest{};
    digest.fill(byte);
    return digest;
}

/// About the job aaa….
inline ApprovalStatement saidBy(const Person& who, ApprovalDecision decision = ApprovalDecision::Approve,
                                UnixMillis at = noon)
{
    return {.jobId = hashOf('a'),
            .digest = sampleDigest(),
            .explanation = hashOf('e'),
            .policy = hashOf('b'),
            .decision = decision,
            .operatorKey = who.key,
            .at = at,
            .reason = {}};
}

inline SignedApproval signedBy(const Person& who, const ApprovalStatement& statement)
{
    return *signApproval(statement, who.seed);
}

}  // namespace countersign::samples
