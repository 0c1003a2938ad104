#include "core/audit/AuditLog.h"

#include "core/audit/AuditChain.h"
#include "core/audit/AuditHead.h"
#include "core/audit/AuditTail.h"
#include "core/audit/AuditVerifier.h"
#include "core/base/Json.h"

#include <QCoreApplication>

#include <algorithm>
#include <limits>
#include <optional>

namespace countersign {

namespace {

constexpr std::size_t maxKindBytes = 128;
constexpr std::size_t maxSubjectBytes = 4096;
constexpr std::size_t maxDetailBytes = 64 * 1024;

struct AuditLogText
{
    Q_DECLARE_TR_FUNCTIONS(AuditLog)
};

// An entry that a power cut could take, and a head that knows it, would read as a record that was cut.
bool isSynced(Database& database)
{
    constexpr int full = 2;
    return database.handle().execAndGet("PRAGMA synchronous").getInt() >= full;
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

// Moving the head over a contradiction would destroy the evidence of it; so nothing is recorded until the
// operator has taken note (AuditLog::reseal). Needs the database's write lock.
Result<AuditHead> checkedHead(Database& database, const AuditHeadFile& file, const AuditHead& last,
                              bool sealedFromBirth)
{
    const auto head = file.read();
    if (!head) {
        return head.error().code == ErrorCode::Corrupt ? recordContradiction(head.error().detail)
                                                       : failure(head.error());
    }
    if (head->has_value()) {
        if (!holds(database, **head)) {
            return recordContradiction(
                QStringLiteral("the sealed entry %1 is not in the record").arg((*head)->seq));
        }
        return **head;
    }
    if (last.seq > 0) {
        return recordContradiction(QStringLiteral("audit.head is missing"));
    }
    // Before the first entry is committed, so that from then on a missing file means that it was taken away.
    AuditHead begun;
    if (!sealedFromBirth) {
        begun.trust.reset();
    }
    if (auto written = file.write(begun); !written) {
        return failure(written.error());
    }
    return begun;
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
                       AuditLogText::tr("An entry of the audit record is malformed; this is a defect."),
                       QString::fromStdString(std::string(kind)));
    }
    const auto chain = auditChainOf(m_vault);
    if (!chain) {
        return failure(chain.error());
    }
    return attempt([&]() -> Result<std::int64_t> {
        const auto last = lastEntry(m_database);
        if (!last) {
            return failure(last.error());
        }
        if (check == HeadCheck::Demand) {
            if (auto head =
                    checkedHead(m_database, AuditHeadFile(m_vault), *last, m_vault.info().settingsSealed);
                !head) {
                return failure(head.error());
            }
        }
        const AuditFields entry{last->seq + 1, m_clock.now(), kind, subject, detail};
        const AuditHash hash = chain->next(last->hash, entry);
        if (auto inserted = insertEntry(m_database, entry, hash); !inserted) {
            return failure(inserted.error());
        }
        return entry.seq;
    });
}

Status AuditLog::appendWithin(std::string_view kind, std::string_view subject, const std::string& detailJson)
{
    if (m_database.isAutocommitting() || !isSynced(m_database)) {
        return failure(ErrorCode::Internal,
                       AuditLogText::tr("An audit entry needs an open transaction; this is a defect."));
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
    const auto chain = auditChainOf(m_vault);
    if (!chain) {
        return failure(chain.error());
    }
    // Under the write lock nobody else appends or seals, so the head can only move forward.
    return transact(m_database, [&]() -> Status {
        const auto last = lastEntry(m_database);
        if (!last) {
            return failure(last.error());
        }
        const AuditHeadFile file(m_vault);
        const auto head = checkedHead(m_database, file, *last, m_vault.info().settingsSealed);
        if (!head) {
            return failure(head.error());
        }
        if (head->seq == last->seq) {
            return {};
        }
        const auto moved = advanceHead(m_database, *chain, *head);
        return moved ? file.write(*moved) : failure(moved.error());
    });
}

Result<AuditReport> AuditLog::verify(const std::function<bool(std::int64_t)>& progress) const
{
    auto chain = auditChainOf(m_vault);
    if (!chain) {
        return failure(chain.error());
    }
    // The head first: then everything that it stands for is in the snapshot that follows.
    auto head = AuditHeadFile(m_vault).read();
    if (!head && head.error().code != ErrorCode::Corrupt) {
        return failure(head.error());
    }
    return attempt([&]() -> Result<AuditReport> {
        constexpr std::int64_t progressStep = 4096;
        AuditVerifier verifier(*std::move(chain), std::move(head));
        // One snapshot for rows and count; a transaction of the caller is one already.
        std::optional<SQLite::Transaction> snapshot;
        if (m_database.isAutocommitting()) {
            snapshot.emplace(m_database.handle());
        }
        SQLite::Statement rows(m_database.handle(),
                               "SELECT seq, at, kind, subject, detail, hash FROM audit ORDER BY seq");
        while (rows.executeStep() && verifier.take(fieldsOf(rows), blobView(rows.getColumn(5)))) {
            if (progress && verifier.entries() % progressStep == 0 && !progress(verifier.entries())) {
                return failure(ErrorCode::Cancelled,
                               AuditLogText::tr("The check of the audit record was cancelled."));
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
                       AuditLogText::tr("The audit record is intact; there is nothing to seal anew."));
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
        auto last = lastEntry(m_database);
        if (!last) {
            return failure(last.error());
        }
        const AuditHeadFile file(m_vault);
        // What the profile trusts must not become older by this: the later one of seal and record counts.
        last->trust = lastTrustEntry(m_database, m_vault.info().settingsSealed);
        if (const auto head = file.read(); head && head->has_value() && (*head)->trust > last->trust) {
            last->trust = (*head)->trust;
        }
        return file.write(*last);
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
