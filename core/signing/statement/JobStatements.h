#pragma once

#include "core/meaning/descriptors/Descriptors.h"
#include "core/policy/approvals/ApprovalCount.h"
#include "core/policy/approvals/ApprovalStore.h"
#include "core/policy/approvals/CountTerms.h"
#include "core/policy/operators/OperatorRegister.h"
#include "core/signing/store/JobStore.h"

#include <optional>
#include <string>
#include <vector>

namespace countersign {

/// What operators say about this desk's jobs: says it for this desk's operator, takes in what others said,
/// and counts (countApprovals) with what this desk knows of the job. All of it is read anew each time and
/// nothing is held, so that a count is as true as the rows are when it is made, also within a transaction.
class JobStatements
{
public:
    /// All must outlive it.
    JobStatements(Database& database, const Vault& vault, AuditLog& audit, JobStore& jobs,
                  const Clock& clock);

    /// The descriptors that operators are shown the job with, because a statement carries the explanation's
    /// hash. They must outlive this; null: none.
    void describeWith(const meaning::Descriptors* descriptors) { m_descriptors = descriptors; }

    /// Signs, records ("statement.signed") and keeps a statement of this desk's operator about what is stored
    /// now; a rejection also ends the job here, and once more gives the same one, so that it can be handed
    /// over again. Own transaction. Denied in a state in which it would change nothing (a decision was made,
    /// or the ceremony has begun), for approvals while signing is frozen, and for the withdrawal of a
    /// rejection; InvalidInput while something is open; NotFound where there is no such job, no operator, or
    /// nothing to be withdrawn; Corrupt as VerifiedJob::of.
    /// digest: what whoever says it was shown; InvalidInput where the job has become another one. Empty:
    /// whatever is there.
    Result<SignedApproval> say(const std::string& jobId, ApprovalDecision decision, const std::string& reason,
                               const CountTerms& terms, BytesView digest = {});

    /// This desk's operator's approval that stands (standingApproval), or a new one: say().
    Result<SignedApproval> approveOnce(const std::string& jobId, const CountTerms& terms, BytesView digest);

    /// What became of somebody else's statement.
    struct Taken
    {
        ApprovalStore::Added added = ApprovalStore::Added::Known;
        bool isRegistered = false;  ///< its operator's statements count here
        Job job;                    ///< as it is now: a rejection has ended it
    };
    /// Keeps and records it ("statement.received"). NotFound where the job is not here; the errors of
    /// OperatorRegister::everybody.
    Result<Taken> take(const SignedApproval& approval, ApprovalSource source);
    Result<Taken> takeWithin(AuditTransaction& record, const SignedApproval& approval, ApprovalSource source);

    struct Counted
    {
        ApprovalCount count;
        std::vector<Sha256Digest> digests;  ///< of count.statements, in the same order
        /// Rows that somebody else wrote: ApprovalStore::OfJob, and statements that the record does not have.
        std::size_t damaged = 0;
        /// The record says where the job came from. Of one that an earlier version took in it does not: who
        /// asked for it and when is then what the profile's file says.
        bool isVouchedFor = false;
    };
    /// With the rows held against the record (JobRecord, whose errors these are, too). Errors of
    /// OperatorRegister::everybody and VerifiedJob::of. As long as something of the job is open nothing
    /// counts. Inside a caller's transaction only under the write lock.
    Result<Counted> count(const Job& job, const CountTerms& terms) const;

    /// Who asks for the job, whose own approval does not count: the submitter who signed it, or whoever sits
    /// here (own) where it was made here. Nobody known where it was brought as a file.
    Result<std::optional<ed25519::PublicKey>> initiatorOf(const Job& job,
                                                          const std::optional<OwnOperator>& own) const;

private:
    struct Seen;
    bool isRecorded(const std::string& jobId, const Sha256Digest& digest) const;
    Result<Seen> seen(const Job& job) const;
    Result<std::optional<SignedApproval>> rejectionBy(const ed25519::PublicKey& key,
                                                      const std::string& jobId) const;
    Result<ApprovalStatement> draft(const Job& job, const OwnOperator& own, ApprovalDecision decision,
                                    const CountTerms& terms) const;
    Result<ApprovalQuestion> questionAbout(const Job& job, const CountTerms& terms) const;

    Database& m_database;
    const Vault& m_vault;
    AuditLog& m_audit;
    JobStore& m_jobs;
    const Clock& m_clock;
    OperatorIdentity m_identity;
    OperatorRegister m_register;
    ApprovalStore m_statements;
    const meaning::Descriptors* m_descriptors = nullptr;
};

/// The place of the operator's approval of what this desk shows, which they have neither replaced nor taken
/// back, whether or not it counts as an operator's (who asked for the job may have given it).
std::optional<std::size_t> standingApproval(const ApprovalCount& count, const ed25519::PublicKey& key);

}  // namespace countersign
