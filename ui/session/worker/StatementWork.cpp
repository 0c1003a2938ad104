#include "ui/session/worker/StatementWork.h"

#include "core/signing/approval/InboxFreeze.h"
#include "core/signing/job/JobExplanation.h"
#include "core/signing/store/JobCatalog.h"
#include "ui/text/VisibleText.h"

#include <algorithm>
#include <utility>

namespace countersign {

/// A list on its way.
struct StatementWork::Listing
{
    std::vector<std::int64_t> ids;
    std::size_t next = 0;
    WaitingJobs found;
    Callback<WaitingJobs> done;
};

namespace {

constexpr std::size_t jobsASlice = 4;

bool hasCounted(const ApprovalCount& count, const ed25519::PublicKey& key)
{
    return std::ranges::any_of(count.statements, [&key](const CountedApproval& one) {
        return one.statement.operatorKey == key && one.counts();
    });
}

}  // namespace

StatementWork::StatementWork(SigningServices parts)
    : m_parts(std::move(parts)),
      m_audit(*m_parts.database, *m_parts.vault, *m_parts.clock),
      m_store(*m_parts.database, m_audit, *m_parts.clock),
      m_statements(*m_parts.database, *m_parts.vault, m_audit, m_store, *m_parts.clock),
      m_policy(m_parts),
      m_register(*m_parts.database, *m_parts.vault, m_audit, *m_parts.clock),
      m_identity(*m_parts.database, *m_parts.vault, m_audit, *m_parts.clock),
      m_explainer(std::make_shared<JobExplainer>())
{}

StatementWork::~StatementWork()
{
    for (auto& [number, posting] : m_postings) {
        posting.answer(
            failure(ErrorCode::Locked,
                    tr("The profile was locked before the relay had answered. It may have it all the "
                       "same.")));
    }
}

/// A statement is about what the review shows, so without the profile's descriptors there is none.
Status StatementWork::useDescriptors()
{
    if (m_parts.explainer) {
        m_explainer = m_parts.explainer();
    }
    ASSIGN_OR_RETURN(m_descriptors, m_explainer->descriptors());
    m_statements.describeWith(m_descriptors.get());
    return {};
}

Result<JobStanding> StatementWork::standing(const std::string& jobId)
{
    RETURN_IF_ERROR(useDescriptors());
    ASSIGN_OR_RETURN(const Job job, m_store.load(jobId));
    return standingOf(job);
}

Result<JobStanding> StatementWork::standingOf(const Job& job)
{
    ASSIGN_OR_RETURN(const auto verified, VerifiedJob::of(job));
    JobStanding standing;
    ASSIGN_OR_RETURN(standing.judged, m_policy.judge(verified));
    ASSIGN_OR_RETURN(const auto everybody, m_register.everybody());
    RETURN_IF_ERROR(count(job, !everybody.empty(), standing));
    ASSIGN_OR_RETURN(const auto explained, explainJob(verified, {.descriptors = m_descriptors.get()}));
    const auto& payload = verified.payload();
    if (explained.open.empty() && payload && payload->digest.size() == standing.digest.size()) {
        std::ranges::copy(payload->digest, standing.digest.begin());
        standing.explanation = explained.hash;
    }
    RETURN_IF_ERROR(addPeople(job, standing));
    return standing;
}

Status StatementWork::count(const Job& job, bool hasOperators, JobStanding& standing) const
{
    standing.count.need = standing.judged.terms.need;
    auto counted = m_statements.count(job, standing.judged.terms);
    // As signing does (ApprovalGate): where nobody is an operator and no policy asks, it depends on no
    // statement. Those that there are, of operators who were removed, are shown all the same.
    if (!counted && !standing.isByOperators() && !hasOperators) {
        return {};
    }
    RETURN_IF_ERROR(counted);
    standing.count = std::move(counted->count);
    standing.damaged = counted->damaged;
    return {};
}

Status StatementWork::addPeople(const Job& job, JobStanding& standing) const
{
    ASSIGN_OR_RETURN(standing.own, m_identity.find());
    ASSIGN_OR_RETURN(const auto everybody, m_register.everybody());
    ASSIGN_OR_RETURN(const auto initiator, m_statements.initiatorOf(job, standing.own));
    standing.isOwnRequest = standing.own && initiator == standing.own->publicKey;
    for (const Operator& one : everybody) {
        if (initiator == one.publicKey || !isNamedBy(one, standing.judged.terms.from)) {
            continue;
        }
        standing.isOwnAsked |= standing.own && standing.own->publicKey == one.publicKey;
        if (!hasCounted(standing.count, one.publicKey)) {
            standing.mayApprove.push_back(one.name);
        }
    }
    return {};
}

void StatementWork::waiting(Callback<WaitingJobs> done)
{
    const auto ids =
        JobCatalog(*m_parts.database)
            .ids({.group = JobFilter::Group::Waiting, .state = {}, .chain = {}, .walletId = {}, .text = {}},
                 {JobOrder::Column::Expires, false});
    const Status ready = useDescriptors();
    if (!ids || !ready) {
        return done(failure(ids ? ready.error() : ids.error()));
    }
    auto listing = std::make_shared<Listing>();
    listing->ids = *ids;
    listing->found.isCut = listing->ids.size() > ApprovalControl::mostListed;
    listing->ids.resize(std::min(listing->ids.size(), ApprovalControl::mostListed));
    listing->done = std::move(done);
    listNext(listing);
}

void StatementWork::listNext(const std::shared_ptr<Listing>& listing)
{
    const std::size_t end = std::min(listing->next + jobsASlice, listing->ids.size());
    const std::span<const std::int64_t> slice(listing->ids.data() + listing->next, end - listing->next);
    auto jobs = JobCatalog(*m_parts.database).rows(slice);
    if (!jobs) {
        return listing->done(failure(jobs.error()));
    }
    for (Job& job : *jobs) {
        WaitingJob one{.id = job.id, .job = {}, .gist = m_explainer->gist(job), .standing = standingOf(job)};
        one.job = std::move(job);
        listing->found.jobs.push_back(std::move(one));
    }
    listing->next = end;
    if (listing->next == listing->ids.size()) {
        return listing->done(std::move(listing->found));
    }
    QMetaObject::invokeMethod(
        this, [this, listing] { listNext(listing); }, Qt::QueuedConnection);
}

/// Whoever says something about a job says it about what stands there.
Status StatementWork::checkShown(const StatementWish& wish, const JobStanding& standing) const
{
    if (wish.decision != ApprovalDecision::Withdraw &&
        (wish.digest != standing.digest || wish.explanation != standing.explanation)) {
        return failure(ErrorCode::InvalidInput,
                       tr("The job is not what was shown any more, so nothing was said about it. Look at it "
                          "again."));
    }
    if (wish.decision == ApprovalDecision::Approve && standing.isBlocked()) {
        return failure(ErrorCode::Denied, tr("The policy forbids this job: %1")
                                              .arg(QString::fromStdString(*standing.judged.decision.block)));
    }
    return {};
}

void StatementWork::say(const StatementWish& wish, Callback<StatementSaid> done)
{
    const auto known = standing(wish.jobId);
    const Status fits = known ? checkShown(wish, *known) : failure(known.error());
    if (!fits) {
        return done(failure(fits.error()));
    }
    // What a withdrawal takes back was about what was shown then.
    const BytesView shown =
        wish.decision == ApprovalDecision::Withdraw ? BytesView() : BytesView(wish.digest);
    auto said = m_statements.say(wish.jobId, wish.decision, wish.reason, known->judged.terms, shown);
    if (!said) {
        return done(failure(said.error()));
    }
    Q_EMIT jobChanged(wish.jobId);
    const auto job = m_store.load(wish.jobId);
    if (!job || job->origin != JobOrigin::Relay) {
        return done(StatementSaid{.approval = *std::move(said), .isPosted = false, .problem = {}});
    }
    post(*job, {.approval = *std::move(said), .isPosted = false, .problem = {}}, std::move(done));
}

void StatementWork::post(const Job& job, StatementSaid said, Callback<StatementSaid> done)
{
    auto relay = m_parts.relay();
    if (!relay) {
        said.problem = relay.error().sentence;
        return done(std::move(said));
    }
    const std::string envelope = said.approval.envelope.json;
    const int number = beginPosting(
        std::move(*relay), [this, said = std::move(said), done = std::move(done)](const Status& posted) {
            StatementSaid told = said;
            told.isPosted = posted.has_value();
            told.problem = posted ? QString() : posted.error().sentence;
            const bool ended = told.approval.statement.decision == ApprovalDecision::Reject;
            done(std::move(told));
            if (ended && posted) {
                Q_EMIT reportWanted();
            }
        });
    Posting& posting = m_postings[number];
    posting.call = posting.relay->postApproval(
        job.jobId, envelope, [this, number](const Status& posted) { endPosting(number, posted); });
}

int StatementWork::beginPosting(std::unique_ptr<JobRelay> relay, std::function<void(const Status&)> answer)
{
    const int number = ++m_lastPosting;
    Posting& posting = m_postings[number];
    posting.relay = std::move(relay);
    posting.answer = std::move(answer);
    return number;
}

void StatementWork::endPosting(int number, const Status& posted)
{
    const auto found = m_postings.find(number);
    if (found != m_postings.end()) {
        // Once, whether the relay answers or the profile is locked.
        std::exchange(found->second.answer, [](const Status&) {})(posted);
    }
    // Not from inside the call, which ends with it.
    QMetaObject::invokeMethod(
        this, [this, number] { m_postings.erase(number); }, Qt::QueuedConnection);
}

void StatementWork::freezeInbox(const std::string& reason, Callback<InboxTold> done)
{
    const auto said = InboxFreeze(*m_parts.database, *m_parts.vault, m_audit, *m_parts.clock).say(reason);
    if (!said) {
        return done(failure(said.error()));
    }
    Q_EMIT frozen();
    InboxTold told{.inbox = visibleText(said->word.statement.inbox), .problem = {}};
    auto relay = m_parts.relay();
    if (!relay) {
        told.problem = relay.error().sentence;
        return done(std::move(told));
    }
    const int number = beginPosting(std::move(*relay),
                                    [told = std::move(told), done = std::move(done)](const Status& posted) {
                                        InboxTold answer = told;
                                        answer.problem = posted ? QString() : posted.error().sentence;
                                        done(std::move(answer));
                                    });
    Posting& posting = m_postings[number];
    posting.call = posting.relay->postStatement(
        said->word.envelope.json, [this, number](const Status& posted) { endPosting(number, posted); });
}

Result<StatementTaken> StatementWork::take(const std::string& envelope)
{
    RETURN_IF_ERROR(useDescriptors());
    ASSIGN_OR_RETURN(const auto approval, readApproval(envelope));
    const auto taken = m_statements.take(approval, ApprovalSource::File);
    if (!taken && taken.error().code == ErrorCode::NotFound) {
        return failure(ErrorCode::NotFound,
                       tr("The job that this statement is about is not here. Take the job in first."),
                       QString::fromStdString(approval.statement.jobId));
    }
    RETURN_IF_ERROR(taken);
    if (taken->added == ApprovalStore::Added::NoRoomLeft) {
        return failure(ErrorCode::Denied, taken->isRegistered
                                              ? tr("There is no room for more statements about this job.")
                                              : tr("There is no room for more statements of operators who "
                                                   "are not registered. Register this one first."));
    }
    Q_EMIT jobChanged(approval.statement.jobId);
    if (taken->job.state == JobState::Rejected && taken->job.origin == JobOrigin::Relay) {
        Q_EMIT reportWanted();
    }
    const auto now = standingOf(taken->job);
    if (!now) {
        return failure(
            now.error().code,
            tr("The statement was taken in; whether it counts cannot be told: %1").arg(now.error().sentence),
            now.error().detail);
    }
    const auto& all = now->count.statements;
    const auto found = std::ranges::find(all, approval.statement, &CountedApproval::statement);
    StatementTaken told{.jobId = approval.statement.jobId,
                        .name = {},
                        .decision = approval.statement.decision,
                        .why = ApprovalDoubt::Repetition};
    if (found != all.end()) {
        told.name = found->name;
        told.why = found->why;
    }
    return told;
}

Result<int> StatementWork::openJobsWith(const ed25519::PublicKey& key) const
{
    ASSIGN_OR_RETURN(
        const auto ids,
        JobCatalog(*m_parts.database)
            .ids({.group = JobFilter::Group::Waiting, .state = {}, .chain = {}, .walletId = {}, .text = {}},
                 {}));
    const std::span<const std::int64_t> first(ids.data(), std::min(ids.size(), ApprovalControl::mostListed));
    ASSIGN_OR_RETURN(const auto jobs, JobCatalog(*m_parts.database).rows(first));
    const ApprovalStore store(*m_parts.database);
    int number = 0;
    for (const Job& job : jobs) {
        ASSIGN_OR_RETURN(const auto stored, store.ofJob(job.jobId));
        const bool has = std::ranges::any_of(stored.approvals, [&key](const StoredApproval& one) {
            return one.approval.statement.operatorKey == key;
        });
        number += has ? 1 : 0;
    }
    return number;
}

}  // namespace countersign
