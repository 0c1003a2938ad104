#pragma once

#include "core/policy/approvals/StatementEnvelope.h"

#include <string>
#include <string_view>
#include <utility>

namespace countersign {

/// A statement whose signature was found to be that of the operator whom it names. Whether that operator
/// counts is not said by it.
template <typename Statement>
struct SignedStatement
{
    Statement statement;
    CanonicalEnvelope envelope;

    bool operator==(const SignedStatement&) const = default;
};

/// What one kind of statement has of its own: the rest is the same for all of them. Statement has members
/// operatorKey and at, and can be compared.
template <typename Statement>
struct StatementKind
{
    std::string_view payloadType;
    std::string (*payloadOf)(const Statement&);
    Result<Statement> (*readPayload)(BytesView);  ///< InvalidInput where it is another one
};

/// Signs it. InvalidInput when readPayload would refuse it or read another statement (what no desk would read
/// is not signed), when it is too long, or when the seed is not that of operatorKey.
template <typename Statement>
Result<SignedStatement<Statement>> signStatementOf(const StatementKind<Statement>& kind,
                                                   const Statement& statement, const SecretBytes& seed)
{
    const std::string payload = kind.payloadOf(statement);
    ASSIGN_OR_RETURN(const Statement read, kind.readPayload(asBytes(payload)));
    if (read != statement) {
        return noStatement(QStringLiteral("a member has two spellings"));
    }
    ASSIGN_OR_RETURN(auto envelope,
                     signStatement(kind.payloadType, asBytes(payload), statement.operatorKey, seed));
    return SignedStatement<Statement>{statement, std::move(envelope)};
}

/// Reads and verifies an envelope, strict and bounded: of that type, with exactly one signature. InvalidInput
/// when it has another form; BadSignature when its operator did not sign it.
template <typename Statement>
Result<SignedStatement<Statement>> readStatementOf(const StatementKind<Statement>& kind,
                                                   std::string_view envelopeJson)
{
    ASSIGN_OR_RETURN(const auto envelope, parseOperatorEnvelope(envelopeJson, kind.payloadType));
    ASSIGN_OR_RETURN(auto statement, kind.readPayload(envelope.payload));
    RETURN_IF_ERROR(checkStatementSignature(envelope, statement.operatorKey));
    auto canonical = canonicalEnvelope(kind.payloadType, envelope.payload, statement.operatorKey,
                                       envelope.signatures.front().signature);
    return SignedStatement<Statement>{std::move(statement), std::move(canonical)};
}

}  // namespace countersign
