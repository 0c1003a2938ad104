#include "core/audit/AuditRows.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct AuditRowsText
{
    Q_DECLARE_TR_FUNCTIONS(AuditRowsText)
};

std::string_view rowText(const SQLite::Column& column)
{
    const char* text = column.getText();
    return {text, static_cast<std::size_t>(column.getBytes())};
}

bool isSameHash(const AuditHash& hash, BytesView stored)
{
    return std::equal(hash.begin(), hash.end(), stored.begin(), stored.end());
}

Status readBack(Database& database, const AuditFields& entry, const AuditHash& hash)
{
    auto query = database.statement(
        "SELECT seq, at, kind, subject, detail, hash FROM audit ORDER BY seq DESC LIMIT 1");
    if (query->executeStep()) {
        const AuditFields stored = auditFieldsOf(*query);
        if (stored.seq == entry.seq && stored.at == entry.at && stored.kind == entry.kind &&
            stored.subject == entry.subject && stored.detail == entry.detail &&
            isSameHash(hash, blobView(query->getColumn(5)))) {
            return {};
        }
    }
    return failure(
        ErrorCode::Corrupt,
        AuditRowsText::tr("The audit record did not keep an entry as it was written, so nothing is done. Run "
                          "\"countersign-cli doctor\", and restore the profile from a backup."),
        QStringLiteral("entry %1").arg(entry.seq));
}

}  // namespace

tl::unexpected<Error> recordContradiction(const QString& what)
{
    return failure(
        ErrorCode::Corrupt,
        AuditRowsText::tr("The audit record contradicts its seal, so nothing can be recorded and nothing is "
                          "done. Run \"countersign-cli audit verify\" to see what is wrong, and \"audit "
                          "reseal\" once you know why."),
        what);
}

AuditFields auditFieldsOf(SQLite::Statement& row)
{
    return {row.getColumn(0).getInt64(), row.getColumn(1).getInt64(), rowText(row.getColumn(2)),
            rowText(row.getColumn(3)), rowText(row.getColumn(4))};
}

AuditEntry auditEntryOf(SQLite::Statement& row)
{
    const AuditFields fields = auditFieldsOf(row);
    return {fields.seq,
            fields.at,
            std::string(fields.kind),
            std::string(fields.subject),
            std::string(fields.detail),
            toBytes(blobView(row.getColumn(5)))};
}

Result<AuditHead> lastEntry(Database& database)
{
    auto query = database.statement("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1");
    AuditHead last;
    last.trust.reset();
    if (query->executeStep()) {
        last.seq = query->getColumn(0).getInt64();
        const BytesView hash = blobView(query->getColumn(1));
        if (last.seq < 1 || last.seq > maxAuditSeq || hash.size() != last.hash.size()) {
            return recordContradiction(QStringLiteral("the last entry is malformed"));
        }
        std::copy(hash.begin(), hash.end(), last.hash.begin());
    }
    return last;
}

bool holds(Database& database, const AuditHead& head)
{
    if (head.seq == 0) {
        return true;
    }
    auto query = database.statement("SELECT hash FROM audit WHERE seq = ?");
    query->bind(1, head.seq);
    return query->executeStep() && isSameHash(head.hash, blobView(query->getColumn(0)));
}

std::optional<std::int64_t> impossibleEntry(Database& database)
{
    auto query = database.statement("SELECT min(seq) FROM audit");
    const bool first = query->executeStep() && !query->getColumn(0).isNull();
    if (first && query->getColumn(0).getInt64() < 1) {
        return query->getColumn(0).getInt64();
    }
    auto highest = database.statement("SELECT max(seq) FROM audit");
    if (highest->executeStep() && highest->getColumn(0).getInt64() > maxAuditSeq) {
        return highest->getColumn(0).getInt64();
    }
    return std::nullopt;
}

Status insertEntry(Database& database, const AuditFields& entry, const AuditHash& hash)
{
    auto insert = database.statement(
        "INSERT INTO audit (seq, at, kind, subject, detail, hash) VALUES (?, ?, ?, ?, ?, ?)");
    insert->bind(1, entry.seq);
    insert->bind(2, entry.at);
    insert->bind(3, std::string(entry.kind));
    insert->bind(4, std::string(entry.subject));
    insert->bind(5, std::string(entry.detail));
    insert->bind(6, hash.data(), static_cast<int>(hash.size()));
    insert->exec();
    return readBack(database, entry, hash);
}

}  // namespace countersign
