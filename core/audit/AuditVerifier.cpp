#include "core/audit/AuditVerifier.h"

#include "core/audit/AuditRows.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct AuditVerifierText
{
    Q_DECLARE_TR_FUNCTIONS(AuditVerifierText)
};

}  // namespace

bool AuditVerifier::reject(std::int64_t seq, QString finding)
{
    m_firstBadSeq = seq;
    m_finding = std::move(finding);
    return false;
}

bool AuditVerifier::take(const AuditFields& entry, BytesView storedHash)
{
    const std::int64_t expected = m_last.seq + 1;
    if (entry.seq < expected) {
        return reject(expected,
                      AuditVerifierText::tr("An entry with the impossible number %1 was put into the record.")
                          .arg(entry.seq));
    }
    if (entry.seq > maxAuditSeq) {
        return reject(
            expected,
            AuditVerifierText::tr(
                "Behind entry %1 follows one with the impossible number %2: it was put in by somebody "
                "else.")
                .arg(m_last.seq)
                .arg(entry.seq));
    }
    if (entry.seq > expected) {
        return reject(expected, entry.seq == expected + 1
                                    ? AuditVerifierText::tr("Entry %1 was removed.").arg(expected)
                                    : AuditVerifierText::tr("The entries %1 to %2 were removed.")
                                          .arg(expected)
                                          .arg(entry.seq - 1));
    }
    const AuditHash hash = m_chain.next(m_last.hash, entry);
    if (!equalConstantTime(hash, storedHash)) {
        return reject(
            expected,
            AuditVerifierText::tr("Entry %1 was changed, moved or put in by somebody else.").arg(expected));
    }
    m_last = {expected, hash};
    if (m_head && m_head->has_value() && (*m_head)->seq == expected && (*m_head)->hash != hash) {
        return reject(expected, AuditVerifierText::tr(
                                    "Entry %1 is not the one that was sealed in audit.head: the record was "
                                    "replaced by an older copy and continued, or rewritten.")
                                    .arg(expected));
    }
    return true;
}

QString AuditVerifier::headFinding() const
{
    if (!m_head) {
        return m_head.error().sentence;
    }
    if (!m_head->has_value()) {
        return m_last.seq == 0
                   ? AuditVerifierText::tr(
                         "The record is empty and has no seal (audit.head): nothing was recorded yet, or "
                         "everything was removed.")
                   : AuditVerifierText::tr(
                         "The seal of the record (audit.head) was removed, so entries may be missing "
                         "behind number %1.")
                         .arg(m_last.seq);
    }
    const std::int64_t sealed = (*m_head)->seq;
    if (sealed == m_last.seq + 1) {
        return AuditVerifierText::tr(
                   "Entry %1 is missing at the end: it was cut off, or the database was replaced by an older "
                   "copy.")
            .arg(sealed);
    }
    if (sealed > m_last.seq) {
        return AuditVerifierText::tr(
                   "The entries %1 to %2 are missing at the end: they were cut off, or the database was "
                   "replaced by "
                   "an older copy.")
            .arg(m_last.seq + 1)
            .arg(sealed);
    }
    return {};
}

AuditReport AuditVerifier::report(std::int64_t entriesInTable) const
{
    AuditReport report;
    report.entries = entriesInTable;
    report.firstBadSeq = m_firstBadSeq;
    report.finding = m_firstBadSeq != 0 ? m_finding : headFinding();
    report.intact = report.finding.isEmpty();
    return report;
}

}  // namespace countersign
