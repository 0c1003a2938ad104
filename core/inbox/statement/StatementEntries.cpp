#include "core/inbox/statement/StatementEntries.h"

#include "core/base/text/Ascii.h"
#include "core/inbox/delivery/DeliveryCauses.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct StatementEntriesText
{
    Q_DECLARE_TR_FUNCTIONS(StatementEntriesText)
};

/// Flat today; a little room for members that later desks add. As the relay's.
constexpr JsonLimits statementLimits{
    .maxBytes = statementMaxBytes, .maxDepth = 4, .maxValues = 256, .maxMembers = 64};
constexpr std::size_t statementJobIdCharacters = 64;

tl::unexpected<Error> unreadableStatement(const QString& detail)
{
    return failure(
        ErrorCode::InvalidInput,
        StatementEntriesText::tr("This is no operator's statement. Ask its sender how it was made."), detail);
}

bool isStatementJobId(std::string_view text)
{
    return text.size() == statementJobIdCharacters && std::ranges::all_of(text, ascii::isLowerHexDigit);
}

Result<OperatorStatement> readStatement(BytesView body, std::string_view payloadType)
{
    auto envelope = parseDsse(asText(body), statementMaxBytes);
    if (!envelope) {
        return unreadableStatement(envelope.error().detail);
    }
    if (envelope->payloadType != payloadType) {
        return unreadableStatement(
            QStringLiteral("payloadType %1").arg(QString::fromStdString(envelope->payloadType).left(100)));
    }
    auto payload = parseJson(asText(envelope->payload), statementLimits);
    if (!payload) {
        return unreadableStatement(payload.error().detail);
    }
    if (!payload->is_object()) {
        return unreadableStatement(QStringLiteral("the payload is no object"));
    }
    return OperatorStatement{{}, *std::move(payload), *std::move(envelope), sha256(body), body};
}

Judgement quarantinedStatement(const Error& error)
{
    const std::string cause = stored(DeliveryCause::UnreadableStatement);
    return {Verdict::Quarantined, cause, QuarantineReason{"unreadable", cause, error.detail.toStdString()},
            true};
}

}  // namespace

Result<OperatorStatement> parseApprovalStatement(BytesView body)
{
    auto statement = readStatement(body, approvalPayloadType);
    const auto jobId = statement ? requiredString(statement->payload, "jobId")
                                 : Result<std::string>(failure(statement.error()));
    if (!jobId) {
        return unreadableStatement(jobId.error().detail);
    }
    if (!isStatementJobId(*jobId)) {
        return unreadableStatement(QStringLiteral("'jobId' is not the id of a job"));
    }
    statement->jobId = *jobId;
    return statement;
}

Result<OperatorStatement> parseFreezeStatement(BytesView body)
{
    return readStatement(body, freezePayloadType);
}

bool StatementEntries::handles(std::string_view kind) const
{
    return kind == approvalEntryKind || kind == statementEntryKind;
}

Result<Judgement> StatementEntries::take(const FeedItem& entry, AuditTransaction& record)
{
    const bool isAboutJob = entry.kind == approvalEntryKind;
    const auto statement = isAboutJob ? parseApprovalStatement(entry.body) : parseFreezeStatement(entry.body);
    if (!statement) {
        return quarantinedStatement(statement.error());
    }
    return isAboutJob ? m_handler.takeApproval(*statement, entry, record)
                      : m_handler.takeFreeze(*statement, entry, record);
}

}  // namespace countersign
