#include "core/audit/AuditLog.h"

#include "core/audit/AuditChain.h"
#include "core/audit/AuditReseal.h"
#include "core/audit/AuditRows.h"
#include "core/audit/AuditTail.h"
#include "core/audit/AuditVerifier.h"

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
    Q_DECLARE_TR_FUNCTIONS(AuditLogText)
};

// An entry that a power cut could take, and a head that knows it, would read as a record that was cut.
bool isSynced(Database& database)
{
    constexpr int full = 2;
    return database.handle().execAndGet("PRAGMA synchronous").getInt() >= full;
}

tl::unexpected<Error> cannotSeal(const Error& error)
{
    return failure(
        error.code,
        AuditLogText::tr("Nothing was done: the record's last entry cannot be sealed, because the "
                         "profile's file audit.head cannot be written. Mend that, then try again."),
        error.sentence + QLatin1Char(' ') + error.detail);
}

/// Nothing when the record is as it should be; a chain that is intact may still be another one.
Result<QString> foreignChainFinding(Database& database, const Vault& vault, const AuditHead& head)
{
    ASSIGN_OR_RETURN(const auto chain, auditChainOf(vault));
    ASSIGN_OR_RETURN(const auto end, advanceHead(database, chain, head));
    ASSIGN_OR_RETURN(const auto unknown, entryThatOnlyTheSettingsKnow(database, vault, end));
    if (unknown) {
        return AuditLogText::tr(
                   "The settings were changed with entry %1, which the record does not have: it was begun "
                   "anew, or replaced by an older copy.")
            .arg(*unknown);
    }
    const bool hasKeys =
        database.handle()
            .execAndGet("SELECT EXISTS (SELECT 1 FROM secret) OR EXISTS (SELECT 1 FROM rsa_key)")
            .getInt() != 0;
    return end.seq == 0 && hasKeys ? AuditLogText::tr(
                                         "The record is empty although the profile holds keys or secrets: "
                                         "everything was removed.")
                                   : QString();
}

}  // namespace

Status AuditTransaction::add(std::string_view kind, std::string_view subject, const std::string& detailJson)
{
    const bool isOrdinary = m_sealing == Sealing::Ordinary || m_sealing == Sealing::BeforeUse;
    const bool needsHead = isOrdinary && !m_hasEntries;
    auto added = m_log.appendWithin(kind, subject, detailJson, needsHead);
    m_hasEntries = m_hasEntries || added;
    return added;
}

Result<AuditHead> AuditLog::tailOfTransaction(const AuditChain& chain, bool needsHead)
{
    if (m_verified && m_verified->transaction == m_database.transactionNumber()) {
        const auto last = lastEntry(m_database);
        if (last && last->seq == m_verified->end.seq && last->hash == m_verified->end.hash) {
            return m_verified->end;
        }
    }
    ASSIGN_OR_RETURN(const auto tail, verifiedTail(m_database, m_vault, chain));
    // Before the first entry is committed, so that from then on a missing file means that it was taken away.
    // Elsewhere it is tried as it is: it moves only behind a commit, and a refused change leaves it alone.
    if (!tail.sealed || (needsHead && !tail.isSealed())) {
        if (auto written = AuditHeadFile(m_vault).write(tail.sealed.value_or(tail.end)); !written) {
            return cannotSeal(written.error());
        }
    }
    return tail.end;
}

Status AuditLog::appendWithin(std::string_view kind, std::string_view subject, const std::string& detailJson,
                              bool needsHead)
{
    if (m_database.isAutocommitting() || !isSynced(m_database)) {
        return failure(ErrorCode::Internal,
                       AuditLogText::tr("An audit entry needs an open transaction; this is a defect."));
    }
    if (kind.empty() || kind.size() > maxKindBytes || subject.size() > maxSubjectBytes ||
        detailJson.size() > maxDetailBytes) {
        return failure(ErrorCode::Internal,
                       AuditLogText::tr("An entry of the audit record is malformed; this is a defect."),
                       QString::fromStdString(std::string(kind)));
    }
    ASSIGN_OR_RETURN(const auto chain, auditChainOf(m_vault));
    return attempt([&]() -> Status {
        ASSIGN_OR_RETURN(const auto tail, tailOfTransaction(chain, needsHead));
        const AuditFields entry{tail.seq + 1, m_clock.now(), kind, subject, detailJson};
        const AuditHash hash = chain.next(tail.hash, entry);
        RETURN_IF_ERROR(insertEntry(m_database, entry, hash));
        m_verified = {m_database.transactionNumber(), followed(tail, entry, hash)};
        return {};
    });
}

