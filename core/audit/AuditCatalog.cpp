#include "core/audit/AuditCatalog.h"

#include "core/audit/AuditRows.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct AuditCatalogText
{
    Q_DECLARE_TR_FUNCTIONS(AuditCatalogText)
};

constexpr int mostMarks = 500;
/// A kind that begins with a prefix comes before the prefix and this.
constexpr char behindEveryKind = '\x7f';

std::string conditionOf(const AuditFilter& filter)
{
    std::string condition = " WHERE seq BETWEEN 1 AND " + std::to_string(maxAuditSeq);
    if (!filter.kind.empty()) {
        condition += " AND kind >= :kind AND kind < :end";
    }
    if (!filter.text.empty()) {
        condition +=
            " AND (instr(lower(kind), lower(:text)) OR instr(lower(subject), lower(:text)) OR "
            "instr(lower(detail), lower(:text)))";
    }
    return condition + " ORDER BY seq DESC";
}

void bindFilter(SQLite::Statement& query, const AuditFilter& filter)
{
    if (!filter.kind.empty()) {
        query.bind(":kind", filter.kind);
        query.bind(":end", filter.kind + behindEveryKind);
    }
    if (!filter.text.empty()) {
        query.bind(":text", filter.text);
    }
}

AuditRow auditRowOf(SQLite::Statement& statement)
{
    AuditEntry entry = auditEntryOf(statement);
    const std::int64_t id = entry.seq;
    return {std::move(entry), id};
}

/// Along the index audit_marks, which the kind as it stands in the statement chooses.
Result<std::vector<AuditRow>> newestOf(Database& database, const char* kind)
{
    return attempt([&]() -> Result<std::vector<AuditRow>> {
        SQLite::Statement query(
            database.handle(),
            "SELECT seq, at, kind, subject, detail, hash FROM audit WHERE kind = " + std::string(kind) +
                " AND seq BETWEEN 1 AND " + std::to_string(maxAuditSeq) + " ORDER BY seq DESC LIMIT " +
                std::to_string(mostMarks));
        std::vector<AuditRow> rows;
        while (query.executeStep()) {
            rows.push_back(auditRowOf(query));
        }
        return rows;
    });
}

}  // namespace

Result<std::vector<std::int64_t>> AuditCatalog::ids(const AuditFilter& filter) const
{
    return attempt([&]() -> Result<std::vector<std::int64_t>> {
        SQLite::Statement query(m_database.handle(), "SELECT seq FROM audit" + conditionOf(filter));
        bindFilter(query, filter);
        std::vector<std::int64_t> ids;
        while (query.executeStep()) {
            ids.push_back(query.getColumn(0).getInt64());
        }
        return ids;
    });
}

Result<std::vector<AuditRow>> AuditCatalog::firstRows(const AuditFilter& filter, int limit) const
{
    return attempt([&]() -> Result<std::vector<AuditRow>> {
        SQLite::Statement query(m_database.handle(),
                                "SELECT seq, at, kind, subject, detail, hash FROM audit" +
                                    conditionOf(filter) + " LIMIT " + std::to_string(std::max(0, limit)));
        bindFilter(query, filter);
        std::vector<AuditRow> rows;
        while (query.executeStep()) {
            rows.push_back(auditRowOf(query));
        }
        return rows;
    });
}

Result<std::vector<AuditRow>> AuditCatalog::rows(const std::vector<std::int64_t>& ids) const
{
    return attempt([&]() -> Result<std::vector<AuditRow>> {
        SQLite::Statement query(m_database.handle(),
                                "SELECT seq, at, kind, subject, detail, hash FROM audit WHERE seq = ?");
        std::vector<AuditRow> rows;
        for (const std::int64_t id : ids) {
            query.reset();
            query.bind(1, id);
            if (query.executeStep()) {
                rows.push_back(auditRowOf(query));
            }
        }
        return rows;
    });
}

Result<AuditRow> AuditCatalog::find(std::int64_t seq) const
{
    ASSIGN_OR_RETURN(auto found, rows({seq}));
    if (found.empty()) {
        return failure(ErrorCode::NotFound, AuditCatalogText::tr("The record has no such entry."));
    }
    return std::move(found.front());
}

Result<AuditCatalog::Marks> AuditCatalog::marks() const
{
    Marks marks;
    ASSIGN_OR_RETURN(marks.checkpoints, newestOf(m_database, "'audit.checkpoint'"));
    ASSIGN_OR_RETURN(marks.reseals, newestOf(m_database, "'audit.resealed'"));
    ASSIGN_OR_RETURN(const auto last, firstRows({}, 1));
    marks.entries = last.empty() ? 0 : last.front().seq;
    return marks;
}

}  // namespace countersign
