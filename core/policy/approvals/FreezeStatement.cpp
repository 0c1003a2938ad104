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
    ASSIGN_OR_RETURN(const auto origin, statementOrigin(json));
    statement.operatorKey = origin.operatorKey;
    statement.at = origin.at;
    return statement;
}

constexpr StatementKind<FreezeStatement> freezeKind = {freezePayloadType, freezePayloadOf, readFreezePayload};

}  // namespace

Result<SignedFreeze> signFreeze(const FreezeStatement& statement, const SecretBytes& seed)
{
    return signStatementOf(freezeKind, statement, seed);
}

Result<SignedFreeze> readFreeze(std::string_view envelopeJson)
{
    return readStatementOf(freezeKind, envelopeJson);
}

}  // namespace countersign
