#include "core/base/encoding/Hex.h"
#include "core/signing/store/JobStore.h"
#include "core/vault/database/StatementCache.h"

// Why: where a job came from, and what the relay and a job have to do with each other (whose it is, who wants
// it back, what was told), never moves the job's state.

namespace countersign {

Status JobStore::adoptWithin(AuditTransaction& record, const NewJob& job)
{
    // What a waiting job's row says of its origin is held against this (core/signing/statement/JobRecord.h).
    const Json detail = {{"submitter", job.submitter}, {"submitterKey", toHex(job.submitterKey)}};
    RETURN_IF_ERROR(record.add("job.adopted", job.jobId, dumpJson(detail)));
    auto update = m_database.statement(
        "UPDATE job SET origin = 'relay', submitter = ?, submitter_key = ?, "
        "delivery_id = ?, reported = 'pending' WHERE job_id = ? AND origin <> 'relay' "
        "AND state = 'pending'");
    update->bind(1, job.submitter);
    bindBytes(*update, 2, job.submitterKey);
    if (job.deliveryId) {
        update->bind(3, *job.deliveryId);
    }
    update->bind(4, job.jobId);
    update->exec();
    return {};
}

void JobStore::noteImport(const std::string& jobId)
{
    auto insert =
        m_database.statement("INSERT OR REPLACE INTO job_import (job_id, imported_at) VALUES (?, ?)");
    insert->bind(1, jobId);
    insert->bind(2, m_clock.now());
    insert->exec();
}

Result<bool> JobStore::isImported(const std::string& jobId) const
{
    return attempt([&]() -> Result<bool> {
        auto query = m_database.statement("SELECT 1 FROM job_import WHERE job_id = ?");
        query->bind(1, jobId);
        return query->executeStep();
    });
}

Status JobStore::noteWithdrawalWithin(const std::string& jobId)
{
    auto update = m_database.statement("UPDATE job SET withdrawals = withdrawals + 1 WHERE job_id = ?");
    update->bind(1, jobId);
    update->exec();
    return {};
}

Status JobStore::markReported(const std::string& jobId, JobState state)
{
    // What a power cut takes of this is told once more.
    return transactUnsynced(m_database, [&]() -> Status {
        auto update = m_database.statement("UPDATE job SET reported = ? WHERE job_id = ?");
        update->bind(1, std::string(toText(state)));
        update->bind(2, jobId);
        update->exec();
        return {};
    });
}

Status JobStore::markUnreported(const std::string& jobId)
{
    return transact(m_database, [&]() -> Status {
        auto update = m_database.statement("UPDATE job SET reported = '' WHERE job_id = ?");
        update->bind(1, jobId);
        update->exec();
        return {};
    });
}

}  // namespace countersign
