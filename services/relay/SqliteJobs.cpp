#include "services/relay/SqliteJobs.h"

#include "services/relay/JobDecisions.h"
#include "services/relay/SqliteBytes.h"

namespace countersign {

namespace {

std::string textOf(const SQLite::Column& column)
{
    return column.isNull() ? std::string() : column.getString();
}

}  // namespace

SqliteJobs::SqliteJobs(SQLite::Database& database) : m_database(database), m_entries(database) {}

JobAnswer SqliteJobs::apply(const JobChange& change)
{
    return JobDecisions(*this).apply(change);
}

std::optional<JobStatus> SqliteJobs::find(InboxId inbox, const std::string& jobId)
{
    SQLite::Statement query(m_database,
                            "SELECT id, state, result, event FROM jobs WHERE inbox = ? AND job_id = ?");
    query.bind(1, inbox);
    query.bind(2, jobId);
    if (!query.executeStep()) {
        return std::nullopt;
    }
    JobStatus status;
    status.jobId = jobId;
    status.state = query.getColumn(1).getString();
    status.resultJson = textOf(query.getColumn(2));
    status.event = readBytes(query.getColumn(3));
    status.withdrawalSeq = newestWithdrawal(query.getColumn(0).getInt64());
    return status;
}

std::optional<JobTable::Row> SqliteJobs::row(InboxId inbox, const std::string& jobId)
{
    SQLite::Statement query(m_database,
                            "SELECT id, state, finished, lease_token, lease_desk, lease_until, event_digest "
                            "FROM jobs WHERE inbox = ? AND job_id = ?");
    query.bind(1, inbox);
    query.bind(2, jobId);
    if (!query.executeStep()) {
        return std::nullopt;
    }
    return Row{query.getColumn(0).getInt64(),    query.getColumn(1).getString(),
               query.getColumn(2).getInt() != 0, textOf(query.getColumn(3)),
               textOf(query.getColumn(4)),       query.getColumn(5).getInt64(),
               readBytes(query.getColumn(6))};
}

bool SqliteJobs::inboxExists(InboxId inbox)
{
    SQLite::Statement query(m_database, "SELECT 1 FROM inboxes WHERE id = ?");
    query.bind(1, inbox);
    return query.executeStep();
}

bool SqliteJobs::hasRoom(const SubmitJob& job, UnixMillis now)
{
    SQLite::Statement query(m_database,
                            "SELECT count(*), ifnull(sum(bytes), 0) FROM jobs "
                            "WHERE inbox = ? AND finished = 0 AND created_at > ?");
    query.bind(1, job.inbox);
    query.bind(2, now - static_cast<UnixMillis>(std::chrono::milliseconds(job.quota.counted).count()));
    query.executeStep();
    const auto jobs = static_cast<std::size_t>(query.getColumn(0).getInt64());
    const auto bytes = static_cast<std::size_t>(query.getColumn(1).getInt64());
    return jobs < job.quota.pendingJobs && bytes + job.envelope.size() <= job.quota.pendingBytes;
}

std::int64_t SqliteJobs::insertJob(const SubmitJob& job, UnixMillis now)
{
    SQLite::Statement insert(m_database, "INSERT INTO jobs (inbox, job_id, created_at) VALUES (?, ?, ?)");
    insert.bind(1, job.inbox);
    insert.bind(2, job.jobId);
    insert.bind(3, now);
    insert.exec();
    return m_database.getLastInsertRowid();
}

std::optional<std::int64_t> SqliteJobs::seqOf(std::int64_t job, std::string_view kind, const Bytes& digest)
{
    SQLite::Statement query(m_database,
                            "SELECT seq FROM job_envelopes WHERE job = ? AND kind = ? AND digest = ?");
    query.bind(1, job);
    query.bind(2, std::string(kind));
    bindBytes(query, 3, asText(digest));
    return query.executeStep() ? std::optional(query.getColumn(0).getInt64()) : std::nullopt;
}

std::size_t SqliteJobs::envelopes(std::int64_t job, std::string_view kind)
{
    SQLite::Statement query(m_database, "SELECT count(*) FROM job_envelopes WHERE job = ? AND kind = ?");
    query.bind(1, job);
    query.bind(2, std::string(kind));
    query.executeStep();
    return static_cast<std::size_t>(query.getColumn(0).getInt64());
}

std::int64_t SqliteJobs::newestWithdrawal(std::int64_t job)
{
    SQLite::Statement query(m_database,
                            "SELECT ifnull(max(seq), 0) FROM job_envelopes WHERE job = ? AND kind = ?");
    query.bind(1, job);
    query.bind(2, std::string(withdrawalEntryKind));
    query.executeStep();
    return query.getColumn(0).getInt64();
}

std::int64_t SqliteJobs::addEnvelope(std::int64_t job, InboxId inbox, std::string_view kind,
                                     const Bytes& digest, const std::string& envelope, UnixMillis now)
{
    const std::int64_t seq = m_entries.append(inbox, kind, now, false, "{}", envelope);
    SQLite::Statement insert(m_database,
                             "INSERT INTO job_envelopes (job, kind, digest, seq) VALUES (?, ?, ?, ?)");
    insert.bind(1, job);
    insert.bind(2, std::string(kind));
    bindBytes(insert, 3, asText(digest));
    insert.bind(4, seq);
    insert.exec();
    SQLite::Statement grow(m_database, "UPDATE jobs SET bytes = bytes + ? WHERE id = ?");
    grow.bind(1, static_cast<std::int64_t>(envelope.size()));
    grow.bind(2, job);
    grow.exec();
    return seq;
}

void SqliteJobs::lease(std::int64_t job, const std::string& token, const std::string& desk, UnixMillis until)
{
    SQLite::Statement update(m_database,
                             "UPDATE jobs SET lease_token = ?, lease_desk = ?, lease_until = ? WHERE id = ?");
    update.bind(1, token);
    update.bind(2, desk);
    update.bind(3, until);
    update.bind(4, job);
    update.exec();
}

bool SqliteJobs::keepsKey(std::int64_t job, const RecordJobEvent& event)
{
    SQLite::Statement query(m_database, "SELECT public_key FROM job_desks WHERE job = ? AND desk = ?");
    query.bind(1, job);
    query.bind(2, event.desk);
    if (query.executeStep()) {
        return readBytes(query.getColumn(0)) == asText(event.key);
    }
    SQLite::Statement insert(m_database, "INSERT INTO job_desks (job, desk, public_key) VALUES (?, ?, ?)");
    insert.bind(1, job);
    insert.bind(2, event.desk);
    bindBytes(insert, 3, asText(event.key));
    insert.exec();
    return true;
}

void SqliteJobs::storeEvent(std::int64_t job, const RecordJobEvent& event)
{
    SQLite::Statement update(m_database,
                             "UPDATE jobs SET state = ?1, finished = ?2, event = ?3, event_digest = ?4, "
                             "result = ifnull(?5, result), "
                             "lease_until = CASE ?2 WHEN 1 THEN 0 ELSE lease_until END WHERE id = ?6");
    update.bind(1, event.state);
    update.bind(2, event.isFinal ? 1 : 0);
    bindBytes(update, 3, event.envelope);
    bindBytes(update, 4, asText(event.envelopeDigest));
    if (!event.resultJson.empty()) {
        update.bind(5, event.resultJson);
    }
    update.bind(6, job);
    update.exec();
}

}  // namespace countersign
