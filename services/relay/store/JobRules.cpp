#include "services/relay/store/JobRules.h"

#include "services/relay/store/FeedState.h"

namespace countersign::relay {

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

/// The headers of an entry that is no delivery.
constexpr std::size_t noHeaderBytes = 2;

std::int64_t envelopeCost(const std::string& envelope)
{
    return entryCost(noHeaderBytes, envelope.size());
}

}  // namespace

JobAnswer JobRules::apply(const JobChange& change)
{
    return std::visit([this](const auto& one) { return this->change(one); }, change);
}

bool JobRules::mayKeep(const std::string& token, std::int64_t more, const JobQuota& quota)
{
    return more <= 0 || m_table.keptBytes(token) + more <= quota.keptBytes;
}

JobAnswer JobRules::store(std::int64_t job, const JobTable::Envelope& envelope, UnixMillis now)
{
    m_table.keep(envelope.token, envelopeCost(envelope.text));
    return answer(Outcome::Done, m_table.addEnvelope(job, envelope, now));
}

JobAnswer JobRules::change(const SubmitJob& job)
{
    const UnixMillis now = m_table.timeOf(job.now);
    const std::optional<JobTable::Row> known = m_table.row(job.inbox, job.jobId);
    if (known) {
        if (const auto seq = m_table.seqOf(known->id, jobEntryKind, job.envelopeDigest)) {
            m_table.addSubmitter(known->id, job.token);
            return answer(Outcome::Repeated, *seq);
        }
        if (m_table.envelopes(known->id, jobEntryKind, job.token) >= job.quota.envelopesPerJob) {
            return answer(Outcome::TooManyEnvelopes);
        }
    } else if (!m_table.inboxExists(job.inbox)) {
        return answer(Outcome::UnknownInbox);
    }
    if (!m_table.hasRoom(job, now)) {
        return answer(Outcome::TooManyJobs);
    }
    if (!mayKeep(job.token, envelopeCost(job.envelope), job.quota)) {
        return answer(Outcome::TokenFull);
    }
    const std::int64_t id = known ? known->id : m_table.insertJob(job, now);
    m_table.addSubmitter(id, job.token);
    JobAnswer stored = store(id, {job.inbox, jobEntryKind, job.envelopeDigest, job.envelope, job.token}, now);
    stored.isNewJob = !known;
    return stored;
}

JobAnswer JobRules::change(const WithdrawJob& withdrawal)
{
    const UnixMillis now = m_table.timeOf(withdrawal.now);
    const std::optional<JobTable::Row> known = m_table.row(withdrawal.inbox, withdrawal.jobId);
    if (!known ||
        !(withdrawal.seesAll || known->token.empty() || m_table.isSubmitter(known->id, withdrawal.token))) {
        return answer(Outcome::UnknownJob);
    }
    if (const auto seq = m_table.seqOf(known->id, withdrawalEntryKind, withdrawal.envelopeDigest)) {
        return answer(Outcome::Repeated, *seq);
    }
    if (known->finished) {
        return answer(Outcome::Finished);
    }
    if (runs(known->leaseUntil, now, withdrawal.lease)) {
        JobAnswer held = answer(Outcome::HeldByOther);
        held.leaseUntil = known->leaseUntil;
        return held;
    }
    if (isBegun(known->state)) {
        JobAnswer begun = answer(Outcome::BegunByOther);
        begun.state = known->state;
        return begun;
    }
    if (m_table.envelopes(known->id, withdrawalEntryKind, withdrawal.token) >=
        withdrawal.quota.envelopesPerJob) {
        return answer(Outcome::TooManyEnvelopes);
    }
    if (!mayKeep(withdrawal.token, envelopeCost(withdrawal.envelope), withdrawal.quota)) {
        return answer(Outcome::TokenFull);
    }
    return store(known->id,
                 {withdrawal.inbox, withdrawalEntryKind, withdrawal.envelopeDigest, withdrawal.envelope,
                  withdrawal.token},
                 now);
}

/// Neither a lease nor a ceremony refuses one: whether it still counts the desk at work decides, and a job
/// that fails may need it for another try. What is finished needs none.
JobAnswer JobRules::change(const AddApproval& approval)
{
    const UnixMillis now = m_table.timeOf(approval.now);
    const std::optional<JobTable::Row> known = m_table.row(approval.inbox, approval.jobId);
    if (!known) {
        return answer(Outcome::UnknownJob);
    }
    if (const auto seq = m_table.seqOf(known->id, approvalEntryKind, approval.envelopeDigest)) {
        return answer(Outcome::Repeated, *seq);
    }
    if (known->finished) {
        return answer(Outcome::Finished);
    }
    if (m_table.envelopes(known->id, approvalEntryKind, approval.token) >= approval.quota.approvalsPerJob) {
        return answer(Outcome::TooManyEnvelopes);
    }
    if (!mayKeep(approval.token, envelopeCost(approval.envelope), approval.quota)) {
        return answer(Outcome::TokenFull);
    }
    return store(
        known->id,
        {approval.inbox, approvalEntryKind, approval.envelopeDigest, approval.envelope, approval.token}, now);
}

