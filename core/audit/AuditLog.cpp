#include "core/audit/AuditLog.h"

#include "core/audit/AuditChain.h"
#include "core/audit/AuditHead.h"
#include "core/audit/AuditVerifier.h"
#include "core/base/Json.h"

#include <QCoreApplication>

#include <sqlite3.h>

#include <algorithm>
#include <limits>
#include <optional>

namespace countersign {

namespace {

constexpr std::string_view keyPurpose = "audit-v1";
constexpr std::size_t maxKindBytes = 128;
constexpr std::size_t maxSubjectBytes = 4096;
constexpr std::size_t maxDetailBytes = 64 * 1024;

QString tr(const char* text)
{
    return QCoreApplication::translate("AuditLog", text);
}

bool isInTransaction(Database& database)
{
    return sqlite3_get_autocommit(database.handle().getHandle()) == 0;
}

// An entry that a power cut could take, and a head that knows it, would read as a record that was cut.
bool isSynced(Database& database)
{
    constexpr int full = 2;
    return database.handle().execAndGet("PRAGMA synchronous").getInt() >= full;
}

bool equals(const AuditHash& hash, BytesView stored)
{
    return std::equal(hash.begin(), hash.end(), stored.begin(), stored.end());
}

std::string_view textView(const SQLite::Column& column)
{
    const char* text = column.getText();
    return {text, static_cast<std::size_t>(column.getBytes())};
}

// Columns: seq, at, kind, subject, detail, hash.
AuditFields fieldsOf(SQLite::Statement& row)
{
    return {row.getColumn(0).getInt64(), row.getColumn(1).getInt64(), textView(row.getColumn(2)),
            textView(row.getColumn(3)), textView(row.getColumn(4))};
}

tl::unexpected<Error> contradiction(const QString& what)
{
    return failure(
        ErrorCode::Corrupt,
        tr("The audit record contradicts its seal, so nothing can be recorded and nothing is done. Run "
           "\"countersign-cli audit verify\" to see what is wrong, and \"audit reseal\" once you know why."),
        what);
}

// The last entry as a head; seq 0 when there is none. Corrupt when the row can be no entry.
Result<AuditHead> lastEntry(Database& database)
{
    SQLite::Statement query(database.handle(), "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1");
    AuditHead last;
    if (query.executeStep()) {
        last.seq = query.getColumn(0).getInt64();
        const BytesView hash = blobView(query.getColumn(1));
        if (last.seq < 1 || hash.size() != last.hash.size()) {
            return contradiction(QStringLiteral("the last entry is malformed"));
        }
        std::copy(hash.begin(), hash.end(), last.hash.begin());
    }
    return last;
}

// Whether the record still has the entry that the head names: if not, it was cut, rewritten or rolled back.
bool holds(Database& database, const AuditHead& head)
{
    if (head.seq == 0) {
        return true;
    }
    SQLite::Statement query(database.handle(), "SELECT hash FROM audit WHERE seq = ?");
    query.bind(1, head.seq);
    return query.executeStep() && equals(head.hash, blobView(query.getColumn(0)));
}

// Moving the head over a contradiction would destroy the evidence of it; so nothing is recorded until the
// operator has taken note (AuditLog::reseal). Needs the database's write lock.
Result<AuditHead> checkedHead(Database& database, const AuditHeadFile& file, const AuditHead& last)
{
    const auto head = file.read();
    if (!head) {
        return head.error().code == ErrorCode::Corrupt ? contradiction(head.error().detail)
                                                       : failure(head.error());
    }
    if (head->has_value()) {
        if (!holds(database, **head)) {
            return contradiction(
                QStringLiteral("the sealed entry %1 is not in the record").arg((*head)->seq));
        }
        return **head;
    }
    if (last.seq > 0) {
        return contradiction(QStringLiteral("audit.head is missing"));
    }
    // Before the first entry is committed, so that from then on a missing file means that it was taken away.
    if (auto begun = file.write(AuditHead{}); !begun) {
        return failure(begun.error());
    }
    return AuditHead{};
}

Status insertEntry(Database& database, const AuditFields& entry, const AuditHash& hash)
{
    SQLite::Statement insert(
        database.handle(),
        "INSERT INTO audit (seq, at, kind, subject, detail, hash) VALUES (?, ?, ?, ?, ?, ?)");
    insert.bind(1, entry.seq);
    insert.bind(2, entry.at);
    insert.bind(3, std::string(entry.kind));
    insert.bind(4, std::string(entry.subject));
    insert.bind(5, std::string(entry.detail));
    insert.bind(6, hash.data(), static_cast<int>(hash.size()));
    insert.exec();
    return {};
}

}  // namespace

Result<std::int64_t> AuditLog::insertAfterLast(std::string_view kind, std::string_view subject,
                                               std::string_view detail, HeadCheck check)
{
    if (kind.empty() || kind.size() > maxKindBytes || subject.size() > maxSubjectBytes ||
        detail.size() > maxDetailBytes) {
        return failure(ErrorCode::Internal,
                       tr("An entry of the audit record is malformed; this is a defect."),
                       QString::fromStdString(std::string(kind)));
    }
    auto key = m_vault.deriveKey(keyPurpose);
    if (!key) {
        return failure(key.error());
    }
    return attempt([&]() -> Result<std::int64_t> {
        const auto last = lastEntry(m_database);
        if (!last) {
            return failure(last.error());
        }
        if (check == HeadCheck::Demand) {
            if (auto head = checkedHead(m_database, AuditHeadFile(m_vault), *last); !head) {
                return failure(head.error());
            }
        }
        const AuditFields entry{last->seq + 1, m_clock.now(), kind, subject, detail};
        const AuditHash hash = AuditChain(std::move(*key)).next(last->hash, entry);
        if (auto inserted = insertEntry(m_database, entry, hash); !inserted) {
            return failure(inserted.error());
        }
        return entry.seq;
    });
}

Status AuditLog::appendWithin(std::string_view kind, std::string_view subject, const std::string& detailJson)
{
    if (!isInTransaction(m_database) || !isSynced(m_database)) {
        return failure(ErrorCode::Internal,
                       tr("An audit entry needs an open transaction; this is a defect."));
    }
    if (auto seq = insertAfterLast(kind, subject, detailJson, HeadCheck::Demand); !seq) {
        return failure(seq.error());
    }
    return {};
}

Status AuditLog::append(std::string_view kind, std::string_view subject, const std::string& detailJson)
{
    auto committed = transact(m_database, [&] { return appendWithin(kind, subject, detailJson); });
    return committed ? sealHead() : committed;
}

Status AuditLog::sealHead()
{
    // Under the write lock nobody else appends or seals, so the head can only move forward.
    return transact(m_database, [&]() -> Status {
        const auto last = lastEntry(m_database);
        if (!last) {
            return failure(last.error());
        }
        const AuditHeadFile file(m_vault);
        const auto head = checkedHead(m_database, file, *last);
        if (!head) {
            return failure(head.error());
        }
        return head->seq == last->seq ? Status() : file.write(*last);
    });
}

Result<AuditReport> AuditLog::verify(const std::function<bool(std::int64_t)>& progress) const
{
    auto key = m_vault.deriveKey(keyPurpose);
    if (!key) {
        return failure(key.error());
    }
    // The head first: then everything that it stands for is in the snapshot that follows.
    auto head = AuditHeadFile(m_vault).read();
    if (!head && head.error().code != ErrorCode::Corrupt) {
        return failure(head.error());
    }
    return attempt([&]() -> Result<AuditReport> {
        constexpr std::int64_t progressStep = 4096;
        AuditVerifier verifier(AuditChain(std::move(*key)), std::move(head));
        // One snapshot for rows and count; a transaction of the caller is one already.
        std::optional<SQLite::Transaction> snapshot;
        if (!isInTransaction(m_database)) {
            snapshot.emplace(m_database.handle());
        }
        SQLite::Statement rows(m_database.handle(),
                               "SELECT seq, at, kind, subject, detail, hash FROM audit ORDER BY seq");
        while (rows.executeStep() && verifier.take(fieldsOf(rows), blobView(rows.getColumn(5)))) {
            if (progress && verifier.entries() % progressStep == 0 && !progress(verifier.entries())) {
                return failure(ErrorCode::Cancelled, tr("The check of the audit record was cancelled."));
            }
        }
        rows.reset();
        return verifier.report(m_database.handle().execAndGet("SELECT count(*) FROM audit").getInt64());
    });
}

Status AuditLog::reseal(std::string_view reason)
{
    const auto report = verify();
    if (!report) {
        return failure(report.error());
    }
    if (report->intact) {
        return failure(ErrorCode::InvalidInput,
                       tr("The audit record is intact; there is nothing to seal anew."));
    }
    const Json detail = {{"finding", report->finding.toStdString()},
                         {"firstBadSeq", report->firstBadSeq},
                         {"entries", report->entries},
                         {"reason", std::string(reason)}};
    auto recorded = transact(m_database, [&]() -> Status {
        if (auto seq = insertAfterLast("audit.resealed", {}, dumpJson(detail), HeadCheck::Skip); !seq) {
            return failure(seq.error());
        }
        return {};
    });
    if (!recorded) {
        return recorded;
    }
    return transact(m_database, [&]() -> Status {
        const auto last = lastEntry(m_database);
        return last ? AuditHeadFile(m_vault).write(*last) : failure(last.error());
    });
}

Result<std::vector<AuditEntry>> AuditLog::page(std::int64_t beforeSeq, int limit) const
{
    constexpr int maxPage = 1000;
    return attempt([&]() -> Result<std::vector<AuditEntry>> {
        std::vector<AuditEntry> entries;
        SQLite::Statement query(m_database.handle(),
                                "SELECT seq, at, kind, subject, detail, hash FROM audit WHERE seq < ? "
                                "ORDER BY seq DESC LIMIT ?");
        query.bind(1, beforeSeq > 0 ? beforeSeq : std::numeric_limits<std::int64_t>::max());
        query.bind(2, std::clamp(limit, 0, maxPage));
        while (query.executeStep()) {
            const AuditFields fields = fieldsOf(query);
            entries.push_back({fields.seq, fields.at, std::string(fields.kind), std::string(fields.subject),
                               std::string(fields.detail), toBytes(blobView(query.getColumn(5)))});
        }
        return entries;
    });
}

}  // namespace countersign
