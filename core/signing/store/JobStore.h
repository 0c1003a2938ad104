#pragma once

#include "core/audit/AuditLog.h"
#include "core/base/encoding/Json.h"
#include "core/signing/job/JobTransitions.h"
#include "core/vault/database/Database.h"

#include <functional>

namespace countersign {

struct VerifiedSignature;

/// A job as it comes in.
struct NewJob
{
    std::string jobId;
    JobOrigin origin = JobOrigin::Console;
    std::optional<std::int64_t> deliveryId;
    std::string submitter;
    Bytes submitterKey;  ///< 32 bytes, or empty
    std::string claimedSubmitter;
    std::string walletId;
    std::string chain;
    std::string address;
    JobKind kind = JobKind::EvmMessage;
    BytesView document;
    bool broadcast = false;
    std::string reason;
    UnixMillis createdAt = 0;
    UnixMillis expiresAt = 0;
    bool isImported = false;  ///< brought from another desk as a file
};

/// What an operator approved, with the code that makes it count (ApprovalCode.h).
struct NewApproval
{
    EngineKind engine = EngineKind::Sdk;
    Bytes digest;
    Bytes code;
    UnixMillis at = 0;
    std::string basis;  ///< what it rests on, as JSON (ApprovalBasis.h); also for the record
    std::string note;   ///< for the time line
};

/// What will be signed, as the preparation found it.
struct JobPreparation
{
    Bytes prepared;
    Bytes digest;
    std::vector<ResolvedField> resolved;
    std::optional<std::string> chainId;  ///< decimal, of EVM transactions
    std::optional<std::string> nonce;    ///< decimal, of EVM transactions
};

/// The write side of the jobs' tables. A job's state only moves from where the caller believes it to be
/// (compare and set), in one transaction with its entry in the record and its step in the time line: two
/// programs over one profile cannot both begin a ceremony, and nothing happens that is not recorded.
class JobStore
{
public:
    JobStore(Database& database, AuditLog& audit, const Clock& clock)
        : m_database(database), m_audit(audit), m_clock(clock)
    {}

    /// By the whole id. NotFound.
    Result<Job> load(const std::string& jobId) const;

    /// Own transaction. A job that is known already comes back as it is.
    Result<Job> add(const NewJob& job, JobState first);
    /// The same inside the caller's transaction. added tells whether it was new.
    Result<Job> addWithin(AuditTransaction& record, const NewJob& job, JobState first, bool& added);

    // The moves of a job (JobTransitions.h has the states between which each is allowed). Denied, naming the
    // state, when the job is in another. On the disk when they return; the record's head too, but for approve
    // and beginSigning, which are sealed with the entry that follows.

    /// decide gets the job as it is then, under the write lock, and says what is approved or why nothing is.
    Result<Job> approve(const std::string& jobId, bool again,
                        const std::function<Result<NewApproval>(const Job&)>& decide);
    /// Back to where the approval found it.
    Result<Job> disapprove(const std::string& jobId, const std::string& note);
    /// mayBegin (empty: yes) is asked under the write lock, and its error is the result.
    Result<Job> beginSigning(const std::string& jobId, EngineKind engine,
                             const std::function<Status(const Job&)>& mayBegin = {});
    Result<Job> recordSignature(const std::string& jobId, const VerifiedSignature& signature);
    /// Nothing can have been signed: back to approvedFrom, with the error that another try may not meet.
    Result<Job> leaveCeremony(const std::string& jobId, JobState approvedFrom, const Error& error);
    /// The same after a crash, to where the approval found it.
    Result<Job> abandonCeremony(const std::string& jobId, const std::string& note);
    /// Before its ceremony has begun.
    Result<Job> failApproved(const std::string& jobId, const Error& error);
    Result<Job> failCeremony(const std::string& jobId, const Error& error);
    Result<Job> interrupt(const std::string& jobId, const Error& error);
    Result<Job> markBroadcast(const std::string& jobId, const std::string& hash);
    Result<Job> confirm(const std::string& jobId, const std::string& hash, const std::string& note);
    Result<Job> failBroadcast(const std::string& jobId, const Error& error);
    Result<Job> reject(const std::string& jobId, const std::string& reason);
    Result<Job> expire(const std::string& jobId);
    /// Inside the caller's transaction.
    Result<Job> rejectWithin(AuditTransaction& record, const std::string& jobId, const std::string& reason);
    Result<Job> withdrawWithin(AuditTransaction& record, const std::string& jobId, const std::string& note);

