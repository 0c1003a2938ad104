#pragma once

#include "core/policy/approvals/ApprovalStatement.h"
#include "core/policy/operators/Operator.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

/// Why a statement does not count.
enum class ApprovalDoubt {
    AnotherJob,          ///< a replay
    AnotherDigest,       ///< other bytes would be signed
    AnotherExplanation,  ///< the other desk was told something else about them
    AnotherPolicy,
    UnknownOperator,  ///< not registered here, or not any more
    FromTheFuture,    ///< by more than approvalClockSkew
    BeforeTheJob,
    TooOld,
    Initiators,   ///< who asked for it
    NotAsked,     ///< the policy asks others ("from")
    Repetition,   ///< the same operator said something later
    Withdrawn,    ///< the same operator took it back
    IsWithdrawal  ///< it is what takes one back
};

/// In English and not translated, as `jobs approvals` prints it: "another digest", ….
std::string_view toText(ApprovalDoubt doubt);

/// How far the clocks of two desks may be apart.
inline constexpr UnixMillis approvalClockSkew = 5LL * 60 * 1000;

/// What the statements are held against: the job as it is at this desk.
struct ApprovalQuestion
{
    std::string jobId;
    Sha256Digest digest{};
    std::string explanation;   ///< hash, as JobExplanation gives it
    std::string policy;        ///< SHA-256 of the policy in force, or what stands for the built-in one
    UnixMillis createdAt = 0;  ///< 0 where the job was brought as a file: it is older than its row
    UnixMillis now = 0;
    std::optional<int> expiryHours;  ///< age after which statements stop counting; nothing: never
    std::optional<ed25519::PublicKey> initiator;
    int need = 1;
    std::vector<std::string> from;    ///< names of operators or groups; empty: anybody's counts
    std::vector<Operator> operators;  ///< OperatorRegister::everybody
};

struct CountedApproval
{
    ApprovalStatement statement;
    std::string name;  ///< what this desk calls the operator; empty when it does not know them
    std::optional<ApprovalDoubt> why;

    bool counts() const { return !why; }
};

struct ApprovalCount
{
    std::vector<CountedApproval> statements;  ///< all, in the order in which they were given
    int have = 0;
    int need = 0;
    bool isRejected = false;

    bool isReached() const { return have >= need && !isRejected; }
};

/// Counts. Pure, and the same whatever the order in which the statements came. An approval counts when it is
/// about exactly what this desk would sign, was told about it and has as its policy; when it is of a
/// registered operator who was asked, not of who asked for the job; neither too old nor older than the job
/// nor from the future; and when it is the last that its operator said. The key is the person.
///
/// What says no binds more loosely, so that nobody can take it away: a rejection of any registered operator
/// counts as long as it names the job, whatever that operator was told and says later (who said no has ended
/// the job at every desk that heard it); a withdrawal ends every earlier approval of its operator.
ApprovalCount countApprovals(const ApprovalQuestion& question, std::span<const ApprovalStatement> statements);

}  // namespace countersign
