#include "core/audit/witness/AuditExport.h"

#include "core/audit/trust/TrustedRows.h"
#include "core/audit/witness/AuditJson.h"
#include "core/base/encoding/Hex.h"
#include "core/crypto/envelopes/Dsse.h"

#include <QCoreApplication>

#include <algorithm>
#include <span>

namespace countersign {

namespace {

struct AuditExportText
{
    Q_DECLARE_TR_FUNCTIONS(AuditExportText)
};

constexpr std::int64_t exportProgressStep = 1024;
constexpr std::size_t exportSignatureMembers = 3;

Status writeLines(Database& database, AuditRange range, Sha256& digest, AuditExportSummary& summary,
                  const AuditSink& sink, const AuditProgress& progress)
{
    SQLite::Statement rows(database.handle(),
                           "SELECT seq, at, kind, subject, detail, hash FROM audit "
                           "WHERE seq BETWEEN ? AND ? ORDER BY seq");
    rows.bind(1, range.from);
    rows.bind(2, range.to);
    while (rows.executeStep()) {
        const AuditEntry entry = auditEntryOf(rows);
        const std::string line = dumpJson(auditEntryJson(entry)) + '\n';
        digest.add(asBytes(line));
        RETURN_IF_ERROR(sink(line));
        if (summary.entries == 0) {
            summary.from = entry.seq;
        }
        summary.to = entry.seq;
        ++summary.entries;
        if (progress && summary.entries % exportProgressStep == 0 && !progress(summary.entries)) {
            return failure(ErrorCode::Cancelled, AuditExportText::tr("The export was cancelled."));
        }
    }
    if (summary.entries == 0) {
        return failure(ErrorCode::NotFound, AuditExportText::tr("The record has no entry in this range."));
    }
    return {};
}

tl::unexpected<Error> noExport(const QString& detail)
{
    return failure(ErrorCode::InvalidInput, AuditExportText::tr("This is no export of a record."), detail);
}

/// What the last line says.
Result<AuditExportSummary> signedSummary(std::string_view payload)
{
    const auto json = parseJson(payload, {.maxBytes = 1024, .maxDepth = 1, .maxValues = 4});
    if (!json || !json->is_object() || json->size() != exportSignatureMembers) {
        return noExport(QStringLiteral("the signed statement"));
    }
    const auto from = json->find("from");
    const auto to = json->find("to");
    const auto digest = requiredString(*json, "sha256");
    if (from == json->end() || to == json->end() || !from->is_number_unsigned() ||
        !to->is_number_unsigned() || !digest || to->get<std::uint64_t>() > std::uint64_t{maxAuditSeq} ||
        from->get<std::uint64_t>() > to->get<std::uint64_t>()) {
        return noExport(QStringLiteral("a member of the signed statement"));
    }
    return AuditExportSummary{from->get<std::int64_t>(), to->get<std::int64_t>(), 0, *digest, {}};
}

}  // namespace

Result<AuditExportSummary> exportRecord(Database& database, const AuditLog& audit, AuditRange range,
                                        const Result<SecretBytes>& seed, const AuditSink& sink,
                                        const AuditProgress& progress)
{
    return inSnapshot(database, [&]() -> Result<AuditExportSummary> {
        ASSIGN_OR_RETURN(const auto report, audit.verify(progress ? [&](std::int64_t) { return progress(0); }
                                                                  : AuditProgress()));
        if (report.intact && !seed) {
            return failure(seed.error());
        }
        Sha256 digest;
        AuditExportSummary summary;
        RETURN_IF_ERROR(writeLines(database, range, digest, summary, sink, progress));
        summary.sha256 = toHex(digest.finish());
        if (!report.intact) {
            summary.unsignedBecause = report.finding;
            return summary;
        }
        const Json statement = {{"from", summary.from}, {"to", summary.to}, {"sha256", summary.sha256}};
        ASSIGN_OR_RETURN(const auto envelope,
                         signDsse(auditExportPayloadType, asBytes(dumpJson(statement)), *seed));
        RETURN_IF_ERROR(sink(envelope + '\n'));
        return summary;
    });
}

Status AuditExportCheck::add(BytesView piece)
{
    std::string_view rest = asText(piece);
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        const std::string_view part = rest.substr(0, end);
        if (m_line.size() + part.size() > auditLineMaxBytes) {
            return noExport(QStringLiteral("a line is longer than 1 MiB"));
        }
        m_line += part;
        if (end == std::string_view::npos) {
            return {};
        }
        rest.remove_prefix(end + 1);
        RETURN_IF_ERROR(takeLine());
    }
    return {};
}

// Which line is the last shows itself only behind it.
Status AuditExportCheck::takeLine()
{
    if (m_hasWaiting) {
        RETURN_IF_ERROR(takeEntry(m_waiting));
    }
    m_waiting = std::move(m_line);
    m_hasWaiting = true;
    m_line.clear();
    return {};
}

Status AuditExportCheck::takeEntry(std::string_view line)
{
    const auto entry = parseAuditEntry(line);
    if (!entry) {
        return noExport(QStringLiteral("line %1: %2").arg(m_entries + 1).arg(entry.error().detail));
    }
    if (m_entries > 0 && entry->seq != m_to + 1) {
        return noExport(QStringLiteral("behind entry %1 follows %2").arg(m_to).arg(entry->seq));
    }
    if (m_expected && m_expected->seq == entry->seq) {
        if (!std::ranges::equal(m_expected->hash, entry->hash)) {
            return failure(
                ErrorCode::BadSignature,
                AuditExportText::tr("Entry %1 of the export is not the one that the checkpoint names.")
                    .arg(entry->seq));
        }
        m_metExpected = true;
    }
    if (m_entries == 0) {
        m_from = entry->seq;
    }
    m_to = entry->seq;
    ++m_entries;
    m_digest.add(asBytes(line)).add(asBytes("\n"));
    return {};
}

Result<AuditExportSummary> AuditExportCheck::finish(const ed25519::PublicKey& deskKey)
{
    if (!m_line.empty()) {
        RETURN_IF_ERROR(takeLine());
    }
    if (m_entries == 0) {
        return noExport(QStringLiteral("there is no entry"));
    }
    const auto envelope = parseDsse(m_waiting);
    if (!envelope || envelope->payloadType != auditExportPayloadType) {
        return noExport(QStringLiteral("the last line is not the signature of an export"));
    }
    if (!verifyDsse(*envelope, std::span(&deskKey, 1))) {
        return failure(
            ErrorCode::BadSignature,
            AuditExportText::tr("The export is not signed by this desk, or was changed afterwards."));
    }
    ASSIGN_OR_RETURN(auto summary, signedSummary(asText(envelope->payload)));
    if (summary.from != m_from || summary.to != m_to || summary.sha256 != toHex(m_digest.finish())) {
        return failure(ErrorCode::BadSignature,
                       AuditExportText::tr("The lines of the export are not the ones that were signed."));
    }
    summary.entries = m_entries;
    if (m_expected && !m_metExpected) {
        return failure(ErrorCode::NotFound,
                       AuditExportText::tr("The export does not hold entry %1, which the checkpoint names.")
                           .arg(m_expected->seq));
    }
    return summary;
}

}  // namespace countersign
