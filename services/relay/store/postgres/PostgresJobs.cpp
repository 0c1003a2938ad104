#include "services/relay/store/postgres/PostgresJobs.h"

#include "services/relay/store/JobRules.h"

#include <set>

namespace countersign::relay {

Result<std::vector<JobAnswer>> PostgresJobs::apply(std::span<const JobChange> changes)
{
    holdInboxes(changes);
    // Not the transaction's time: that began before it waited for the rows.
    m_now = rows("SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint").number(0, 0);
    std::vector<JobAnswer> answers;
    answers.reserve(changes.size());
    JobRules decisions(*this);
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
        change("SELECT FROM inboxes WHERE id = $1 FOR NO KEY UPDATE", {PostgresValue::number(inbox)});
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
                                                    const std::string& jobId, const std::string& submitter)
{
    ASSIGN_OR_RETURN(
        const auto found,
        connection.run(
            "SELECT state, result, event, "
            "(SELECT coalesce(max(seq), 0) FROM job_envelopes e WHERE e.job = j.id AND e.kind = $3) "
            "FROM jobs j WHERE inbox = $1 AND job_id = $2 AND ($4 = '' OR token = '' OR "
            "EXISTS (SELECT FROM job_submitters s WHERE s.job = j.id AND s.token = $4))",
            {PostgresValue::number(inbox), PostgresValue::text(jobId),
             PostgresValue::text(withdrawalEntryKind), PostgresValue::text(submitter)}));
    if (found.isEmpty()) {
        return std::nullopt;
    }
    JobStatus status;
    status.jobId = jobId;
    status.state = found.text(0, 0);
    status.resultJson = found.text(0, 1);
    status.event = found.text(0, 2);
    status.withdrawalSeq = found.number(0, 3);
    return status;
}

std::optional<JobTable::Row> PostgresJobs::row(InboxId inbox, const std::string& jobId)
{
    const PostgresRows found = rows(
        "SELECT id, state, finished, lease_token, lease_desk, lease_until, event_digest, token, event_token, "
        "event_cost, octet_length(result) FROM jobs WHERE inbox = $1 AND job_id = $2",
        {PostgresValue::number(inbox), PostgresValue::text(jobId)});
    if (found.isEmpty()) {
        return std::nullopt;
    }
    return Row{found.number(0, 0),
               found.text(0, 1),
               found.flag(0, 2),
               found.text(0, 3),
               found.text(0, 4),
               found.number(0, 5),
               found.text(0, 6),
               found.text(0, 7),
               found.text(0, 8),
               found.number(0, 9),
               static_cast<std::size_t>(found.number(0, 10))};
}

bool PostgresJobs::inboxExists(InboxId inbox)
{
    return !rows("SELECT FROM inboxes WHERE id = $1", {PostgresValue::number(inbox)}).isEmpty();
}

bool PostgresJobs::hasRoom(const SubmitJob& job, UnixMillis now)
{
    const auto counted = static_cast<UnixMillis>(std::chrono::milliseconds(job.quota.counted).count());
    const PostgresRows pending = rows(
        "SELECT count(*), coalesce(sum(bytes), 0)::bigint FROM jobs "
        "WHERE inbox = $1 AND NOT finished AND created_at > $2 AND token = $3",
        {PostgresValue::number(job.inbox), PostgresValue::number(now - counted),
         PostgresValue::text(job.token)});
    const auto jobs = static_cast<std::size_t>(pending.number(0, 0));
    const auto bytes = static_cast<std::size_t>(pending.number(0, 1));
    return jobs < job.quota.pendingJobs && bytes + job.envelope.size() <= job.quota.pendingBytes;
}

std::int64_t PostgresJobs::insertJob(const SubmitJob& job, UnixMillis now)
{
    return rows(
               "INSERT INTO jobs (inbox, job_id, created_at, updated_at, token) VALUES ($1, $2, $3, $3, $4) "
               "RETURNING id",
               {PostgresValue::number(job.inbox), PostgresValue::text(job.jobId), PostgresValue::number(now),
                PostgresValue::text(job.token)})
        .number(0, 0);
}

bool PostgresJobs::isSubmitter(std::int64_t job, const std::string& token)
{
    return !rows("SELECT FROM job_submitters WHERE job = $1 AND token = $2",
                 {PostgresValue::number(job), PostgresValue::text(token)})
                .isEmpty();
}

void PostgresJobs::addSubmitter(std::int64_t job, const std::string& token)
{
    change("INSERT INTO job_submitters (job, token) VALUES ($1, $2) ON CONFLICT DO NOTHING",
           {PostgresValue::number(job), PostgresValue::text(token)});
}

std::int64_t PostgresJobs::keptBytes(const std::string& token)
{
    return rows("SELECT kept_bytes FROM tokens WHERE id = $1", {PostgresValue::text(token)}).number(0, 0);
}

void PostgresJobs::keep(const std::string& token, std::int64_t more)
{
    change("UPDATE tokens SET kept_bytes = greatest(0, kept_bytes + $2) WHERE id = $1",
           {PostgresValue::text(token), PostgresValue::number(more)});
}

std::optional<std::int64_t> PostgresJobs::seqOf(std::int64_t job, std::string_view kind, const Bytes& digest)
{
    const PostgresRows found =
        rows("SELECT seq FROM job_envelopes WHERE job = $1 AND kind = $2 AND digest = $3",
             {PostgresValue::number(job), PostgresValue::text(kind), PostgresValue::bytes(digest)});
    return found.isEmpty() ? std::nullopt : std::optional(found.number(0, 0));
}

std::size_t PostgresJobs::envelopes(std::int64_t job, std::string_view kind, const std::string& token)
{
    const PostgresRows counted =
        rows("SELECT count(*) FROM job_envelopes WHERE job = $1 AND kind = $2 AND token = $3",
             {PostgresValue::number(job), PostgresValue::text(kind), PostgresValue::text(token)});
    return static_cast<std::size_t>(counted.number(0, 0));
}

std::int64_t PostgresJobs::newestWithdrawal(std::int64_t job)
{
    return rows("SELECT coalesce(max(seq), 0) FROM job_envelopes WHERE job = $1 AND kind = $2",
                {PostgresValue::number(job), PostgresValue::text(withdrawalEntryKind)})
        .number(0, 0);
}

std::int64_t PostgresJobs::appendEntry(const Envelope& envelope, UnixMillis now)
{
    if (!m_status) {
        return 0;
    }
    const auto seq = m_entries.append(
        EntryRow::ofToken(envelope.inbox, envelope.kind, now, envelope.text, envelope.token));
    if (!seq) {
        m_status = failure(seq.error());
        return 0;
    }
    return *seq;
}

std::int64_t PostgresJobs::addEnvelope(std::int64_t job, const Envelope& envelope, UnixMillis now)
{
    const std::int64_t seq = appendEntry(envelope, now);
    change("INSERT INTO job_envelopes (job, kind, digest, seq, token) VALUES ($1, $2, $3, $4, $5)",
           {PostgresValue::number(job), PostgresValue::text(envelope.kind),
            PostgresValue::bytes(envelope.digest), PostgresValue::number(seq),
            PostgresValue::text(envelope.token)});
    // What another token adds is not its owner's to answer for.
    change("UPDATE jobs SET bytes = bytes + $1 WHERE id = $2 AND token = $3",
           {PostgresValue::number(static_cast<std::int64_t>(envelope.text.size())),
            PostgresValue::number(job), PostgresValue::text(envelope.token)});
    return seq;
}

std::optional<std::int64_t> PostgresJobs::seqOfStatement(InboxId inbox, const Bytes& digest)
{
    const PostgresRows found = rows("SELECT seq FROM inbox_statements WHERE inbox = $1 AND digest = $2",
                                    {PostgresValue::number(inbox), PostgresValue::bytes(digest)});
    return found.isEmpty() ? std::nullopt : std::optional(found.number(0, 0));
}

std::size_t PostgresJobs::statements(InboxId inbox, const std::string& token)
{
    const PostgresRows counted = rows("SELECT count(*) FROM inbox_statements WHERE inbox = $1 AND token = $2",
                                      {PostgresValue::number(inbox), PostgresValue::text(token)});
    return static_cast<std::size_t>(counted.number(0, 0));
}

std::int64_t PostgresJobs::addStatement(const Envelope& envelope, UnixMillis now)
{
    const std::int64_t seq = appendEntry(envelope, now);
    change("INSERT INTO inbox_statements (inbox, digest, seq, token) VALUES ($1, $2, $3, $4)",
           {PostgresValue::number(envelope.inbox), PostgresValue::bytes(envelope.digest),
            PostgresValue::number(seq), PostgresValue::text(envelope.token)});
    return seq;
}

void PostgresJobs::lease(std::int64_t job, const std::string& token, const std::string& desk,
                         UnixMillis until)
{
    change("UPDATE jobs SET lease_token = $1, lease_desk = $2, lease_until = $3 WHERE id = $4",
           {PostgresValue::text(token), PostgresValue::text(desk), PostgresValue::number(until),
            PostgresValue::number(job)});
}

std::optional<std::string> PostgresJobs::keyOf(std::int64_t job, const std::string& desk)
{
    const PostgresRows known = rows("SELECT public_key FROM job_desks WHERE job = $1 AND desk = $2",
                                    {PostgresValue::number(job), PostgresValue::text(desk)});
    return known.isEmpty() ? std::nullopt : std::optional(known.text(0, 0));
}

std::size_t PostgresJobs::desks(std::int64_t job, const std::string& token)
{
    const PostgresRows counted = rows("SELECT count(*) FROM job_desks WHERE job = $1 AND token = $2",
                                      {PostgresValue::number(job), PostgresValue::text(token)});
    return static_cast<std::size_t>(counted.number(0, 0));
}

void PostgresJobs::addDesk(std::int64_t job, const RecordJobEvent& event)
{
    change("INSERT INTO job_desks (job, desk, public_key, token) VALUES ($1, $2, $3, $4)",
           {PostgresValue::number(job), PostgresValue::text(event.desk),
            PostgresValue::bytes(BytesView(event.key)), PostgresValue::text(event.token)});
}

void PostgresJobs::storeEvent(std::int64_t job, const RecordJobEvent& event, std::int64_t cost,
                              UnixMillis now)
{
    change(
        "UPDATE jobs SET state = $1, finished = $2, event = $3, event_digest = $4, "
        "result = coalesce($5, result), event_token = $7, event_cost = $8, updated_at = $9, "
        "lease_until = CASE WHEN $2 THEN 0 ELSE lease_until END WHERE id = $6",
        {PostgresValue::text(event.state), PostgresValue::flag(event.isFinal),
         PostgresValue::bytes(event.envelope), PostgresValue::bytes(event.envelopeDigest),
         event.resultJson.empty() ? PostgresValue::null(PostgresValue::textType)
                                  : PostgresValue::text(event.resultJson),
         PostgresValue::number(job), PostgresValue::text(event.token), PostgresValue::number(cost),
         PostgresValue::number(now)});
}

}  // namespace countersign::relay
