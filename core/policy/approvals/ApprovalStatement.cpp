#include "core/policy/approvals/ApprovalStatement.h"

#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/base/text/Ascii.h"
#include "core/crypto/envelopes/Dsse.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace countersign {

namespace {

struct ApprovalStatementText
{
    Q_DECLARE_TR_FUNCTIONS(ApprovalStatementText)
};

constexpr std::size_t hexOf32Bytes = 64;
constexpr std::array approvalMembers = {"jobId",    "digest",   "explanation", "policy",
                                        "decision", "operator", "at",          "reason"};
constexpr std::array approvalDecisions = {
    std::pair{ApprovalDecision::Approve, std::string_view("approve")},
    std::pair{ApprovalDecision::Reject, std::string_view("reject")},
    std::pair{ApprovalDecision::Withdraw, std::string_view("withdraw")}};

tl::unexpected<Error> noStatement(const QString& detail)
{
    return failure(
        ErrorCode::InvalidInput,
        ApprovalStatementText::tr("This is no operator's statement. Ask its sender how it was made."),
        detail);
}

tl::unexpected<Error> wrongMember(const char* member)
{
    return noStatement(QStringLiteral("payload: %1").arg(QLatin1StringView(member)));
}

bool isHash(std::string_view text)
{
    return text.size() == hexOf32Bytes && std::ranges::all_of(text, ascii::isLowerHexDigit);
}

/// 64 lower-case digits as 32 bytes; what isHash refuses gives none.
std::optional<Sha256Digest> hashBytes(std::string_view text)
{
    const auto bytes = isHash(text) ? fromHex(text) : Result<Bytes>(Bytes());
    Sha256Digest hash{};
    if (!bytes || bytes->size() != hash.size()) {
        return std::nullopt;
    }
    std::ranges::copy(*bytes, hash.begin());
    return hash;
}

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

/// A member that must be there as text; empty text is none of them.
std::string textOf(const Json& json, const char* member)
{
    return requiredString(json, member).value_or(std::string());
}

Result<ApprovalDecision> readDecision(const std::string& text)
{
    const auto found =
        std::ranges::find_if(approvalDecisions, [&text](const auto& row) { return row.second == text; });
    return found == approvalDecisions.end() ? Result<ApprovalDecision>(wrongMember("decision"))
                                            : Result<ApprovalDecision>(found->first);
}

Status checkMembers(const Json& json)
{
    if (!json.is_object()) {
        return noStatement(QStringLiteral("payload: no object"));
    }
    for (const auto& [name, value] : json.items()) {
        const bool isKnown = std::ranges::any_of(
            approvalMembers, [&member = name](const char* known) { return member == known; });
        if (!isKnown || !value.is_string()) {
            return noStatement(QStringLiteral("payload: %1").arg(QString::fromStdString(name).left(80)));
        }
    }
    return {};
}

Result<ApprovalStatement> readPayload(BytesView payload)
{
    const auto json =
        parseJson(asText(payload), {.maxBytes = approvalMaxBytes, .maxDepth = 1, .maxValues = 16});
    if (!json) {
        return noStatement(json.error().detail);
    }
    RETURN_IF_ERROR(checkMembers(*json));
    ApprovalStatement statement;
    statement.jobId = textOf(*json, "jobId");
    statement.explanation = textOf(*json, "explanation");
    statement.policy = textOf(*json, "policy");
    for (const auto& [name, value] :
         {std::pair{"jobId", &statement.jobId}, std::pair{"explanation", &statement.explanation},
          std::pair{"policy", &statement.policy}}) {
        if (!isHash(*value)) {
            return wrongMember(name);
        }
    }
    const std::string digestText = textOf(*json, "digest");
    const std::string_view digits(digestText);
    const auto digest = hashBytes(digits.starts_with("0x") ? digits.substr(2) : digits);
    if (!digest) {
        return wrongMember("digest");
    }
    statement.digest = *digest;
    ASSIGN_OR_RETURN(statement.decision, readDecision(textOf(*json, "decision")));
    const auto key = hashBytes(textOf(*json, "operator"));
    if (!key || !ed25519::isValidPublicKey(*key)) {
        return wrongMember("operator");
    }
    statement.operatorKey = *key;
    const auto at = fromIso8601(textOf(*json, "at"));
    if (!at) {
        return wrongMember("at");
    }
    statement.at = *at;
    statement.reason = textOf(*json, "reason");
    if (!isReason(statement.reason) || (statement.reason.empty() && json->contains("reason"))) {
        return wrongMember("reason");
    }
    return statement;
}

/// The one form of an envelope.
SignedApproval approvalOf(ApprovalStatement statement, BytesView payload, BytesView signature)
{
    Json json;
    json["payload"] = toBase64(payload);
    json["payloadType"] = approvalPayloadType;
    json["signatures"] =
        Json::array({Json{{"keyid", toHex(statement.operatorKey)}, {"sig", toBase64(signature)}}});
    std::string envelope = dumpJson(json);
    const Sha256Digest digest = sha256(asBytes(envelope));
    return {std::move(statement), std::move(envelope), digest};
}

}  // namespace

std::string_view toText(ApprovalDecision decision)
{
    return std::ranges::find_if(approvalDecisions,
                                [decision](const auto& row) { return row.first == decision; })
        ->second;
}

Result<SignedApproval> signApproval(const ApprovalStatement& statement, const SecretBytes& seed)
{
    ASSIGN_OR_RETURN(const auto key, ed25519::publicKey(seed));
    const std::string payload = payloadOf(statement);
    // What no desk would read is not signed.
    ASSIGN_OR_RETURN(const auto read, readPayload(asBytes(payload)));
    if (read != statement || key != statement.operatorKey) {
        return noStatement(QStringLiteral("the seed is another operator's, or a member has two spellings"));
    }
    const Bytes signedBytes = dssePreAuthentication(approvalPayloadType, asBytes(payload));
    ASSIGN_OR_RETURN(const auto signature, ed25519::sign(seed, signedBytes));
    SignedApproval approval = approvalOf(statement, asBytes(payload), signature);
    return approval.envelope.size() <= approvalMaxBytes
               ? Result<SignedApproval>(std::move(approval))
               : Result<SignedApproval>(noStatement(QStringLiteral("longer than 16 KiB")));
}

Result<SignedApproval> readApproval(std::string_view envelopeJson)
{
    const auto envelope = parseDsse(envelopeJson, approvalMaxBytes);
    if (!envelope) {
        return noStatement(envelope.error().detail);
    }
    if (envelope->payloadType != approvalPayloadType) {
        return noStatement(
            QStringLiteral("payloadType %1").arg(QString::fromStdString(envelope->payloadType).left(100)));
    }
    if (envelope->signatures.size() != 1) {
        return noStatement(QStringLiteral("%1 signatures").arg(envelope->signatures.size()));
    }
    ASSIGN_OR_RETURN(auto statement, readPayload(envelope->payload));
    if (!verifyDsse(*envelope, {&statement.operatorKey, 1})) {
        return failure(ErrorCode::BadSignature,
                       ApprovalStatementText::tr(
                           "The statement is not signed by the operator whom it names. It is worth nothing."),
                       QString::fromStdString(toHex(statement.operatorKey)));
    }
    return approvalOf(std::move(statement), envelope->payload, envelope->signatures.front().signature);
}

}  // namespace countersign
