#include "services/relay/store/sqlite/SqliteJobs.h"

#include "services/relay/store/JobRules.h"
#include "services/relay/store/sqlite/SqliteBytes.h"

namespace countersign::relay {

namespace {

std::string textOf(const SQLite::Column& column)
{
    return column.isNull() ? std::string() : column.getString();
}

}  // namespace

SqliteJobs::SqliteJobs(SQLite::Database& database) : m_database(database), m_entries(database) {}

JobAnswer SqliteJobs::apply(const JobChange& change)
{
    return JobRules(*this).apply(change);
}

std::optional<JobStatus> SqliteJobs::find(InboxId inbox, const std::string& jobId,
                                          const std::string& submitter)
{
    SQLite::Statement query(m_database,
                            "SELECT id, state, result, event FROM jobs WHERE inbox = ?1 AND job_id = ?2 "
                            "AND (?3 = '' OR token = '' OR EXISTS (SELECT 1 FROM job_submitters s "
                            "WHERE s.job = jobs.id AND s.token = ?3))");
    query.bind(1, inbox);
    query.bind(2, jobId);
    query.bind(3, submitter);
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
                            "SELECT id, state, finished, lease_token, lease_desk, lease_until, event_digest, "
                            "token, event_token, event_cost, length(CAST(result AS BLOB)) "
                            "FROM jobs WHERE inbox = ? AND job_id = ?");
    query.bind(1, inbox);
    query.bind(2, jobId);
    if (!query.executeStep()) {
        return std::nullopt;
    }
    return Row{query.getColumn(0).getInt64(),
               query.getColumn(1).getString(),
               query.getColumn(2).getInt() != 0,
               textOf(query.getColumn(3)),
               textOf(query.getColumn(4)),
               query.getColumn(5).getInt64(),
               readBytes(query.getColumn(6)),
               query.getColumn(7).getString(),
               query.getColumn(8).getString(),
               query.getColumn(9).getInt64(),
               static_cast<std::size_t>(query.getColumn(10).getInt64())};
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
                            "WHERE inbox = ? AND finished = 0 AND token = ? AND created_at > ?");
    query.bind(1, job.inbox);
    query.bind(2, job.token);
    query.bind(3, now - static_cast<UnixMillis>(std::chrono::milliseconds(job.quota.counted).count()));
    query.executeStep();
    const auto jobs = static_cast<std::size_t>(query.getColumn(0).getInt64());
    const auto bytes = static_cast<std::size_t>(query.getColumn(1).getInt64());
    return jobs < job.quota.pendingJobs && bytes + job.envelope.size() <= job.quota.pendingBytes;
}

std::int64_t SqliteJobs::insertJob(const SubmitJob& job, UnixMillis now)
{
    SQLite::Statement insert(
        m_database,
        "INSERT INTO jobs (inbox, job_id, created_at, updated_at, token) VALUES (?, ?, ?3, ?3, ?)");
    insert.bind(1, job.inbox);
    insert.bind(2, job.jobId);
    insert.bind(3, now);
    insert.bind(4, job.token);
    insert.exec();
    return m_database.getLastInsertRowid();
}

bool SqliteJobs::isSubmitter(std::int64_t job, const std::string& token)
{
    SQLite::Statement query(m_database, "SELECT 1 FROM job_submitters WHERE job = ? AND token = ?");
    query.bind(1, job);
    query.bind(2, token);
    return query.executeStep();
}

void SqliteJobs::addSubmitter(std::int64_t job, const std::string& token)
{
    SQLite::Statement insert(m_database,
                             "INSERT INTO job_submitters (job, token) VALUES (?, ?) ON CONFLICT DO NOTHING");
    insert.bind(1, job);
    insert.bind(2, token);
    insert.exec();
}

std::int64_t SqliteJobs::keptBytes(const std::string& token)
{
    SQLite::Statement query(m_database, "SELECT kept_bytes FROM tokens WHERE id = ?");
    query.bind(1, token);
    return query.executeStep() ? query.getColumn(0).getInt64() : 0;
}

