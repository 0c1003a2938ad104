#include "core/audit/AuditExcerpt.h"

#include "core/audit/AuditRows.h"

#include <algorithm>

namespace countersign {

Result<AuditExcerpt> AuditExcerpt::open(Database& database, const Vault& vault)
{
    ASSIGN_OR_RETURN(const auto end, currentHead(database, vault));
    ASSIGN_OR_RETURN(auto chain, auditChainOf(vault));
    return AuditExcerpt(database, std::move(chain), end);
}

/// As it is stored: were it another one, the entries behind it would not end in the head.
Result<AuditHash> AuditExcerpt::hashBefore(std::int64_t from) const
{
    AuditHash hash{};
    if (from == 1) {
        return hash;
    }
    auto query = m_database.statement("SELECT hash FROM audit WHERE seq = ?");
    query->bind(1, from - 1);
    const BytesView stored = query->executeStep() ? blobView(query->getColumn(0)) : BytesView();
    if (stored.size() != hash.size()) {
        return recordContradiction(QStringLiteral("entry %1 is missing").arg(from - 1));
    }
    std::ranges::copy(stored, hash.begin());
    return hash;
}

Status AuditExcerpt::read(std::int64_t from, const std::function<void(const AuditFields&)>& take) const
{
    return attempt([&]() -> Status {
        if (from < 1 || from > m_end.seq) {
            return recordContradiction(QStringLiteral("there is no entry %1").arg(from));
        }
        ASSIGN_OR_RETURN(AuditHash hash, hashBefore(from));
        std::int64_t seq = from - 1;
        auto rows = m_database.statement(
            "SELECT seq, at, kind, subject, detail FROM audit WHERE seq >= ? ORDER BY seq");
        rows->bind(1, from);
        while (rows->executeStep()) {
            const AuditFields entry = auditFieldsOf(*rows);
            ++seq;
            if (entry.seq != seq || seq > m_end.seq) {
                return recordContradiction(QStringLiteral("entry %1 is missing").arg(seq));
            }
            hash = m_chain.next(hash, entry);
            take(entry);
        }
        if (seq != m_end.seq || !equalConstantTime(hash, m_end.hash)) {
            return recordContradiction(
                QStringLiteral("the entries from %1 on do not end in what was sealed").arg(from));
        }
        return {};
    });
}

}  // namespace countersign
