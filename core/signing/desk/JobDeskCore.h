#pragma once

#include "core/signing/desk/JobDesk.h"
#include "core/signing/desk/JobExecution.h"
#include "core/signing/intake/JobIntake.h"
#include "core/signing/prepare/JobPreparer.h"
#include "core/signing/reporting/JobReports.h"

#include <array>
#include <map>
#include <set>
#include <utility>

namespace countersign {

/// States that an approval may begin from, without and with an explicit "again".
inline constexpr std::array approvableStates = {JobState::Pending};
inline constexpr std::array approvableAgainStates = {JobState::Pending, JobState::Failed,
                                                     JobState::Interrupted};

/// An approval under way, until its callback was called.
struct JobDesk::PendingApproval
{
    Approval approval;
    Callback<Job> done;
    bool resumes = false;  ///< takes up what was approved; approves nothing
    bool answered = false;

    void answer(const Result<Job>& job)
    {
        if (!std::exchange(answered, true)) {
            done(job);
        }
    }
};

/// A look at a token under way.
struct JobDesk::TokenLookup
{
    PendingCallPtr call;
    Callback<SplFacts> done;
};

/// The parts of a JobDesk, and its decisions that need no waiting: what exactly is approved, and whether what
/// is stored is still that.
class JobDesk::Core
{
public:
    explicit Core(SigningServices given);

    SigningServices parts;
    AuditLog audit;
    JobStore store;
    JobIntake intake;
    JobPreparer preparer;
    JobReports reports;
    std::map<std::string, std::unique_ptr<JobExecution>> runs;
    std::map<std::string, std::shared_ptr<PendingApproval>> approvals;  ///< whose callback waits, by job
    std::map<std::uint64_t, TokenLookup> lookups;  ///< by number; a desk makes fewer than 2^64
    std::uint64_t lastLookup = 0;
    std::set<std::string> refused;  ///< signed jobs that a node did not take: not sent again by itself

    Result<int> confirmations() const;
    Result<EngineKind> engine(std::optional<EngineKind> wanted) const;
    /// BadSignature when one of the settings that a ceremony works with was changed outside of the programs:
    /// asked before anything is approved. (Those of nodes and of the relay are asked where they are needed.)
    Status checkSettings(std::optional<EngineKind> wanted) const;
    /// An approval that a crash left behind counts only as long as its operator can be thought to wait for
    /// it.
    bool isFresh(UnixMillis approvedAt) const;

    /// Whether this job may be approved now. Denied otherwise.
    static QString whyNotApprovable(JobState state);
    Status mayApprove(const Job& job, bool again) const;
    /// Before anything is signed: a transaction that cannot be sent afterwards would only lie about.
    Status checkBroadcastable(const Job& job, const ReadJob& read) const;
    /// The compare and set that lets exactly one approval through; seen: what was prepared and shown.
    Result<Job> approve(const Job& seen, const Approval& approval);
    /// Everything that the ceremony needs. Corrupt when the row is not what was approved.
    Result<JobCeremony::Order> orderFor(const Job& job) const;

    static QString changedSentence();
    /// For whoever waits when the desk stops.
    static Error stoppedError();

private:
    /// What one approval is about, besides the job.
    struct Approved
    {
        EngineKind engine = EngineKind::Sdk;
        JobState from = JobState::Pending;
        UnixMillis at = 0;
        BytesView digest;
    };
    Result<std::string> setting(std::string_view key) const;
    Status checkNonce(const Job& job, const SigningPayload& plan) const;
    /// Keyed by the vault: whoever can only write the profile's files cannot write an approval, nor make one
    /// count for another job, another wallet, a later time or another ceremony. Covers every column that
    /// decides what is signed, for whom, until when and what becomes of it.
    Result<Bytes> approvalMac(const Job& job, const JobStore::StoredApproval& row,
                              const Approved& approved) const;
};

}  // namespace countersign
