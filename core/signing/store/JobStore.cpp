#include "core/signing/store/JobStore.h"

#include "core/base/encoding/Hex.h"
#include "core/signing/job/JobNotes.h"
#include "core/signing/store/JobRows.h"
#include "core/vault/database/Rows.h"
#include "core/vault/database/StatementCache.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct JobStoreText
{
    Q_DECLARE_TR_FUNCTIONS(JobStoreText)
};

tl::unexpected<Error> unknownJob(const std::string& jobId)
{
    return failure(ErrorCode::NotFound, JobStoreText::tr("There is no job with this id."),
                   QString::fromStdString(jobId));
}

/// With what the job's row says of where it came from, which is held against this
/// (core/signing/statement/JobRecord.h).
Json arrivalDetail(const NewJob& job)
{
    Json detail = {{"wallet", job.walletId}, {"kind", toText(job.kind)}, {"origin", toText(job.origin)}};
    if (!job.submitter.empty()) {
        detail["submitter"] = job.submitter;
    }
    if (!job.submitterKey.empty()) {
        detail["submitterKey"] = toHex(job.submitterKey);
    }
    detail["createdAt"] = toIso8601(job.createdAt);
    detail["imported"] = job.isImported;
    return detail;
}

}  // namespace

tl::unexpected<Error> JobStore::wrongState(const Job& job, JobState wanted)
{
    return failure(ErrorCode::Denied,
                   JobStoreText::tr("The job is %1, so it cannot become %2.")
                       .arg(stateName(job.state), stateName(wanted)),
                   QString::fromStdString(job.jobId));
}

Result<Job> JobStore::load(const std::string& jobId) const
{
    return attempt([&]() -> Result<Job> {
        static const std::string sql = std::string(jobColumns) + "WHERE job_id = ?";
        auto query = m_database.statement(sql.c_str());
        query->bind(1, jobId);
        return query->executeStep() ? Result<Job>(jobFrom(*query)) : unknownJob(jobId);
    });
}

Result<Job> JobStore::add(const NewJob& job, JobState first)
{
    return m_audit.commit([&](AuditTransaction& record) {
        bool added = false;
        return addWithin(record, job, first, added);
    });
}

Result<Job> JobStore::addWithin(AuditTransaction& record, const NewJob& job, JobState first, bool& added)
{
    added = false;
    if (auto known = load(job.jobId); known || known.error().code != ErrorCode::NotFound) {
        return known;
    }
    RETURN_IF_ERROR(record.add("job.received", job.jobId, dumpJson(arrivalDetail(job))));
    auto insert = m_database.statement(
        "INSERT INTO job (job_id, origin, delivery_id, submitter, submitter_key, remark, wallet_id, chain, "
        "address, kind, document, broadcast, reason, created_at, expires_at, state, state_at, reported) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending')");
    int column = 1;
    insert->bind(column++, job.jobId);
    insert->bind(column++, std::string(toText(job.origin)));
    if (job.deliveryId) {
        insert->bind(column, *job.deliveryId);
    }
    ++column;
    insert->bind(column++, job.submitter);
    if (!job.submitterKey.empty()) {
        bindBytes(*insert, column, job.submitterKey);
    }
    ++column;
    insert->bind(column++, job.claimedSubmitter);
    insert->bind(column++, job.walletId);
    insert->bind(column++, job.chain);
    insert->bind(column++, job.address);
    insert->bind(column++, std::string(toText(job.kind)));
    bindBytes(*insert, column++, job.document);
    insert->bind(column++, job.broadcast ? 1 : 0);
    insert->bind(column++, job.reason);
    insert->bind(column++, job.createdAt);
    insert->bind(column++, job.expiresAt);
    insert->bind(column++, std::string(toText(first)));
    insert->bind(column++, m_clock.now());
    insert->exec();
    if (job.isImported) {
        noteImport(job.jobId);
    }
    added = true;
    auto stored = load(job.jobId);
    if (!stored) {
        return stored;
    }
    recordStep(*stored, first, {});
    return stored;
}

void JobStore::recordStep(const Job& job, JobState state, const std::string& note)
{
    auto insert = m_database.statement("INSERT INTO job_step (job, at, state, note) VALUES (?, ?, ?, ?)");
    insert->bind(1, job.id);
    insert->bind(2, m_clock.now());
    insert->bind(3, std::string(toText(state)));
    insert->bind(4, note);
    insert->exec();
}

Result<Job> JobStore::setPreparation(const std::string& jobId, const JobPreparation& preparation)
{
    // What was found out once can be found out again; an approval of it is synced, and it with that.
    return transactUnsynced(m_database, [&]() -> Result<Job> {
        ASSIGN_OR_RETURN(const auto job, load(jobId));
        if (!mayBePrepared(job.state)) {
            return wrongState(job, JobState::Approved);
        }
        auto update = m_database.statement(
            "UPDATE job SET prepared = ?, digest = ?, filled = ?, filled_at = ?, "
            "chain_id = ?, nonce = ? WHERE id = ?");
        bindBytes(*update, 1, preparation.prepared);
        bindBytes(*update, 2, preparation.digest);
        update->bind(3, resolvedToJson(preparation.resolved));
        update->bind(4, preparation.resolved.empty() ? UnixMillis(0) : m_clock.now());
        bindOptional(*update, 5, preparation.chainId);
        bindOptional(*update, 6, preparation.nonce);
        update->bind(7, job.id);
        update->exec();
        return load(jobId);
    });
}

Status JobStore::noteRoom(const std::string& jobId, const std::string& roomId)
{
    return transact(m_database, [&]() -> Status {
        auto update =
            m_database.statement("UPDATE job SET room_id = ? WHERE job_id = ? AND state = 'signing'");
        update->bind(1, roomId);
        update->bind(2, jobId);
        if (update->exec() != 1) {
            return failure(ErrorCode::Denied, JobStoreText::tr("The job is not being signed any more."));
        }
        return {};
    });
}

Status JobStore::noteError(const std::string& jobId, const std::optional<Error>& error)
{
    return transactUnsynced(m_database, [&]() -> Status {
        auto update = m_database.statement("UPDATE job SET error = ?, error_detail = ? WHERE job_id = ?");
        update->bind(1, error ? error->sentence.toStdString() : std::string());
        update->bind(2, error ? error->detail.toStdString() : std::string());
        update->bind(3, jobId);
        update->exec();
        return {};
    });
}

}  // namespace countersign
