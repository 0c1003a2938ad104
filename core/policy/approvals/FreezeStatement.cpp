#include "core/policy/approvals/FreezeStatement.h"

#include "core/base/encoding/Hex.h"

#include <array>

namespace countersign {

namespace {

constexpr std::array freezeMembers = {"inbox", "reason", "operator", "at"};

std::string freezePayloadOf(const FreezeStatement& statement)
{
    return dumpJson({{"inbox", statement.inbox},
                     {"reason", statement.reason},
                     {"operator", toHex(statement.operatorKey)},
                     {"at", toIso8601(statement.at)}});
}

Result<FreezeStatement> readFreezePayload(BytesView payload)
{
    ASSIGN_OR_RETURN(const Json json, parseStatementPayload(payload, freezeMembers));
    FreezeStatement statement;
    statement.inbox = statementText(json, "inbox");
    if (statement.inbox.empty() || statement.inbox.size() > freezeMaxInboxBytes) {
        return wrongStatementMember("inbox");
    }
    statement.reason = statementText(json, "reason");
    if (statement.reason.empty() || statement.reason.size() > freezeMaxReasonBytes) {
        return wrongStatementMember("reason");
    }
    const auto key = statementHash(statementText(json, "operator"));
    if (!key) {
        return wrongStatementMember("operator");
    }
    statement.operatorKey = *key;
    const auto at = fromIso8601(statementText(json, "at"));
    if (!at) {
        return wrongStatementMember("at");
    }
    statement.at = *at;
    return statement;
}

}  // namespace

Result<SignedFreeze> signFreeze(const FreezeStatement& statement, const SecretBytes& seed)
{
    const std::string payload = freezePayloadOf(statement);
    // What no desk would read is not signed.
    ASSIGN_OR_RETURN(const auto read, readFreezePayload(asBytes(payload)));
    if (read != statement) {
        return noStatement(QStringLiteral("a member has two spellings"));
    }
    ASSIGN_OR_RETURN(auto envelope,
                     signStatement(freezePayloadType, asBytes(payload), statement.operatorKey, seed));
    return SignedFreeze{statement, std::move(envelope)};
}

Result<SignedFreeze> readFreeze(std::string_view envelopeJson)
{
    ASSIGN_OR_RETURN(const auto envelope, parseOperatorEnvelope(envelopeJson, freezePayloadType));
    ASSIGN_OR_RETURN(auto statement, readFreezePayload(envelope.payload));
    RETURN_IF_ERROR(checkStatementSignature(envelope, statement.operatorKey));
    auto canonical = canonicalEnvelope(freezePayloadType, envelope.payload, statement.operatorKey,
                                       envelope.signatures.front().signature);
    return SignedFreeze{std::move(statement), std::move(canonical)};
}

}  // namespace countersign
