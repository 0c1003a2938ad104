#pragma once

#include "core/base/PendingCall.h"
#include "core/policy/approvals/ApprovalCount.h"
#include "core/policy/approvals/ApprovalStore.h"
#include "core/policy/operators/OperatorIdentity.h"
#include "core/signing/explanation/ExplainedJob.h"
#include "core/signing/policy/JobPolicy.h"

#include <QObject>
#include <QString>

#include <optional>
#include <vector>

namespace countersign {

/// How one job stands at this desk: what the policy asks for it, and what operators said.
struct JobStanding
{
    JudgedJob judged;
    ApprovalCount count;
    std::size_t damaged = 0;  ///< ApprovalStore::OfJob
    Sha256Digest digest{};    ///< what would be signed here; zeros as long as something is open
    std::string explanation;  ///< hash of what is shown here; empty as long as something is open
    std::optional<OwnOperator> own;
    bool isOwnRequest = false;  ///< this desk's operator asked for the job, so their approval is none
    bool isOwnAsked = false;    ///< an approval of this desk's operator would count
    std::vector<std::string> mayApprove;  ///< names of those who have not, and whose approval would count

    bool isBlocked() const { return judged.decision.block.has_value(); }
    /// A policy was set, so that its approvals are operators'. Else approving at this desk is all there is.
    bool isByOperators() const;
    /// What this desk's operator said that counts; nothing where nothing does.
    std::optional<ApprovalDecision> ownWord() const;
    /// Approvals are missing even with this desk's operator's.
    bool needsOthers() const;
    /// An approval of this desk's operator would bring the job forward.
    bool waitsForOwn() const;
};

/// An open job in the list of those that wait.
struct WaitingJob
{
    std::int64_t id = 0;
    Job job;
    JobGist gist;
    Result<JobStanding> standing;  ///< the error: why it cannot be told, and nothing may be signed
};

struct WaitingJobs
{
    std::vector<WaitingJob> jobs;  ///< the first to expire first
    bool isCut = false;            ///< there are more
};

/// What is waited for, in numbers.
struct WaitingTally
{
    int forOwn = 0;     ///< jobs that this desk's operator would bring forward
    int forSecond = 0;  ///< jobs that need more than one approval and do not have them

    bool operator==(const WaitingTally&) const = default;
};

/// What this desk's operator wants to say about a job.
struct StatementWish
{
    std::string jobId;
    ApprovalDecision decision = ApprovalDecision::Approve;
    std::string reason;
    /// What was shown: nothing is said about anything else. Not asked of what takes back.
    Sha256Digest digest{};
    std::string explanation;
};

/// What was said.
struct StatementSaid
{
    SignedApproval approval;
    bool isPosted = false;  ///< every desk of the relay hears of it
    QString problem;  ///< why it did not get there; empty where nobody was asked: hand it over as a file
};

/// What became of a statement that was brought as a file.
struct StatementTaken
{
    std::string jobId;
    std::string name;  ///< what this desk calls the operator; empty when it does not know them
    ApprovalDecision decision = ApprovalDecision::Approve;
    std::optional<ApprovalDoubt> why;
};

/// The GUI's asynchronous interface to what operators say about jobs, and to what the policy asks of them.
/// Under the rules of JobControl.
class ApprovalControl : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    virtual bool isReady() const = 0;
    /// Of the last list that was read.
    const WaitingTally& tally() const { return m_tally; }

    /// Open jobs, at most mostListed. Locked, Database; the error of descriptors that cannot be used.
    virtual void waiting(QObject* context, Callback<WaitingJobs> done) = 0;
    /// Errors of JobPolicy::judge, JobStatements::count and VerifiedJob::of, and as above.
    virtual void standing(QObject* context, const QString& jobId, Callback<JobStanding> done) = 0;
    /// Errors of JobStatements::say; InvalidInput when the job is not what was shown. Comes when the relay
    /// has answered, where the job came through one.
    virtual void say(QObject* context, const StatementWish& wish, Callback<StatementSaid> done) = 0;
    /// A statement in a file of another desk. Errors of readApproval and JobStatements::take.
    virtual void take(QObject* context, const QString& file, Callback<StatementTaken> done) = 0;

    static constexpr std::size_t mostListed = 200;

Q_SIGNALS:
    void readyChanged();
    /// Somebody said something, or a job, the operators or the policy are other ones; views read again.
    void changed();
    void tallyChanged();

protected:
    void setTally(const WaitingTally& tally)
    {
        if (tally != m_tally) {
            m_tally = tally;
            Q_EMIT tallyChanged();
        }
    }

private:
    WaitingTally m_tally;
};

/// Of a list.
WaitingTally tallyOf(const WaitingJobs& waiting);

}  // namespace countersign
