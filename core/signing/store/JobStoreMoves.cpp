#include "core/base/encoding/Hex.h"
#include "core/signing/ceremony/SignatureCheck.h"
#include "core/signing/job/JobNotes.h"
#include "core/signing/store/JobRows.h"
#include "core/signing/store/JobStore.h"
#include "core/vault/database/Rows.h"
#include "core/vault/database/StatementCache.h"

// Why: how a job's state changes, and what is recorded with it, apart from what is written of a job besides.

namespace countersign {

namespace {

Sealing sealingOf(JobState to)
{
    switch (to) {
        // The share is opened under an entry of its own, whose seal covers these two, and every other way
        // from here is a move too. A crash in between leaves them to the next entry.
        case JobState::Approved:
        case JobState::Signing:
            return Sealing::WithTheNext;
        case JobState::Rejected:
        case JobState::Withdrawn:
            return Sealing::Ordinary;
        // Time passes, too, whether or not that can be sealed.
        default:
            return Sealing::OfWhatHappened;
    }
}

Json moveDetail(const Job& job, const auto& change)
{
    Json detail = {{"wallet", job.walletId}, {"kind", toText(job.kind)}};
    if (change.approvedDigest) {
        // Whose money it is: sums of a policy must not ask a row for that later.
        detail["address"] = job.address;
        detail["digest"] = toHexPrefixed(*change.approvedDigest);
    }
    if (change.approvalBasis) {
        const auto basis = parseJson(*change.approvalBasis);
        detail["basis"] = basis ? *basis : Json();
    }
    if (change.engine) {
        detail["engine"] = toText(*change.engine);
    }
    if (change.hash && !change.hash->empty()) {
        detail["hash"] = *change.hash;
    }
    if (change.operatorReason) {
        detail["reason"] = *change.operatorReason;
    }
    if (change.isRecovery) {
        detail["recovered"] = true;
    }
    if (change.error) {
        detail["error"] = change.error->detail.toStdString();
    }
    return detail;
}

}  // namespace

Result<Job> JobStore::move(const std::string& jobId, JobStates from, JobState to, const Change& change)
{
    return m_audit.commit(
        [&](AuditTransaction& record) { return moveWithin(record, jobId, from, to, change); }, sealingOf(to));
}

Result<Job> JobStore::moveWithin(AuditTransaction& record, const std::string& jobId, JobStates from,
                                 JobState to, const Change& change)
{
    ASSIGN_OR_RETURN(const auto job, load(jobId));
    if (!from.contains(job.state)) {
        return wrongState(job, to);
    }
    if (change.isApproval) {
        forgetResult(job);
    }
    const std::string kind = "job." + std::string(toText(to));
    RETURN_IF_ERROR(record.add(kind, jobId, dumpJson(moveDetail(job, change))));
    auto update = m_database.statement(
        "UPDATE job SET state = ?1, state_at = ?2, error = ?3, error_detail = ?4, "
        "engine = coalesce(?5, engine), approved_digest = coalesce(?6, approved_digest), "
        "approved_at = CASE WHEN ?6 IS NULL THEN approved_at ELSE ?2 END, "
        "approved_from = CASE WHEN ?6 IS NULL THEN approved_from ELSE state END, "
        "approval_mac = coalesce(?8, approval_mac), "
        "attempts = attempts + ?7, room_id = CASE WHEN ?7 = 1 THEN '' ELSE room_id END, "
        "signature = coalesce(?9, signature), signed_transaction = coalesce(?10, signed_transaction), "
        "hash = coalesce(?11, hash), operator_reason = coalesce(?12, operator_reason), "
        "approval_basis = coalesce(?14, approval_basis) WHERE id = ?13");
    update->bind(1, std::string(toText(to)));
    update->bind(2, change.at.value_or(m_clock.now()));
    update->bind(3, change.error ? change.error->sentence.toStdString() : std::string());
    update->bind(4, change.error ? change.error->detail.toStdString() : std::string());
    if (change.engine) {
        update->bind(5, std::string(toText(*change.engine)));
    }
    const auto bindBlob = [&](int column, const std::optional<Bytes>& bytes) {
        if (bytes) {
            bindBytes(*update, column, *bytes);
        }
    };
    bindBlob(6, change.approvedDigest);
    update->bind(7, change.beginsCeremony ? 1 : 0);
    bindBlob(8, change.approvalMac);
    bindBlob(9, change.signature);
    bindBlob(10, change.signedTransaction);
    bindOptional(*update, 11, change.hash);
    bindOptional(*update, 12, change.operatorReason);
    update->bind(13, job.id);
    bindOptional(*update, 14, change.approvalBasis);
    update->exec();
    const std::string note = change.note.empty() && change.error
                                 ? storedSentence(change.error->sentence.toStdString())
                                 : change.note;
    recordStep(job, to, note);
    return load(jobId);
}

/// An earlier ceremony's result must not be taken for the coming one's; it stays in the time line.
void JobStore::forgetResult(const Job& job)
{
    if (job.signature.empty() && job.hash.empty()) {
        return;
    }
    const std::string signature = toHexPrefixed(job.signature);
    recordStep(job, job.state,
               job.hash.empty() ? stored(JobNote::EarlierSignature, {signature})
                                : stored(JobNote::EarlierSignatureAndHash, {signature, job.hash}));
    auto update = m_database.statement(
        "UPDATE job SET signature = NULL, signed_transaction = NULL, hash = '' WHERE id = ?");
    update->bind(1, job.id);
    update->exec();
}

Result<Job> JobStore::make(JobMove move, const std::string& jobId, const Change& change)
{
    return this->move(jobId, statesBefore(move), stateAfter(move).value(), change);
}

Result<Job> JobStore::goBack(JobMove move, const std::string& jobId, const Change& change)
{
    const auto goBackWithin = [&](AuditTransaction& record) -> Result<Job> {
        const auto job = load(jobId);
        return job ? moveWithin(record, jobId, statesBefore(move), stateBackTo(move, job->approvedFrom),
                                change)
                   : job;
    };
    return m_audit.commit(goBackWithin, Sealing::OfWhatHappened);
}

Result<Job> JobStore::approve(const std::string& jobId, bool again,
                              const std::function<Result<NewApproval>(const Job&)>& decide)
{
    const auto approveWithin = [&](AuditTransaction& record) -> Result<Job> {
        ASSIGN_OR_RETURN(const auto job, load(jobId));
        ASSIGN_OR_RETURN(auto approval, decide(job));
        Change change;
        change.isApproval = true;
        change.engine = approval.engine;
        change.approvedDigest = std::move(approval.digest);
        change.approvalMac = std::move(approval.code);
        change.approvalBasis = std::move(approval.basis);
        change.note = std::move(approval.note);
        change.at = approval.at;
        return moveWithin(record, jobId, statesBefore(again ? JobMove::ApproveAgain : JobMove::Approve),
                          JobState::Approved, change);
    };
    return m_audit.commit(approveWithin, sealingOf(JobState::Approved));
}

Result<Job> JobStore::disapprove(const std::string& jobId, const std::string& note)
{
    return goBack(JobMove::Disapprove, jobId, {.note = note});
}

Result<Job> JobStore::beginSigning(const std::string& jobId, EngineKind engine,
                                   const std::function<Status(const Job&)>& mayBegin)
{
    const auto beginWithin = [&](AuditTransaction& record) -> Result<Job> {
        ASSIGN_OR_RETURN(const auto job, load(jobId));
        RETURN_IF_ERROR(mayBegin ? mayBegin(job) : Status());
        return moveWithin(record, jobId, statesBefore(JobMove::BeginSigning), JobState::Signing,
                          {.engine = engine, .beginsCeremony = true});
    };
    return m_audit.commit(beginWithin, sealingOf(JobState::Signing));
}

Result<Job> JobStore::recordSignature(const std::string& jobId, const VerifiedSignature& signature)
{
    return make(JobMove::RecordSignature, jobId,
                {.signature = signature.signature,
                 .signedTransaction = signature.signedTransaction,
                 .hash = signature.hash});
}

Result<Job> JobStore::leaveCeremony(const std::string& jobId, JobState approvedFrom, const Error& error)
{
    return move(jobId, statesBefore(JobMove::LeaveCeremony),
                stateBackTo(JobMove::LeaveCeremony, approvedFrom), {.error = error});
}

Result<Job> JobStore::abandonCeremony(const std::string& jobId, const std::string& note)
{
    return goBack(JobMove::AbandonCeremony, jobId, {.note = note, .isRecovery = true});
}

Result<Job> JobStore::failApproved(const std::string& jobId, const Error& error)
{
    return make(JobMove::FailApproved, jobId, {.error = error});
}

Result<Job> JobStore::failCeremony(const std::string& jobId, const Error& error)
{
    return make(JobMove::FailCeremony, jobId, {.error = error});
}

Result<Job> JobStore::interrupt(const std::string& jobId, const Error& error)
{
    return make(JobMove::Interrupt, jobId, {.error = error});
}

Result<Job> JobStore::markBroadcast(const std::string& jobId, const std::string& hash)
{
    return make(JobMove::MarkBroadcast, jobId, {.hash = hash});
}

Result<Job> JobStore::confirm(const std::string& jobId, const std::string& hash, const std::string& note)
{
    return make(JobMove::Confirm, jobId, {.note = note, .hash = hash});
}

Result<Job> JobStore::failBroadcast(const std::string& jobId, const Error& error)
{
    return make(JobMove::FailBroadcast, jobId, {.error = error});
}

Result<Job> JobStore::reject(const std::string& jobId, const std::string& reason)
{
    return make(JobMove::Reject, jobId, {.note = storedSentence(reason), .operatorReason = reason});
}

Result<Job> JobStore::rejectWithin(AuditTransaction& record, const std::string& jobId,
                                   const std::string& reason)
{
    return moveWithin(record, jobId, statesBefore(JobMove::Reject), JobState::Rejected,
                      {.note = storedSentence(reason), .operatorReason = reason});
}

Result<Job> JobStore::expire(const std::string& jobId)
{
    return make(JobMove::Expire, jobId, {});
}

Result<Job> JobStore::withdrawWithin(AuditTransaction& record, const std::string& jobId,
                                     const std::string& note)
{
    const auto job = load(jobId);
    if (job && !mayBeWithdrawn(*job)) {
        return wrongState(*job, JobState::Withdrawn);
    }
    return moveWithin(record, jobId, statesBefore(JobMove::Withdraw), JobState::Withdrawn, {.note = note});
}

}  // namespace countersign