JobAnswer JobRules::change(const AddStatement& statement)
{
    const UnixMillis now = m_table.timeOf(statement.now);
    if (!m_table.inboxExists(statement.inbox)) {
        return answer(Outcome::UnknownInbox);
    }
    if (const auto seq = m_table.seqOfStatement(statement.inbox, statement.envelopeDigest)) {
        return answer(Outcome::Repeated, *seq);
    }
    const std::int64_t cost = envelopeCost(statement.envelope);
    if (m_table.statements(statement.inbox, statement.token) >= statement.quota.statements ||
        !mayKeep(statement.token, cost, statement.quota)) {
        return answer(Outcome::TokenFull);
    }
    m_table.keep(statement.token, cost);
    return answer(Outcome::Done,
                  m_table.addStatement({statement.inbox, statementEntryKind, statement.envelopeDigest,
                                        statement.envelope, statement.token},
                                       now));
}

JobAnswer JobRules::change(const ClaimJob& claim)
{
    const UnixMillis now = m_table.timeOf(claim.now);
    const std::optional<JobTable::Row> known = m_table.row(claim.inbox, claim.jobId);
    if (!known) {
        return answer(Outcome::UnknownJob);
    }
    if (known->finished) {
        return answer(Outcome::Finished);
    }
    JobAnswer result;
    const bool isMine = known->leaseToken == claim.token && known->leaseDesk == claim.desk;
    if (!isMine && runs(known->leaseUntil, now, claim.lease)) {
        result.outcome = Outcome::HeldByOther;
        result.leaseUntil = known->leaseUntil;
        return result;
    }
    if (known->leaseDesk != claim.desk && isBegun(known->state)) {
        result = answer(Outcome::BegunByOther);
        result.state = known->state;
        return result;
    }
    result.leaseUntil = now + claim.lease.count();
    result.withdrawalSeq = m_table.newestWithdrawal(known->id);
    m_table.lease(known->id, claim.token, claim.desk, result.leaseUntil);
    return result;
}

JobAnswer JobRules::change(const RecordJobEvent& event)
{
    const UnixMillis now = m_table.timeOf(event.now);
    const std::optional<JobTable::Row> known = m_table.row(event.inbox, event.jobId);
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
    if (!isMine && runs(known->leaseUntil, now, event.lease)) {
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
    if (const auto refused = refuseDesk(known->id, event)) {
        return answer(*refused);
    }
    const std::size_t resultBytes = event.resultJson.empty() ? known->resultBytes : event.resultJson.size();
    const std::int64_t cost = entryCost(resultBytes, event.envelope.size());
    if (!charge(*known, event, cost)) {
        return answer(Outcome::TokenFull);
    }
    if (!m_table.keyOf(known->id, event.desk)) {
        m_table.addDesk(known->id, event);
    }
    m_table.storeEvent(known->id, event, cost, now);
    if (isBegun(event.state) && !isMine) {
        // From now on the job is this desk's, though it claimed nothing (any more): whoever claimed before
        // has not begun, and must not go on as if nobody had.
        m_table.lease(known->id, event.token, event.desk, 0);
    }
    JobAnswer stored;
    stored.state = event.state;
    return stored;
}

std::optional<JobAnswer::Outcome> JobRules::refuseDesk(std::int64_t job, const RecordJobEvent& event)
{
    if (const auto key = m_table.keyOf(job, event.desk)) {
        return *key == asText(event.key) ? std::nullopt : std::optional(Outcome::OtherKey);
    }
    if (m_table.desks(job, event.token) >= event.quota.desksPerJob) {
        return Outcome::TooManyDesks;
    }
    return std::nullopt;
}

bool JobRules::charge(const JobTable::Row& row, const RecordJobEvent& event, std::int64_t cost)
{
    const std::int64_t before = row.eventToken == event.token ? row.eventCost : 0;
    if (!mayKeep(event.token, cost - before, event.quota)) {
        return false;
    }
    m_table.keep(row.eventToken, -row.eventCost);
    m_table.keep(event.token, cost);
    return true;
}

}  // namespace countersign::relay
