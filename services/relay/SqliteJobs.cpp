#include "services/relay/SqliteJobs.h"

#include "services/relay/SqliteBytes.h"

namespace countersign {

namespace {

using Outcome = JobAnswer::Outcome;

JobAnswer answer(Outcome outcome, std::int64_t seq = 0)
{
    JobAnswer result;
    result.outcome = outcome;
    result.seq = seq;
    return result;
}

/// States that a desk tells of a job from which a signature may exist: no lease has to run for it to be the
/// desk's.
bool isBegun(const std::string& state)
{
    return state == "signing" || state == "signed" || state == "broadcast" || state == "interrupted";
}

/// A lease whose end is much further off than one can last was given before the clock was set back: nobody
/// can say whether it still runs, so it counts as over, and no job is locked until the clock has caught up.
/// (Small steps back are every clock's.) Its desk signs nothing by mistake: it tells the relay that it signs
/// before it does, and is refused if another desk has claimed meanwhile.
bool runs(UnixMillis leaseUntil, UnixMillis now, std::chrono::milliseconds lease)
{
    return leaseUntil > now && leaseUntil - now <= 2 * lease.count();
}

std::string textOf(const SQLite::Column& column)
{
    return column.isNull() ? std::string() : column.getString();
}

}  // namespace

SqliteJobs::SqliteJobs(SQLite::Database& database) : m_database(database), m_entries(database) {}

JobAnswer SqliteJobs::apply(const JobChange& change)
{
    return std::visit([this](const auto& one) { return this->change(one); }, change);
}

JobAnswer SqliteJobs::change(const SubmitJob& job)
{
    const std::optional<Row> known = row(job.inbox, job.jobId);
    if (known) {
        if (const auto seq = seqOf(known->id, jobEntryKind, job.envelopeDigest)) {
            return answer(Outcome::Repeated, *seq);
        }
        if (envelopes(known->id, jobEntryKind) >= job.quota.envelopesPerJob) {
            return answer(Outcome::TooManyEnvelopes);
        }
    } else if (!inboxExists(job.inbox)) {
        return answer(Outcome::UnknownInbox);
    }
    if (!hasRoom(job)) {
        return answer(Outcome::TooManyJobs);
    }
    const std::int64_t id = known ? known->id : insertJob(job);
    JobAnswer stored = answer(
        Outcome::Done, addEnvelope(id, job.inbox, jobEntryKind, job.envelopeDigest, job.envelope, job.now));
    stored.isNewJob = !known;
    return stored;
}

JobAnswer SqliteJobs::change(const WithdrawJob& withdrawal)
{
    const std::optional<Row> known = row(withdrawal.inbox, withdrawal.jobId);
    if (!known) {
        return answer(Outcome::UnknownJob);
    }
    if (const auto seq = seqOf(known->id, withdrawalEntryKind, withdrawal.envelopeDigest)) {
        return answer(Outcome::Repeated, *seq);
    }
    if (known->finished) {
        return answer(Outcome::Finished);
    }
    if (runs(known->leaseUntil, withdrawal.now, withdrawal.lease)) {
        JobAnswer held = answer(Outcome::HeldByOther);
        held.leaseUntil = known->leaseUntil;
        return held;
    }
    if (isBegun(known->state)) {
        JobAnswer begun = answer(Outcome::BegunByOther);
        begun.state = known->state;
        return begun;
    }
    if (envelopes(known->id, withdrawalEntryKind) >= withdrawal.quota.envelopesPerJob) {
        return answer(Outcome::TooManyEnvelopes);
    }
    return answer(Outcome::Done, addEnvelope(known->id, withdrawal.inbox, withdrawalEntryKind,
                                             withdrawal.envelopeDigest, withdrawal.envelope, withdrawal.now));
}

JobAnswer SqliteJobs::change(const ClaimJob& claim)
{
    const std::optional<Row> known = row(claim.inbox, claim.jobId);
    if (!known) {
        return answer(Outcome::UnknownJob);
    }
    if (known->finished) {
        return answer(Outcome::Finished);
    }
    JobAnswer result;
    const bool isMine = known->leaseToken == claim.token && known->leaseDesk == claim.desk;
    if (!isMine && runs(known->leaseUntil, claim.now, claim.lease)) {
        result.outcome = Outcome::HeldByOther;
        result.leaseUntil = known->leaseUntil;
        return result;
    }
    if (known->leaseDesk != claim.desk && isBegun(known->state)) {
        result = answer(Outcome::BegunByOther);
        result.state = known->state;
        return result;
    }
    result.leaseUntil = claim.now + claim.lease.count();
    result.withdrawalSeq = newestWithdrawal(known->id);
    SQLite::Statement update(m_database,
                             "UPDATE jobs SET lease_token = ?, lease_desk = ?, lease_until = ? WHERE id = ?");
    update.bind(1, claim.token);
    update.bind(2, claim.desk);
    update.bind(3, result.leaseUntil);
    update.bind(4, known->id);
    update.exec();
    return result;
}

JobAnswer SqliteJobs::change(const RecordJobEvent& event)
{
    const std::optional<Row> known = row(event.inbox, event.jobId);
    if (!known) {
        return answer(Outcome::UnknownJob);
    }
    if (known->eventDigest == asText(event.envelopeDigest)) {
        // A desk that crashed before it had its answer sends it again.
        JobAnswer repeated = answer(Outcome::Repeated);
        repeated.state = known->state;
        return repeated;
    }
    if (known->finished) {
        return answer(Outcome::Finished);
    }
    const bool isMine = known->leaseToken == event.token && known->leaseDesk == event.desk;
    if (!isMine && runs(known->leaseUntil, event.now, event.lease)) {
        JobAnswer held = answer(Outcome::HeldByOther);
        held.leaseUntil = known->leaseUntil;
        return held;
    }
    if (!known->leaseDesk.empty() && known->leaseDesk != event.desk && isBegun(known->state)) {
        // Whoever has not signed knows nothing about it, and must not free the job for others.
        JobAnswer begun = answer(Outcome::BegunByOther);
        begun.state = known->state;
        return begun;
    }
    if (!keepsKey(known->id, event)) {
        return answer(Outcome::OtherKey);
    }
    storeEvent(known->id, event);
    if (isBegun(event.state) && !isMine) {
        makeHolder(known->id, event);
    }
    JobAnswer stored;
    stored.state = event.state;
    return stored;
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

std::optional<SqliteJobs::Row> SqliteJobs::row(InboxId inbox, const std::string& jobId)
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

bool SqliteJobs::hasRoom(const SubmitJob& job)
{
    SQLite::Statement query(m_database,
                            "SELECT count(*), ifnull(sum(bytes), 0) FROM jobs "
                            "WHERE inbox = ? AND finished = 0 AND created_at > ?");
    query.bind(1, job.inbox);
    query.bind(2, job.now - static_cast<UnixMillis>(std::chrono::milliseconds(job.quota.counted).count()));
    query.executeStep();
    const auto jobs = static_cast<std::size_t>(query.getColumn(0).getInt64());
    const auto bytes = static_cast<std::size_t>(query.getColumn(1).getInt64());
    return jobs < job.quota.pendingJobs && bytes + job.envelope.size() <= job.quota.pendingBytes;
}

std::int64_t SqliteJobs::insertJob(const SubmitJob& job)
{
    SQLite::Statement insert(m_database, "INSERT INTO jobs (inbox, job_id, created_at) VALUES (?, ?, ?)");
    insert.bind(1, job.inbox);
    insert.bind(2, job.jobId);
    insert.bind(3, job.now);
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

/// From now on the job is this desk's, though it claimed nothing (any more): whoever claimed before has not
/// begun, and must not go on as if nobody had.
void SqliteJobs::makeHolder(std::int64_t job, const RecordJobEvent& event)
{
    SQLite::Statement update(m_database,
                             "UPDATE jobs SET lease_token = ?, lease_desk = ?, lease_until = 0 WHERE id = ?");
    update.bind(1, event.token);
    update.bind(2, event.desk);
    update.bind(3, job);
    update.exec();
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
