// The job calls of RelayService (design.md §6): the same house rules as its other calls, another table.

#include "services/http/message/Problem.h"
#include "services/relay/api/JobRequests.h"
#include "services/relay/service/RelayService.h"

namespace countersign::relay {

namespace {

namespace asio = boost::asio;

using JobOutcome = JobAnswer::Outcome;

}  // namespace

template <typename Change>
void RelayService::fill(Change& change, const Admission& admission) const
{
    change.inbox = admission.inbox->id;
    change.token = admission.tokenId;
    change.now = m_clock.now();
    change.quota = m_options.jobQuota;
}

asio::awaitable<http::HttpResponse> RelayService::submitJob(http::HttpRequest request, std::string inboxName)
{
    auto admission = co_await admitChange(request, inboxName, submitter);
    if (!admission) {
        co_return std::move(admission.error());
    }
    auto job = parseJobSubmission(std::move(request.body));
    if (!job) {
        co_return refuseBody(job.error());
    }
    fill(*job, *admission);
    const std::string jobId = job->jobId;
    auto answer = co_await changeJob(*std::move(job));
    if (!answer) {
        co_return std::move(answer.error());
    }
    m_metrics.done(answer->outcome == JobOutcome::Done ? JobAction::Submitted : JobAction::Repeated);
    co_return http::jsonResponse(answer->isNewJob ? 201 : 200, {{"jobId", jobId}, {"seq", answer->seq}});
}

asio::awaitable<http::HttpResponse> RelayService::withdrawJob(http::HttpRequest request, RelayRoute route)
{
    auto admission = co_await admitChange(request, route.inbox, submitter);
    if (!admission) {
        co_return std::move(admission.error());
    }
    auto withdrawal = parseWithdrawal(std::move(request.body), route.jobId);
    if (!withdrawal) {
        co_return refuseBody(withdrawal.error());
    }
    fill(*withdrawal, *admission);
    withdrawal->lease = m_options.claimLease;
    withdrawal->seesAll = admission->role == TokenRole::Admin;
    auto answer = co_await changeJob(*std::move(withdrawal));
    if (!answer) {
        co_return std::move(answer.error());
    }
    m_metrics.done(answer->outcome == JobOutcome::Done ? JobAction::Withdrawal : JobAction::Repeated);
    co_return http::jsonResponse(200, {{"jobId", route.jobId}, {"seq", answer->seq}});
}

asio::awaitable<http::HttpResponse> RelayService::addApproval(http::HttpRequest request, RelayRoute route)
{
    auto admission = co_await admitChange(request, route.inbox, consumer);
    if (!admission) {
        co_return std::move(admission.error());
    }
    auto approval = parseApproval(std::move(request.body), route.jobId);
    if (!approval) {
        co_return refuseBody(approval.error());
    }
    fill(*approval, *admission);
    auto answer = co_await changeJob(*std::move(approval));
    if (!answer) {
        co_return std::move(answer.error());
    }
    const bool isNew = answer->outcome == JobOutcome::Done;
    m_metrics.done(isNew ? JobAction::Approval : JobAction::Repeated);
    co_return http::jsonResponse(isNew ? 201 : 200, {{"jobId", route.jobId}, {"seq", answer->seq}});
}

asio::awaitable<http::HttpResponse> RelayService::addStatement(http::HttpRequest request,
                                                               std::string inboxName)
{
    auto admission = co_await admitChange(request, inboxName, consumer);
    if (!admission) {
        co_return std::move(admission.error());
    }
    auto statement = parseStatement(std::move(request.body));
    if (!statement) {
        co_return refuseBody(statement.error());
    }
    fill(*statement, *admission);
    auto answer = co_await changeJob(*std::move(statement));
    if (!answer) {
        co_return std::move(answer.error());
    }
    const bool isNew = answer->outcome == JobOutcome::Done;
    m_metrics.done(isNew ? JobAction::Statement : JobAction::Repeated);
    co_return http::jsonResponse(isNew ? 201 : 200, {{"seq", answer->seq}});
}

asio::awaitable<http::HttpResponse> RelayService::claimJob(http::HttpRequest request, RelayRoute route)
{
    auto admission = co_await admitChange(request, route.inbox, consumer);
    if (!admission) {
        co_return std::move(admission.error());
    }
    auto claim = parseClaim(request.body, route.jobId);
    if (!claim) {
        co_return refuseBody(claim.error());
    }
    claim->inbox = admission->inbox->id;
    claim->token = admission->tokenId;
    claim->now = m_clock.now();
    claim->lease = m_options.claimLease;
    auto answer = co_await changeJob(*std::move(claim));
    if (!answer) {
        co_return std::move(answer.error());
    }
    m_metrics.done(JobAction::Claimed);
    Json json = {{"leaseUntil", toIso8601(answer->leaseUntil)}};
    if (answer->withdrawalSeq > 0) {
        json["withdrawalRequested"] = true;
        json["withdrawalSeq"] = answer->withdrawalSeq;
    }
    co_return http::jsonResponse(200, json);
}

asio::awaitable<http::HttpResponse> RelayService::recordJobEvent(http::HttpRequest request, RelayRoute route)
{
    auto admission = co_await admitChange(request, route.inbox, consumer);
    if (!admission) {
        co_return std::move(admission.error());
    }
    auto event = parseJobEvent(std::move(request.body), route.jobId);
    if (!event) {
        co_return refuseBody(event.error());
    }
    fill(*event, *admission);
    event->lease = m_options.claimLease;
    auto answer = co_await changeJob(*std::move(event));
    if (!answer) {
        co_return std::move(answer.error());
    }
    m_metrics.done(answer->outcome == JobOutcome::Done ? JobAction::Event : JobAction::Repeated);
    co_return http::jsonResponse(200, {{"jobId", route.jobId}, {"state", answer->state}});
}

asio::awaitable<http::HttpResponse> RelayService::showJob(http::HttpRequest request, RelayRoute route)
{
    auto admission = co_await admit(request, route.inbox, submitterOrConsumer);
    if (!admission) {
        co_return std::move(admission.error());
    }
    // A submitter sees what it posted itself; whoever reads the feed sees all of it there.
    const std::string onlyFor = admission->role == TokenRole::Submitter ? admission->tokenId : std::string();
    const std::function<Result<JobStatus>(RelayStore&)> work =
        [inbox = admission->inbox->id, jobId = route.jobId, onlyFor](RelayStore& store) {
            return store.findJob(inbox, jobId, onlyFor);
        };
    const Result<JobStatus> status = co_await m_reader.run(work);
    if (!status && status.error().code == ErrorCode::NotFound) {
        co_return refuse(Refusal::NotFound, 404, "There is no such job in this inbox.");
    }
    if (!status) {
        co_return refuseForNow(Refusal::StoreUnavailable, 503, retryStore, "The store is unavailable.");
    }
    http::HttpResponse response;
    response.headers.add("content-type", "application/json");
    response.headers.add("cache-control", "no-store");
    response.body = jobStatusJson(*status);
    co_return response;
}

asio::awaitable<tl::expected<RelayService::Admission, http::HttpResponse>> RelayService::admitChange(
    const http::HttpRequest& request, const std::string& inboxName, Roles roles)
{
    auto admission = co_await admit(request, inboxName, roles);
    if (!admission) {
        co_return admission;
    }
    if (const auto wait = m_jobChanges.take(admission->tokenId, std::chrono::steady_clock::now())) {
        co_return tl::unexpected(
            refuseForNow(Refusal::RateLimited, 429, *wait, "Too many calls about jobs with this token."));
    }
    co_return admission;
}

asio::awaitable<tl::expected<JobAnswer, http::HttpResponse>> RelayService::changeJob(JobChange change)
{
    // The callback gets the refusal of a full queue too, so that the coroutine always goes on.
    auto submit = [this, &change](GroupCommitter::JobDone done) {
        if (!m_committer.submit(std::move(change), done)) {
            done(failure(ErrorCode::Busy, {}));
        }
    };
    const Result<JobAnswer> answer = co_await awaitCallback<Result<JobAnswer>>(submit);
    if (!answer && answer.error().code == ErrorCode::Busy) {
        co_return tl::unexpected(
            refuseForNow(Refusal::QueueFull, 503, retryQueue, "Too many changes are waiting."));
    }
    if (!answer) {
        co_return tl::unexpected(
            refuseForNow(Refusal::StoreUnavailable, 503, retryStore, "The store is unavailable."));
    }
    if (answer->outcome != JobOutcome::Done && answer->outcome != JobOutcome::Repeated) {
        co_return tl::unexpected(refuseJob(*answer));
    }
    co_return *answer;
}

http::HttpResponse RelayService::refuseJob(const JobAnswer& answer)
{
    switch (answer.outcome) {
        case JobOutcome::UnknownInbox:
            return refuse(Refusal::UnknownInbox, 404, "There is no such inbox.");
        case JobOutcome::UnknownJob:
            return refuse(Refusal::NotFound, 404, "There is no such job in this inbox.");
        case JobOutcome::HeldByOther:
            return refuse(Refusal::JobConflict, 409,
                          "A desk holds this job until " + toIso8601(answer.leaseUntil) + ".");
        case JobOutcome::BegunByOther:
            return refuse(Refusal::JobConflict, 409,
                          "Another desk has begun to sign this job; its last word was \"" + answer.state +
                              "\". Only that desk can go on.");
        case JobOutcome::Finished:
            return refuse(Refusal::JobConflict, 409, "The job is finished.");
        case JobOutcome::OtherKey:
            return refuse(Refusal::JobConflict, 409,
                          "This desk signed an earlier event of the job with another key.");
        case JobOutcome::TooManyEnvelopes:
            return refuse(Refusal::JobQuota, 409, "This job has as many different envelopes as are kept.");
        case JobOutcome::TooManyJobs:
            return refuseForNow(Refusal::JobQuota, 429, retryQuota,
                                "Too many jobs of this token are not finished.");
        case JobOutcome::TokenFull:
            return refuseForNow(Refusal::JobQuota, 429, retryQuota,
                                "As much is kept of what came with this token as may be.");
        case JobOutcome::TooManyDesks:
            return refuse(Refusal::JobQuota, 409,
                          "This token has reported about the job under as many desks' names as are kept.");
        case JobOutcome::Done:
        case JobOutcome::Repeated:
            break;
    }
    return refuse(Refusal::BadRequest, 500, "This was no refusal.");
}

http::HttpResponse RelayService::refuseBody(const Error& error)
{
    return refuse(Refusal::BadRequest, 400, error.detail.toStdString());
}

}  // namespace countersign::relay
