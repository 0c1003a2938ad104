#include "core/policy/approvals/PolicyChangeStatement.h"

#include "core/base/encoding/Hex.h"

#include <array>

namespace countersign {

namespace {

constexpr std::array policyChangeMembers = {"replaces", "policy", "operator", "at"};

std::string policyChangePayloadOf(const PolicyChangeStatement& statement)
{
    return dumpJson({{"replaces", statement.replaces},
                     {"policy", statement.policy},
                     {"operator", toHex(statement.operatorKey)},
                     {"at", toIso8601(statement.at)}});
}

Result<PolicyChangeStatement> readPolicyChangePayload(BytesView payload)
{
    ASSIGN_OR_RETURN(const Json json, parseStatementPayload(payload, policyChangeMembers));
    PolicyChangeStatement statement;
    statement.replaces = statementText(json, "replaces");
    if (!statementHash(statement.replaces)) {
        return wrongStatementMember("replaces");
    }
    statement.policy = statementText(json, "policy");
    if (!statementHash(statement.policy)) {
        return wrongStatementMember("policy");
    }
    ASSIGN_OR_RETURN(const auto origin, statementOrigin(json));
    statement.operatorKey = origin.operatorKey;
    statement.at = origin.at;
    return statement;
}

/// One subject for all changes: what tells them apart are the two policies.
ApprovalStatement asApproval(const PolicyChangeStatement& statement)
{
    return {.jobId = {},
            .digest = statementHash(statement.policy).value_or(Sha256Digest()),
            .explanation = {},
            .policy = statement.replaces,
            .decision = ApprovalDecision::Approve,
            .operatorKey = statement.operatorKey,
            .at = statement.at,
            .reason = {}};
}

constexpr StatementKind<PolicyChangeStatement> policyChangeKind = {
    policyChangePayloadType, policyChangePayloadOf, readPolicyChangePayload};

}  // namespace

Result<SignedPolicyChange> signPolicyChange(const PolicyChangeStatement& statement, const SecretBytes& seed)
{
    return signStatementOf(policyChangeKind, statement, seed);
}

Result<SignedPolicyChange> readPolicyChange(std::string_view envelopeJson)
{
    return readStatementOf(policyChangeKind, envelopeJson);
}

std::string_view policyChangeDoubt(ApprovalDoubt doubt)
{
    switch (doubt) {
        case ApprovalDoubt::AnotherDigest:
            return "another policy";
        case ApprovalDoubt::AnotherPolicy:
            return "in place of another policy than the one in force";
        case ApprovalDoubt::BeforeTheJob:
            return "older than the policy in force";
        default:
            return toText(doubt);
    }
}

PolicyChangeCount countPolicyChange(const PolicyChangeQuestion& question,
                                    std::span<const PolicyChangeStatement> statements)
{
    ApprovalQuestion asked;
    asked.digest = statementHash(question.policy).value_or(Sha256Digest());
    asked.policy = question.replaces;
    asked.createdAt = question.inForceSince;
    asked.now = question.now;
    asked.expiryHours = question.expiryHours;
    asked.need = question.need;
    asked.from = question.from;
    asked.operators = question.operators;
    std::vector<ApprovalStatement> approvals;
    for (const PolicyChangeStatement& statement : statements) {
        // That of another change neither counts nor takes the place of one that does.
        approvals.push_back(asApproval(statement));
        if (statement.policy != question.policy || statement.replaces != question.replaces ||
            statement.at > question.now) {
            approvals.back().jobId = "another";
        }
    }
    const ApprovalCount counted = countApprovals(asked, approvals);
    PolicyChangeCount count{.statements = {}, .have = counted.have, .need = counted.need};
    for (std::size_t at = 0; at < statements.size(); ++at) {
        auto why = counted.statements[at].why;
        if (statements[at].replaces != question.replaces) {
            why = ApprovalDoubt::AnotherPolicy;
        } else if (statements[at].policy != question.policy) {
            why = ApprovalDoubt::AnotherDigest;
        } else if (statements[at].at > question.now) {
            why = ApprovalDoubt::FromTheFuture;
        }
        count.statements.push_back({statements[at], counted.statements[at].name, why});
    }
    return count;
}

}  // namespace countersign
