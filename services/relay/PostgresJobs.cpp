#include "services/relay/PostgresJobs.h"

#include "services/relay/JobDecisions.h"

#include <set>

namespace countersign {

using Value = PostgresValue;

Result<std::vector<JobAnswer>> PostgresJobs::apply(std::span<const JobChange> changes)
{
    holdInboxes(changes);
    // Not the transaction's time: that began before it waited for the rows.
    m_now = rows("SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint").number(0, 0);
    std::vector<JobAnswer> answers;
    answers.reserve(changes.size());
    JobDecisions decisions(*this);
    for (const JobChange& one : changes) {
        answers.push_back(decisions.apply(one));
    }
    if (!m_status) {
        return failure(m_status.error());
    }
    return answers;
}

void PostgresJobs::holdInboxes(std::span<const JobChange> changes)
{
    std::set<InboxId> inboxes;
    for (const JobChange& one : changes) {
        inboxes.insert(std::visit([](const auto& change) { return change.inbox; }, one));
    }
    for (const InboxId inbox : inboxes) {
        change("SELECT FROM inboxes WHERE id = $1 FOR NO KEY UPDATE", {Value::number(inbox)});
    }
}

PostgresRows PostgresJobs::rows(const char* sql, const std::vector<PostgresValue>& values)
{
    if (!m_status) {
        return {};
    }
    auto result = m_connection.run(sql, values);
    if (!result) {
        m_status = failure(result.error());
        return {};
    }
    return std::move(*result);
}

void PostgresJobs::change(const char* sql, const std::vector<PostgresValue>& values)
{
    // Its error comes with the next rows() or the commit.
    if (m_status) {
        m_connection.queue(sql, values);
    }
}

Result<std::optional<JobStatus>> PostgresJobs::find(PostgresConnection& connection, InboxId inbox,
                                                    const std::string& jobId)
{
    const auto found = connection.run(
        "SELECT state, result, event, "
        "(SELECT coalesce(max(seq), 0) FROM job_envelopes e WHERE e.job = j.id AND e.kind = $3) "
        "FROM jobs j WHERE inbox = $1 AND job_id = $2",
        {Value::number(inbox), Value::text(jobId), Value::text(withdrawalEntryKind)});
    if (!found) {
        return failure(found.error());
    }
    if (found->isEmpty()) {
        return std::nullopt;
    }
    JobStatus status;
    status.jobId = jobId;
    status.state = found->text(0, 0);
    status.resultJson = found->text(0, 1);
    status.event = found->text(0, 2);
    status.withdrawalSeq = found->number(0, 3);
    return status;
}

std::optional<JobTable::Row> PostgresJobs::row(InboxId inbox, const std::string& jobId)
{
    const PostgresRows found = rows(
        "SELECT id, state, finished, lease_token, lease_desk, lease_until, event_digest "
        "FROM jobs WHERE inbox = $1 AND job_id = $2",
        {Value::number(inbox), Value::text(jobId)});
    if (found.isEmpty()) {
        return std::nullopt;
    }
    return Row{found.number(0, 0), found.text(0, 1),   found.flag(0, 2), found.text(0, 3),
               found.text(0, 4),   found.number(0, 5), found.text(0, 6)};
}

bool PostgresJobs::inboxExists(InboxId inbox)
{
    return !rows("SELECT FROM inboxes WHERE id = $1", {Value::number(inbox)}).isEmpty();
}

bool PostgresJobs::hasRoom(const SubmitJob& job, UnixMillis now)
{
    const auto counted = static_cast<UnixMillis>(std::chrono::milliseconds(job.quota.counted).count());
    const PostgresRows pending = rows(
        "SELECT count(*), coalesce(sum(bytes), 0)::bigint FROM jobs "
        "WHERE inbox = $1 AND NOT finished AND created_at > $2",
        {Value::number(job.inbox), Value::number(now - counted)});
    const auto jobs = static_cast<std::size_t>(pending.number(0, 0));
    const auto bytes = static_cast<std::size_t>(pending.number(0, 1));
    return jobs < job.quota.pendingJobs && bytes + job.envelope.size() <= job.quota.pendingBytes;
}

std::int64_t PostgresJobs::insertJob(const SubmitJob& job, UnixMillis now)
{
    return rows("INSERT INTO jobs (inbox, job_id, created_at) VALUES ($1, $2, $3) RETURNING id",
                {Value::number(job.inbox), Value::text(job.jobId), Value::number(now)})
        .number(0, 0);
}

std::optional<std::int64_t> PostgresJobs::seqOf(std::int64_t job, std::string_view kind, const Bytes& digest)
{
    const PostgresRows found =
        rows("SELECT seq FROM job_envelopes WHERE job = $1 AND kind = $2 AND digest = $3",
             {Value::number(job), Value::text(kind), Value::bytes(digest)});
    return found.isEmpty() ? std::nullopt : std::optional(found.number(0, 0));
}

std::size_t PostgresJobs::envelopes(std::int64_t job, std::string_view kind)
{
    const PostgresRows counted = rows("SELECT count(*) FROM job_envelopes WHERE job = $1 AND kind = $2",
                                      {Value::number(job), Value::text(kind)});
    return static_cast<std::size_t>(counted.number(0, 0));
}

std::int64_t PostgresJobs::newestWithdrawal(std::int64_t job)
{
    return rows("SELECT coalesce(max(seq), 0) FROM job_envelopes WHERE job = $1 AND kind = $2",
                {Value::number(job), Value::text(withdrawalEntryKind)})
        .number(0, 0);
}

std::int64_t PostgresJobs::addEnvelope(std::int64_t job, InboxId inbox, std::string_view kind,
                                       const Bytes& digest, const std::string& envelope, UnixMillis now)
{
    if (!m_status) {
        return 0;
    }
    const auto seq = m_entries.append(inbox, kind, now, envelope);
    if (!seq) {
        m_status = failure(seq.error());
        return 0;
    }
    change("INSERT INTO job_envelopes (job, kind, digest, seq) VALUES ($1, $2, $3, $4)",
           {Value::number(job), Value::text(kind), Value::bytes(digest), Value::number(*seq)});
    change("UPDATE jobs SET bytes = bytes + $1 WHERE id = $2",
           {Value::number(static_cast<std::int64_t>(envelope.size())), Value::number(job)});
    return *seq;
}

void PostgresJobs::lease(std::int64_t job, const std::string& token, const std::string& desk,
                         UnixMillis until)
{
    change("UPDATE jobs SET lease_token = $1, lease_desk = $2, lease_until = $3 WHERE id = $4",
           {Value::text(token), Value::text(desk), Value::number(until), Value::number(job)});
}

bool PostgresJobs::keepsKey(std::int64_t job, const RecordJobEvent& event)
{
    const PostgresRows known = rows("SELECT public_key FROM job_desks WHERE job = $1 AND desk = $2",
                                    {Value::number(job), Value::text(event.desk)});
    if (!known.isEmpty()) {
        return known.view(0, 0) == asText(event.key);
    }
    change("INSERT INTO job_desks (job, desk, public_key) VALUES ($1, $2, $3)",
           {Value::number(job), Value::text(event.desk), Value::bytes(BytesView(event.key))});
    return true;
}

void PostgresJobs::storeEvent(std::int64_t job, const RecordJobEvent& event)
{
    change(
        "UPDATE jobs SET state = $1, finished = $2, event = $3, event_digest = $4, "
        "result = coalesce($5, result), lease_until = CASE WHEN $2 THEN 0 ELSE lease_until END WHERE id = $6",
        {Value::text(event.state), Value::flag(event.isFinal), Value::bytes(event.envelope),
         Value::bytes(event.envelopeDigest),
         event.resultJson.empty() ? Value::null(Value::textType) : Value::text(event.resultJson),
         Value::number(job)});
}

}  // namespace countersign