    /// Only while it may be approved (mayBePrepared); Denied otherwise.
    Result<Job> setPreparation(const std::string& jobId, const JobPreparation& preparation);
    /// Before the console's part in it begins: a crash from here on leaves the outcome unknown.
    Status noteRoom(const std::string& jobId, const std::string& roomId);
    /// The state stays.
    Status noteError(const std::string& jobId, const std::optional<Error>& error);

    Result<std::vector<std::string>> inState(JobState state) const;
    /// Pending and approved ones whose time is over.
    Result<std::vector<std::string>> overdue() const;
    /// A job from the relay that is here already from a file or the window, and waits: from now on it is the
    /// submitter's, with claim, reports and withdrawal. Inside the caller's transaction.
    Status adoptWithin(AuditTransaction& record, const NewJob& job);
    /// It was brought from another desk as a file (NewJob).
    Result<bool> isImported(const std::string& jobId) const;
    /// One more entry asked for the withdrawal of this job, if it is known. Inside the caller's transaction.
    Status noteWithdrawalWithin(const std::string& jobId);
    Result<bool> hasWithdrawal(const std::string& jobId) const;
    /// Another job of this wallet that is on its way with this nonce on this chain: approved, being signed,
    /// or to be sent, or sent.
    Result<std::optional<std::string>> nonceUser(const std::string& walletId, const std::string& chainId,
                                                 const std::string& nonce,
                                                 const std::string& exceptJobId) const;
    /// Of the row, what an approval's code covers besides the fields of Job, and that code.
    struct StoredApproval
    {
        Bytes digest;
        Bytes mac;
        UnixMillis at = 0;
        Bytes submitterKey;
        std::int64_t deliveryId = 0;  ///< 0: none
        std::string basis;            ///< NewApproval::basis
    };
    /// What was approved; digest and mac are empty when nothing was.
    Result<StoredApproval> approval(const std::string& jobId) const;
    Result<Bytes> submitterKey(const std::string& jobId) const;

    /// Jobs of the relay whose state it was not told: at most 100, by row id, above this one.
    Result<std::vector<Job>> unreported(std::int64_t afterId = 0) const;
    Status markReported(const std::string& jobId, JobState state);
    /// What the relay knows of the job is not known: whatever its state is, it is told.
    Status markUnreported(const std::string& jobId);

protected:
    /// What changes together with a job's state; what is absent stays.
    struct Change
    {
        std::string note;            ///< for the time line: of JobNotes, or a sentence (storedSentence)
        std::optional<Error> error;  ///< nothing clears what was there
        std::optional<EngineKind> engine;
        std::optional<Bytes> approvedDigest;
        std::optional<Bytes> approvalMac;
        std::optional<std::string> approvalBasis;
        std::optional<Bytes> signature;
        std::optional<Bytes> signedTransaction;
        std::optional<std::string> hash;
        std::optional<std::string> operatorReason;
        /// When it happens, where the caller has to know; else the clock's time.
        std::optional<UnixMillis> at;
        /// A new approval: what an earlier ceremony gave goes into the time line and leaves the row.
        bool isApproval = false;
        bool beginsCeremony = false;
        /// Found out from the row after a crash, and so no proof that nothing was begun (SpendingTrail).
        bool isRecovery = false;
    };
    /// The one statement behind every move; by itself only for tests, which need states without their past.
    Result<Job> move(const std::string& jobId, JobStates from, JobState to, const Change& change);
    Result<Job> moveWithin(AuditTransaction& record, const std::string& jobId, JobStates from, JobState to,
                           const Change& change);

private:
    Result<Job> make(JobMove move, const std::string& jobId, const Change& change);
    Result<Job> goBack(JobMove move, const std::string& jobId, const Change& change);
    static tl::unexpected<Error> wrongState(const Job& job, JobState wanted);
    void noteImport(const std::string& jobId);
    void recordStep(const Job& job, JobState state, const std::string& note);
    void forgetResult(const Job& job);

    Database& m_database;
    AuditLog& m_audit;
    const Clock& m_clock;
};

}  // namespace countersign