Status AuditLog::append(std::string_view kind, std::string_view subject, const std::string& detailJson)
{
    auto committed = transact(m_database, [&] { return appendWithin(kind, subject, detailJson); });
    return committed ? sealHead() : committed;
}

Status AuditLog::sealCommitted(Sealing sealing)
{
    if (sealing == Sealing::WithTheNext) {
        return {};
    }
    auto sealed = sealHead();
    if (sealing == Sealing::BeforeUse) {
        return sealed;
    }
    const bool isContradiction = !sealed && sealed.error().code == ErrorCode::Corrupt;
    return isContradiction && sealing == Sealing::Ordinary ? sealed : Status();
}

Status AuditLog::sealHead()
{
    ASSIGN_OR_RETURN(const auto chain, auditChainOf(m_vault));
    // What this object added, unless its transaction was taken back.
    const bool isCommitted = m_verified && m_verified->transaction == m_database.committedNumber();
    const std::int64_t owed = isCommitted ? m_verified->end.seq : 0;
    // Under the write lock nobody else appends or seals, so the head can only move forward.
    return transact(m_database, [&]() -> Status {
        ASSIGN_OR_RETURN(const auto tail, verifiedTail(m_database, m_vault, chain));
        if (tail.end.seq < owed) {
            return recordContradiction(QStringLiteral("entry %1 did not stay in the record").arg(owed));
        }
        return tail.isSealed() ? Status() : AuditHeadFile(m_vault).write(tail.end);
    });
}

Result<AuditReport> AuditLog::verify(const std::function<bool(std::int64_t)>& progress) const
{
    ASSIGN_OR_RETURN(auto chain, auditChainOf(m_vault));
    // The head first: then everything that it stands for is in the snapshot that follows.
    auto head = AuditHeadFile(m_vault).read();
    if (!head && head.error().code != ErrorCode::Corrupt) {
        return failure(head.error());
    }
    return attempt([&]() -> Result<AuditReport> {
        constexpr std::int64_t progressStep = 4096;
        AuditVerifier verifier(std::move(chain), head);
        // One snapshot for rows and count; a transaction of the caller is one already.
        std::optional<SQLite::Transaction> snapshot;
        if (m_database.isAutocommitting()) {
            snapshot.emplace(m_database.handle());
        }
        SQLite::Statement rows(m_database.handle(),
                               "SELECT seq, at, kind, subject, detail, hash FROM audit ORDER BY seq");
        while (rows.executeStep() && verifier.take(auditFieldsOf(rows), blobView(rows.getColumn(5)))) {
            if (progress && verifier.entries() % progressStep == 0 && !progress(verifier.entries())) {
                return failure(ErrorCode::Cancelled,
                               AuditLogText::tr("The check of the audit record was cancelled."));
            }
        }
        rows.reset();
        AuditReport report =
            verifier.report(m_database.handle().execAndGet("SELECT count(*) FROM audit").getInt64());
        if (report.intact) {
            ASSIGN_OR_RETURN(auto finding, foreignChainFinding(m_database, m_vault, head->value()));
            report.finding = std::move(finding);
            report.intact = report.finding.isEmpty();
        }
        return report;
    });
}

Status AuditLog::reseal(std::string_view reason)
{
    ASSIGN_OR_RETURN(const auto report, verify());
    if (report.intact) {
        return failure(ErrorCode::InvalidInput,
                       AuditLogText::tr("The audit record is intact; there is nothing to seal anew."));
    }
    return resealRecord(m_database, m_vault, m_clock, report, reason);
}

Result<std::vector<AuditEntry>> AuditLog::page(std::int64_t beforeSeq, int limit) const
{
    constexpr int maxPage = 1000;
    return attempt([&]() -> Result<std::vector<AuditEntry>> {
        std::vector<AuditEntry> entries;
        SQLite::Statement query(m_database.handle(),
                                "SELECT seq, at, kind, subject, detail, hash FROM audit "
                                "WHERE seq BETWEEN 1 AND ? ORDER BY seq DESC LIMIT ?");
        query.bind(1, beforeSeq > 0 ? beforeSeq - 1 : std::numeric_limits<std::int64_t>::max());
        query.bind(2, std::clamp(limit, 0, maxPage));
        while (query.executeStep()) {
            entries.push_back(auditEntryOf(query));
        }
        return entries;
    });
}

}  // namespace countersign