void SqliteJobs::keep(const std::string& token, std::int64_t more)
{
    SQLite::Statement update(m_database,
                             "UPDATE tokens SET kept_bytes = max(0, kept_bytes + ?) WHERE id = ?");
    update.bind(1, more);
    update.bind(2, token);
    update.exec();
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

std::size_t SqliteJobs::envelopes(std::int64_t job, std::string_view kind, const std::string& token)
{
    SQLite::Statement query(m_database,
                            "SELECT count(*) FROM job_envelopes WHERE job = ? AND kind = ? AND token = ?");
    query.bind(1, job);
    query.bind(2, std::string(kind));
    query.bind(3, token);
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

std::int64_t SqliteJobs::addEnvelope(std::int64_t job, const Envelope& envelope, UnixMillis now)
{
    const std::int64_t seq = m_entries.append(
        EntryRow::ofToken(envelope.inbox, envelope.kind, now, envelope.text, envelope.token));
    SQLite::Statement insert(
        m_database, "INSERT INTO job_envelopes (job, kind, digest, seq, token) VALUES (?, ?, ?, ?, ?)");
    insert.bind(1, job);
    insert.bind(2, std::string(envelope.kind));
    bindBytes(insert, 3, asText(envelope.digest));
    insert.bind(4, seq);
    insert.bind(5, envelope.token);
    insert.exec();
    // What another token adds is not its owner's to answer for.
    SQLite::Statement grow(m_database, "UPDATE jobs SET bytes = bytes + ? WHERE id = ? AND token = ?");
    grow.bind(1, static_cast<std::int64_t>(envelope.text.size()));
    grow.bind(2, job);
    grow.bind(3, envelope.token);
    grow.exec();
    return seq;
}

std::optional<std::int64_t> SqliteJobs::seqOfStatement(InboxId inbox, const Bytes& digest)
{
    SQLite::Statement query(m_database, "SELECT seq FROM inbox_statements WHERE inbox = ? AND digest = ?");
    query.bind(1, inbox);
    bindBytes(query, 2, asText(digest));
    return query.executeStep() ? std::optional(query.getColumn(0).getInt64()) : std::nullopt;
}

std::size_t SqliteJobs::statements(InboxId inbox, const std::string& token)
{
    SQLite::Statement query(m_database,
                            "SELECT count(*) FROM inbox_statements WHERE inbox = ? AND token = ?");
    query.bind(1, inbox);
    query.bind(2, token);
    query.executeStep();
    return static_cast<std::size_t>(query.getColumn(0).getInt64());
}

std::int64_t SqliteJobs::addStatement(const Envelope& envelope, UnixMillis now)
{
    const std::int64_t seq = m_entries.append(
        EntryRow::ofToken(envelope.inbox, envelope.kind, now, envelope.text, envelope.token));
    SQLite::Statement insert(m_database,
                             "INSERT INTO inbox_statements (inbox, digest, seq, token) VALUES (?, ?, ?, ?)");
    insert.bind(1, envelope.inbox);
    bindBytes(insert, 2, asText(envelope.digest));
    insert.bind(3, seq);
    insert.bind(4, envelope.token);
    insert.exec();
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

std::optional<std::string> SqliteJobs::keyOf(std::int64_t job, const std::string& desk)
{
    SQLite::Statement query(m_database, "SELECT public_key FROM job_desks WHERE job = ? AND desk = ?");
    query.bind(1, job);
    query.bind(2, desk);
    return query.executeStep() ? std::optional(readBytes(query.getColumn(0))) : std::nullopt;
}

std::size_t SqliteJobs::desks(std::int64_t job, const std::string& token)
{
    SQLite::Statement query(m_database, "SELECT count(*) FROM job_desks WHERE job = ? AND token = ?");
    query.bind(1, job);
    query.bind(2, token);
    query.executeStep();
    return static_cast<std::size_t>(query.getColumn(0).getInt64());
}

void SqliteJobs::addDesk(std::int64_t job, const RecordJobEvent& event)
{
    SQLite::Statement insert(m_database,
                             "INSERT INTO job_desks (job, desk, public_key, token) VALUES (?, ?, ?, ?)");
    insert.bind(1, job);
    insert.bind(2, event.desk);
    bindBytes(insert, 3, asText(event.key));
    insert.bind(4, event.token);
    insert.exec();
}

void SqliteJobs::storeEvent(std::int64_t job, const RecordJobEvent& event, std::int64_t cost, UnixMillis now)
{
    SQLite::Statement update(
        m_database,
        "UPDATE jobs SET state = ?1, finished = ?2, event = ?3, event_digest = ?4, "
        "result = ifnull(?5, result), event_token = ?7, event_cost = ?8, updated_at = ?9, "
        "lease_until = CASE ?2 WHEN 1 THEN 0 ELSE lease_until END WHERE id = ?6");
    update.bind(1, event.state);
    update.bind(2, event.isFinal ? 1 : 0);
    bindBytes(update, 3, event.envelope);
    bindBytes(update, 4, asText(event.envelopeDigest));
    if (!event.resultJson.empty()) {
        update.bind(5, event.resultJson);
    }
    update.bind(6, job);
    update.bind(7, event.token);
    update.bind(8, cost);
    update.bind(9, now);
    update.exec();
}

}  // namespace countersign::relay
