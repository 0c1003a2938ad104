#include "core/policy/approvals/ApprovalStatement.h"

#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/policy/approvals/StatementEnvelope.h"

#include <algorithm>
#include <array>

namespace countersign {

namespace {

constexpr std::array approvalMembers = {"jobId",    "digest",   "explanation", "policy",
                                        "decision", "operator", "at",          "reason"};
constexpr std::array approvalDecisions = {
    std::pair{ApprovalDecision::Approve, std::string_view("approve")},
    std::pair{ApprovalDecision::Reject, std::string_view("reject")},
    std::pair{ApprovalDecision::Withdraw, std::string_view("withdraw")}};

bool isReason(const std::string& text)
{
    return QString::fromStdString(text).size() <= maxApprovalReasonCharacters;
}

std::string payloadOf(const ApprovalStatement& statement)
{
    Json json;
    json["jobId"] = statement.jobId;
    json["digest"] = toHexPrefixed(statement.digest);
    json["explanation"] = statement.explanation;
    json["policy"] = statement.policy;
    json["decision"] = toText(statement.decision);
    json["operator"] = toHex(statement.operatorKey);
    json["at"] = toIso8601(statement.at);
    if (!statement.reason.empty()) {
        json["reason"] = statement.reason;
    }
    return dumpJson(json);
}

Result<ApprovalDecision> readDecision(const std::string& text)
{
    const auto found =
        std::ranges::find_if(approvalDecisions, [&text](const auto& row) { return row.second == text; });
    return found == approvalDecisions.end() ? Result<ApprovalDecision>(wrongStatementMember("decision"))
                                            : Result<ApprovalDecision>(found->first);
}

Result<ApprovalStatement> readPayload(BytesView payload)
{
    ASSIGN_OR_RETURN(const Json json, parseStatementPayload(payload, approvalMembers));
    ApprovalStatement statement;
    statement.jobId = statementText(json, "jobId");
    statement.explanation = statementText(json, "explanation");
    statement.policy = statementText(json, "policy");
    for (const auto& [name, value] :
         {std::pair{"jobId", &statement.jobId}, std::pair{"explanation", &statement.explanation},
          std::pair{"policy", &statement.policy}}) {
        if (!statementHash(*value)) {
            return wrongStatementMember(name);
        }
    }
    const std::string digestText = statementText(json, "digest");
    const std::string_view digits(digestText);
    const auto digest = statementHash(digits.starts_with("0x") ? digits.substr(2) : digits);
    if (!digest) {
        return wrongStatementMember("digest");
    }
    statement.digest = *digest;
    ASSIGN_OR_RETURN(statement.decision, readDecision(statementText(json, "decision")));
    ASSIGN_OR_RETURN(const auto origin, statementOrigin(json));
    if (!ed25519::isValidPublicKey(origin.operatorKey)) {
        return wrongStatementMember("operator");
    }
    statement.operatorKey = origin.operatorKey;
    statement.at = origin.at;
    statement.reason = statementText(json, "reason");
    if (!isReason(statement.reason) || (statement.reason.empty() && json.contains("reason"))) {
        return wrongStatementMember("reason");
    }
    return statement;
}

constexpr StatementKind<ApprovalStatement> approvalKind = {approvalPayloadType, payloadOf, readPayload};

}  // namespace

std::string_view toText(ApprovalDecision decision)
{
    return std::ranges::find_if(approvalDecisions,
                                [decision](const auto& row) { return row.first == decision; })
        ->second;
}

Result<SignedApproval> signApproval(const ApprovalStatement& statement, const SecretBytes& seed)
{
    return signStatementOf(approvalKind, statement, seed);
}

Result<SignedApproval> readApproval(std::string_view envelopeJson)
{
    return readStatementOf(approvalKind, envelopeJson);
}

}  // namespace countersign
