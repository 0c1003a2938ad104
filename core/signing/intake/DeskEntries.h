#pragma once

#include "core/inbox/EntryRouter.h"
#include "core/signing/intake/JobIntake.h"
#include "core/signing/statement/StatementIntake.h"

namespace countersign {

/// Everything of the feed that a desk reads besides webhooks: jobs, their withdrawals, and what operators say
/// about them. One handler for the ingestor of every program.
class DeskEntries final : public EntryHandler
{
public:
    /// All must outlive it.
    DeskEntries(Database& database, const Vault& vault, const Clock& clock)
        : m_jobs(database, vault, clock), m_statements(database, vault, clock)
    {}

    bool handles(std::string_view kind) const override { return m_router.handles(kind); }
    Result<Judgement> take(const FeedItem& entry, AuditTransaction& record) override
    {
        return m_router.take(entry, record);
    }

private:
    JobIntake m_jobs;
    StatementIntake m_statements;
    StatementEntries m_statementEntries{m_statements};
    EntryRouter m_router{&m_jobs, &m_statementEntries};
};

}  // namespace countersign
