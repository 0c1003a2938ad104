#pragma once

#include "core/signing/explanation/JobExplainer.h"
#include "core/signing/statement/JobStatements.h"
#include "ui/session/control/ApprovalControl.h"
#include "ui/session/control/RecordControl.h"

#include <QObject>

#include <map>
#include <memory>

namespace countersign {

/// What a session's thread does with operators' statements: counts them for a job or for all that wait, says
/// this desk's own and hands it to the relay, takes in one from a file. Counting all is done in slices, so
/// that a ceremony's next step comes in between.
class StatementWork : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(StatementWork)

public:
    /// What parts names outlives it.
    explicit StatementWork(SigningServices parts);
    /// What is on its way to the relay is answered as not posted.
    ~StatementWork() override;

    // As ApprovalControl's functions of the same name; called back on this thread.

    Result<JobStanding> standing(const std::string& jobId);
    void waiting(Callback<WaitingJobs> done);
    void say(const StatementWish& wish, Callback<StatementSaid> done);
    Result<StatementTaken> take(const std::string& envelope);
    /// RecordControl::freezeInbox.
    void freezeInbox(const std::string& reason, Callback<InboxTold> done);
    /// How many open jobs have a statement of this operator.
    Result<int> openJobsWith(const ed25519::PublicKey& key) const;

Q_SIGNALS:
    void jobChanged(const std::string& jobId);
    /// The relay is to hear of a job's end, after the statement that ended it.
    void reportWanted();
    /// Signing is, or was already.
    void frozen();

private:
    struct Listing;

    Status useDescriptors();
    Result<JobStanding> standingOf(const Job& job);
    Status count(const Job& job, bool hasOperators, JobStanding& standing) const;
    Status addPeople(const Job& job, JobStanding& standing) const;
    Status checkShown(const StatementWish& wish, const JobStanding& standing) const;
    void listNext(const std::shared_ptr<Listing>& listing);
    void post(const Job& job, StatementSaid said, Callback<StatementSaid> done);
    int beginPosting(std::unique_ptr<JobRelay> relay, std::function<void(const Status&)> answer);
    void endPosting(int number, const Status& posted);

    SigningServices m_parts;
    AuditLog m_audit;
    JobStore m_store;
    JobStatements m_statements;
    JobPolicy m_policy;
    OperatorRegister m_register;
    OperatorIdentity m_identity;
    std::shared_ptr<JobExplainer> m_explainer;
    std::shared_ptr<const meaning::Descriptors> m_descriptors;
    struct Posting
    {
        std::unique_ptr<JobRelay> relay;
        PendingCallPtr call;
        std::function<void(const Status&)> answer;
    };
    std::map<int, Posting> m_postings;
    int m_lastPosting = 0;
};

}  // namespace countersign
