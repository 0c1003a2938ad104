#pragma once

#include "core/inbox/statement/StatementEntries.h"
#include "core/signing/approval/InboxFreeze.h"
#include "core/signing/statement/JobStatements.h"

namespace countersign {

/// The intake of operators' statements from the feed. Everybody with a consumer's token can post some, so
/// only what its operator signed is kept, what strangers signed within narrow limits (ApprovalStore), and
/// what cannot count yet waits in quarantine, where a retry after the operator was registered, or the job
/// arrived, takes it.
class StatementIntake final : public ApprovalEntryHandler
{
public:
    /// All must outlive it.
    StatementIntake(Database& database, const Vault& vault, const Clock& clock);

    Result<Judgement> takeApproval(const OperatorStatement& statement, const FeedItem& entry,
                                   AuditTransaction& record) override;
    /// Freezes this desk where a registered operator says so (InboxFreeze).
    Result<Judgement> takeFreeze(const OperatorStatement& statement, const FeedItem& entry,
                                 AuditTransaction& record) override;

private:
    AuditLog m_audit;
    JobStore m_jobs;
    JobStatements m_statements;
    InboxFreeze m_freeze;
};

}  // namespace countersign
