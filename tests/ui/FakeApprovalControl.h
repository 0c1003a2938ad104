#pragma once

#include "tests/support/fixtures/profile/ProfileFixture.h"
#include "tests/unit/policy/approvals/ApprovalSamples.h"
#include "ui/session/control/ApprovalControl.h"

#include <map>

namespace countersign::testing {

/// Answers with what the test put there; takes note of what is said.
class FakeApprovalControl : public ApprovalControl
{
    Q_OBJECT

public:
    bool isReady() const override { return ready; }
    void waiting(QObject* context, Callback<WaitingJobs> done) override
    {
        ++reads;
        QMetaObject::invokeMethod(
            context, [done = std::move(done), jobs = listed] { done(jobs); }, Qt::QueuedConnection);
    }
    void standing(QObject* context, const QString& jobId, Callback<JobStanding> done) override
    {
        ++questions;
        const auto found = standings.find(jobId.toStdString());
        const Result<JobStanding> known = found == standings.end() ? usual : found->second;
        QMetaObject::invokeMethod(
            context, [done = std::move(done), known] { done(known); }, Qt::QueuedConnection);
    }
    void say(QObject*, const StatementWish& wish, Callback<StatementSaid> done) override
    {
        wishes.push_back(wish);
        answer = std::move(done);
    }
    void take(QObject*, const QString& file, Callback<StatementTaken> done) override
    {
        files << file;
        taken = std::move(done);
    }
    void setReady(bool now)
    {
        ready = now;
        Q_EMIT readyChanged();
    }
    void change() { Q_EMIT changed(); }

    bool ready = true;
    int reads = 0;
    int questions = 0;
    Result<WaitingJobs> listed;
    std::map<std::string, Result<JobStanding>> standings;
    Result<JobStanding> usual;
    std::vector<StatementWish> wishes;
    QStringList files;
    Callback<StatementSaid> answer;
    Callback<StatementTaken> taken;
};

/// A job that needs so many approvals; alice sits here, and bob and carol may approve.
inline JobStanding standingOf(int need, std::vector<CountedApproval> said = {})
{
    JobStanding standing;
    standing.judged.decision.approvals.count = need;
    standing.judged.decision.rule = "payout";
    standing.judged.decision.trace = {{"no-unlimited", false, "no finding evm.approval.unlimited"},
                                      {"payout", true, "every condition holds"}};
    standing.judged.terms.policy = samples::hashOf('b');
    standing.judged.terms.need = need;
    standing.digest = samples::sampleDigest();
    standing.explanation = samples::hashOf('e');
    standing.own = OwnOperator{"alice", samples::Person("alice").key};
    standing.isOwnAsked = true;
    standing.mayApprove = {"alice", "bob", "carol"};
    standing.count.need = need;
    for (const CountedApproval& one : said) {
        const bool isApproval = one.counts() && one.statement.decision == ApprovalDecision::Approve;
        standing.count.have += isApproval ? 1 : 0;
        standing.count.isRejected |= one.counts() && one.statement.decision == ApprovalDecision::Reject;
    }
    standing.count.statements = std::move(said);
    return standing;
}

inline CountedApproval counted(const samples::Person& who, std::optional<ApprovalDoubt> why = {},
                               ApprovalDecision decision = ApprovalDecision::Approve)
{
    return {.statement = samples::saidBy(who, decision, fixtureNow - 60'000), .name = who.name, .why = why};
}

}  // namespace countersign::testing
