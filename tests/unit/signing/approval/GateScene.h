#pragma once

#include "core/signing/approval/JobApproval.h"
#include "core/signing/prepare/JobPreparer.h"
#include "tests/unit/signing/statement/StatementScene.h"

namespace countersign::testing {

/// Test fixture of approvals under a policy: the scene of statements, and what a policy says of every job.
struct GateScene : StatementScene
{
    JudgedJob judged = policyOf(2);
    SigningServices services = parts();
    JobPreparer preparer{services, store};
    JobApproval approval{services, store, [this](const VerifiedJob&) -> Result<JudgedJob> { return judged; }};

    /// A policy with one rule, which asks for so many operators.
    static JudgedJob policyOf(int approvals)
    {
        JudgedJob judged;
        judged.decision.rule = "payout";
        judged.decision.approvals.count = approvals;
        judged.decision.trace = {{"no-unlimited", false, "findings"},
                                 {"payout", true, "all conditions hold"}};
        judged.terms = {.policy = samples::hashOf('b'), .need = approvals, .expiryHours = {}, .from = {}};
        return judged;
    }
    static JudgedJob builtIn()
    {
        JudgedJob judged;
        judged.terms = CountTerms::ofBuiltInPolicy();
        return judged;
    }

    Job prepared(const Job& job)
    {
        return waitFor<Result<VerifiedJob>>([&](auto done) { preparer.prepare(job.jobId, true, done); })
            ->job();
    }
    void approveAs(const samples::Person& who, const Job& job)
    {
        take(who, about(job, who, {}, judged.terms));
    }
    void takeBack(const samples::Person& who, const Job& job)
    {
        profile.clock.advance(std::chrono::seconds(1));
        take(who, about(job, who, ApprovalDecision::Withdraw, judged.terms));
    }
    Result<Job> approve(const Job& job, const ApprovalRequest& request = {})
    {
        return approval.approve(*VerifiedJob::of(*store.load(job.jobId)), request);
    }
    Result<std::optional<SignedApproval>> sayOwn(const Job& job, const ApprovalRequest& request = {})
    {
        return approval.sayOwn(*VerifiedJob::of(*store.load(job.jobId)), request);
    }
    ApprovalVerdict verdict(const Job& job)
    {
        return *approval.judge(*VerifiedJob::of(*store.load(job.jobId)));
    }
    /// As the ceremony does it, in the transaction that moves the job to signing.
    Result<Job> begin(const Job& approved)
    {
        const auto order = approval.orderFor(*store.load(approved.jobId));
        return order ? store.beginSigning(approved.jobId, EngineKind::Sdk, order->stillApproved)
                     : Result<Job>(failure(order.error()));
    }
    /// Of the job's approval.
    Json recordedBasis(const Job& job)
    {
        const std::string detail = profile.database->handle()
                                       .execAndGet(
                                           "SELECT detail FROM audit WHERE kind = 'job.approved' "
                                           "AND subject = '" +
                                           job.jobId + "' ORDER BY seq DESC LIMIT 1")
                                       .getString();
        return parseJson(detail)->at("basis");
    }
};

}  // namespace countersign::testing
