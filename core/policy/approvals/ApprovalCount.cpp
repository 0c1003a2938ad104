#include "core/policy/approvals/ApprovalCount.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace countersign {

namespace {

constexpr UnixMillis millisAnHour = 60LL * 60 * 1000;

struct DoubtRow
{
    ApprovalDoubt doubt;
    std::string_view text;
};

constexpr std::array doubtRows = {
    DoubtRow{ApprovalDoubt::AnotherJob, "another job"},
    DoubtRow{ApprovalDoubt::AnotherDigest, "another digest"},
    DoubtRow{ApprovalDoubt::AnotherExplanation, "another explanation"},
    DoubtRow{ApprovalDoubt::AnotherPolicy, "another policy"},
    DoubtRow{ApprovalDoubt::UnknownOperator, "unknown operator"},
    DoubtRow{ApprovalDoubt::FromTheFuture, "from the future"},
    DoubtRow{ApprovalDoubt::BeforeTheJob, "older than the job"},
    DoubtRow{ApprovalDoubt::TooOld, "too old"},
    DoubtRow{ApprovalDoubt::Initiators, "the initiator's own"},
    DoubtRow{ApprovalDoubt::NotAsked, "not among those whom the policy asks"},
    DoubtRow{ApprovalDoubt::Repetition, "a repetition"},
    DoubtRow{ApprovalDoubt::Withdrawn, "withdrawn"},
    DoubtRow{ApprovalDoubt::IsWithdrawal, "a withdrawal"},
};

const Operator* operatorOf(const ApprovalQuestion& question, const ApprovalStatement& statement)
{
    const auto found = std::ranges::find(question.operators, statement.operatorKey, &Operator::publicKey);
    return found == question.operators.end() ? nullptr : &*found;
}

bool isFromTheFuture(const ApprovalQuestion& question, const ApprovalStatement& statement)
{
    return statement.at > question.now + approvalClockSkew;
}

/// Whether what the operator says later may end this one, or be ended by it.
bool isInTurn(const ApprovalQuestion& question, const ApprovalStatement& statement)
{
    return statement.jobId == question.jobId && statement.decision != ApprovalDecision::Reject &&
           (statement.decision == ApprovalDecision::Withdraw || !isFromTheFuture(question, statement));
}

/// Of two statements of one moment a withdrawal is the later one; of others it is the same one for everybody.
auto turnOf(const ApprovalStatement& statement)
{
    return std::tie(statement.at, statement.decision, statement.digest, statement.explanation,
                    statement.policy, statement.reason);
}

/// What the operator said after this one; nullptr: nothing. at: its place among the statements.
const ApprovalStatement* lastAfter(std::size_t at, std::span<const ApprovalStatement> statements,
                                   const ApprovalQuestion& question)
{
    const ApprovalStatement* last = &statements[at];
    for (std::size_t i = 0; i < statements.size(); ++i) {
        const ApprovalStatement& other = statements[i];
        const bool isLater =
            turnOf(other) > turnOf(*last) || (turnOf(other) == turnOf(*last) && &other > last);
        if (other.operatorKey == last->operatorKey && isInTurn(question, other) && isLater) {
            last = &other;
        }
    }
    return last == &statements[at] ? nullptr : last;
}

/// By the statement alone.
std::optional<ApprovalDoubt> ownDoubt(const ApprovalQuestion& question, const ApprovalStatement& statement)
{
    if (statement.decision == ApprovalDecision::Withdraw) {
        return ApprovalDoubt::IsWithdrawal;
    }
    if (statement.digest != question.digest) {
        return ApprovalDoubt::AnotherDigest;
    }
    if (statement.explanation != question.explanation) {
        return ApprovalDoubt::AnotherExplanation;
    }
    if (statement.policy != question.policy) {
        return ApprovalDoubt::AnotherPolicy;
    }
    if (isFromTheFuture(question, statement)) {
        return ApprovalDoubt::FromTheFuture;
    }
    if (statement.at < question.createdAt) {
        return ApprovalDoubt::BeforeTheJob;
    }
    if (question.expiryHours && question.now - statement.at > *question.expiryHours * millisAnHour) {
        return ApprovalDoubt::TooOld;
    }
    return std::nullopt;
}

std::optional<ApprovalDoubt> doubtAbout(const ApprovalQuestion& question, std::size_t at,
                                        std::span<const ApprovalStatement> statements)
{
    const ApprovalStatement& statement = statements[at];
    if (statement.jobId != question.jobId) {
        return ApprovalDoubt::AnotherJob;
    }
    const Operator* const one = operatorOf(question, statement);
    if (one == nullptr) {
        return ApprovalDoubt::UnknownOperator;
    }
    if (statement.decision == ApprovalDecision::Reject) {
        return std::nullopt;
    }
    if (const auto doubt = ownDoubt(question, statement)) {
        return doubt;
    }
    if (question.initiator == statement.operatorKey) {
        return ApprovalDoubt::Initiators;
    }
    if (!isNamedBy(*one, question.from)) {
        return ApprovalDoubt::NotAsked;
    }
    const ApprovalStatement* const later = lastAfter(at, statements, question);
    if (later == nullptr) {
        return std::nullopt;
    }
    return later->decision == ApprovalDecision::Withdraw ? ApprovalDoubt::Withdrawn
                                                         : ApprovalDoubt::Repetition;
}

}  // namespace

std::string_view toText(ApprovalDoubt doubt)
{
    return std::ranges::find(doubtRows, doubt, &DoubtRow::doubt)->text;
}

ApprovalCount countApprovals(const ApprovalQuestion& question, std::span<const ApprovalStatement> statements)
{
    ApprovalCount count;
    count.need = question.need;
    for (std::size_t at = 0; at < statements.size(); ++at) {
        const ApprovalStatement& statement = statements[at];
        const Operator* const one = operatorOf(question, statement);
        const auto why = doubtAbout(question, at, statements);
        count.statements.push_back({statement, one == nullptr ? std::string() : one->name, why});
        if (!why && statement.decision == ApprovalDecision::Approve) {
            ++count.have;
        }
        count.isRejected = count.isRejected || (!why && statement.decision == ApprovalDecision::Reject);
    }
    return count;
}

}  // namespace countersign
