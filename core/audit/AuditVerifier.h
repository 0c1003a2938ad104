#pragma once

#include "core/audit/AuditChain.h"
#include "core/audit/AuditHead.h"
#include "core/audit/AuditLog.h"

namespace countersign {

/// Verifies the audit log against its hash chain and its sealed head. This is a computation of its own, row
/// by row without holding the record in memory, with one sentence for each way in which the record can be
/// wrong.
class AuditVerifier
{
public:
    AuditVerifier(AuditChain chain, Result<std::optional<AuditHead>> head)
        : m_chain(std::move(chain)), m_head(std::move(head))
    {}

    /// Feeds the next row in the order of seq; false when it does not belong there, and then no more is
    /// needed.
    bool take(const AuditFields& entry, BytesView storedHash);
    std::int64_t entries() const { return m_last.seq; }
    /// After the last row, or after take() said false.
    AuditReport report(std::int64_t entriesInTable) const;

private:
    bool reject(std::int64_t seq, QString finding);
    QString headFinding() const;

    AuditChain m_chain;
    Result<std::optional<AuditHead>> m_head;
    AuditHead m_last;
    std::int64_t m_firstBadSeq = 0;
    QString m_finding;
};

}  // namespace countersign
