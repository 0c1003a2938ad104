#include "core/signing/statement/JobStatements.h"

#include "core/base/encoding/Hex.h"
#include "core/base/text/SanitizedText.h"
#include "core/signing/approval/SigningFreeze.h"
#include "core/signing/job/JobExplanation.h"
#include "core/signing/statement/JobRecord.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

/// What this desk would sign, and what it says that it means.
struct JobStatements::Seen
{
    Sha256Digest digest{};
    std::string explanation;  ///< hash; empty as long as something is open
};

namespace {

struct JobStatementsText
{
    Q_DECLARE_TR_FUNCTIONS(JobStatementsText)
};

constexpr qsizetype shownReasonCharacters = 1'000;

/// Until when somebody may take an approval back: as long as no room was opened.
constexpr JobStates beforeTheCeremony = {JobState::Pending, JobState::Approved, JobState::Failed,
                                         JobState::Interrupted};

tl::unexpected<Error> tooLate(const Job& job)
{
    return failure(ErrorCode::Denied,
                   JobStatementsText::tr("The job is %1, so nothing can be said about it any more.")
                       .arg(stateName(job.state)),
                   QString::fromStdString(job.jobId));
}

tl::unexpected<Error> leftOpen(const std::vector<std::string>& open)
{
    QStringList names;
    for (const std::string& name : open) {
        names << QString::fromStdString(name);
    }
    return failure(
        ErrorCode::InvalidInput,
        JobStatementsText::tr("The job is not complete (%1 is open), so there is nothing yet that operators "
                              "could approve. It is completed from the configured node; check the setting "
                              "rpc.…, then try again.")
            .arg(names.join(QStringLiteral(", "))));
}

Error notWhatWasShown()
{
    return {
        ErrorCode::InvalidInput,
        JobStatementsText::tr("The job is not what was shown any more, so nothing was said about it. Look "
                              "at it again."),
        {}};
}

Status checkState(const Job& job, ApprovalDecision decision, UnixMillis now)
{
    const bool fits = decision == ApprovalDecision::Withdraw ? beforeTheCeremony.contains(job.state)
                                                             : allows(job.state, JobMove::Reject);
    if (!fits) {
        return tooLate(job);
    }
    if (decision == ApprovalDecision::Approve && job.expiresAt <= now) {
        return failure(ErrorCode::Denied, JobStatementsText::tr("The job has expired."),
                       QString::fromStdString(job.jobId));
    }
    return {};
}

/// The last that the operator said, but for a rejection; and whether there was one.
struct SaidBefore
{
    std::optional<ApprovalStatement> last;
    bool hasRejected = false;
};

SaidBefore saidBefore(const ApprovalStore::OfJob& stored, const ed25519::PublicKey& key)
{
    SaidBefore said;
    for (const StoredApproval& one : stored.approvals) {
        const ApprovalStatement& statement = one.approval.statement;
        if (statement.operatorKey != key) {
            continue;
        }
        if (statement.decision == ApprovalDecision::Reject) {
            said.hasRejected = true;
        } else if (!said.last || std::pair(statement.at, statement.decision) >=
                                     std::pair(said.last->at, said.last->decision)) {
            said.last = statement;
        }
    }
    return said;
}

Json detailOf(const SignedApproval& approval)
{
    const ApprovalStatement& statement = approval.statement;
    return {{"decision", toText(statement.decision)},
            {"operator", toHex(statement.operatorKey)},
            {"digest", toHexPrefixed(statement.digest)},
            {"explanation", statement.explanation},
            {"policy", statement.policy},
            {"at", toIso8601(statement.at)},
            {"statement", toHex(approval.envelope.digest)}};
}

/// What the job's row keeps of a rejection.
std::string rejectionOf(const std::string& name, const ApprovalStatement& statement)
{
    const QString who = QString::fromStdString(name);
    const QString why = sanitizedText(statement.reason, shownReasonCharacters);
    const QString text = why.isEmpty()
                             ? JobStatementsText::tr("Rejected by the operator %1.").arg(who)
                             : JobStatementsText::tr("Rejected by the operator %1: %2").arg(who, why);
    return text.toStdString();
}

}  // namespace

JobStatements::JobStatements(Database& database, const Vault& vault, AuditLog& audit, JobStore& jobs,
                             const Clock& clock)
    : m_database(database),
      m_vault(vault),
      m_audit(audit),
      m_jobs(jobs),
      m_clock(clock),
      m_identity(database, vault, audit, clock),
      m_register(database, vault, audit, clock),
      m_statements(database)
{}

Result<SignedApproval> JobStatements::say(const std::string& jobId, ApprovalDecision decision,
                                          const std::string& reason, const CountTerms& terms,
                                          BytesView digest)
{
    const auto sayWithin = [&](AuditTransaction& record) -> Result<SignedApproval> {
        ASSIGN_OR_RETURN(const Job job, m_jobs.load(jobId));
        ASSIGN_OR_RETURN(const auto own, m_identity.read());
        if (decision == ApprovalDecision::Reject) {
            ASSIGN_OR_RETURN(auto before, rejectionBy(own.publicKey, jobId));
            if (before) {
                return *std::move(before);
            }
        }
        RETURN_IF_ERROR(checkState(job, decision, m_clock.now()));
        if (decision == ApprovalDecision::Approve) {
            RETURN_IF_ERROR(refuseWhileFrozen(m_database, m_vault, ErrorCode::Denied));
        }
        ASSIGN_OR_RETURN(const auto registered, m_register.everybody());
        ASSIGN_OR_RETURN(ApprovalStatement statement, draft(job, own, decision, terms));
        if (!digest.empty() && !std::ranges::equal(digest, statement.digest)) {
            return failure(notWhatWasShown());
        }
        statement.reason = reason;
        ASSIGN_OR_RETURN(const auto seed, m_identity.seed());
        ASSIGN_OR_RETURN(const auto approval, signApproval(statement, seed));
        RETURN_IF_ERROR(record.add("statement.signed", jobId, dumpJson(detailOf(approval))));
        ASSIGN_OR_RETURN(const auto added,
                         m_statements.add(approval, ApprovalSource::Own, m_clock.now(), registered));
        if (added == ApprovalStore::Added::NoRoomLeft) {
            return failure(ErrorCode::Denied,
                           JobStatementsText::tr("There is no room for more statements about this job."));
        }
        if (decision == ApprovalDecision::Reject) {
            const std::string text = reason.empty() ? rejectionOf(own.name, statement) : reason;
            RETURN_IF_ERROR(m_jobs.rejectWithin(record, jobId, text));
        }
        return approval;
    };
    return m_audit.commit(sayWithin, Sealing::BeforeUse);
}

std::optional<std::size_t> standingApproval(const ApprovalCount& count, const ed25519::PublicKey& key)
{
    std::optional<std::size_t> last;
    for (std::size_t at = 0; at < count.statements.size(); ++at) {
        const ApprovalStatement& one = count.statements[at].statement;
        if (one.operatorKey != key || one.decision == ApprovalDecision::Reject) {
            continue;
        }
        const ApprovalStatement* const before = last ? &count.statements[*last].statement : nullptr;
        if (before == nullptr || std::pair(one.at, one.decision) >= std::pair(before->at, before->decision)) {
            last = at;
        }
    }
    if (!last || count.statements[*last].statement.decision != ApprovalDecision::Approve) {
        return std::nullopt;
    }
    const auto why = count.statements[*last].why;
    const bool isOfThis = !why || why == ApprovalDoubt::Initiators || why == ApprovalDoubt::NotAsked;
    return isOfThis ? last : std::nullopt;
}

Result<SignedApproval> JobStatements::approveOnce(const std::string& jobId, const CountTerms& terms,
                                                  BytesView digest)
{
    ASSIGN_OR_RETURN(const auto own, m_identity.read());
    ASSIGN_OR_RETURN(const Job job, m_jobs.load(jobId));
    ASSIGN_OR_RETURN(const auto counted, count(job, terms));
    const auto standing = standingApproval(counted.count, own.publicKey);
    if (!standing) {
        return say(jobId, ApprovalDecision::Approve, {}, terms, digest);
    }
    if (!digest.empty() &&
        !std::ranges::equal(digest, counted.count.statements[*standing].statement.digest)) {
        return failure(notWhatWasShown());
    }
    ASSIGN_OR_RETURN(const auto stored, m_statements.ofJob(jobId));
    for (const StoredApproval& one : stored.approvals) {
        if (one.approval.envelope.digest == counted.digests[*standing]) {
            return one.approval;
        }
    }
    return failure(ErrorCode::Busy, JobStatementsText::tr("The statements about this job changed at this "
                                                          "moment. Try again."));
}

Result<JobStatements::Taken> JobStatements::take(const SignedApproval& approval, ApprovalSource source)
{
    return m_audit.commit([&](AuditTransaction& record) { return takeWithin(record, approval, source); });
}

Result<JobStatements::Taken> JobStatements::takeWithin(AuditTransaction& record,
                                                       const SignedApproval& approval, ApprovalSource source)
{
    const ApprovalStatement& statement = approval.statement;
    Taken taken;
    ASSIGN_OR_RETURN(taken.job, m_jobs.load(statement.jobId));
    ASSIGN_OR_RETURN(const auto registered, m_register.everybody());
    const auto who = std::ranges::find(registered, statement.operatorKey, &Operator::publicKey);
    taken.isRegistered = who != registered.end();
    ASSIGN_OR_RETURN(taken.added, m_statements.add(approval, source, m_clock.now(), registered));
    // Also one that was kept before its operator was registered.
    const bool ends = taken.isRegistered && statement.decision == ApprovalDecision::Reject &&
                      allows(taken.job.state, JobMove::Reject);
    // Also one that somebody else put into the file before: it counts from now on, and is missed when it
    // goes.
    const bool isPlanted =
        taken.added == ApprovalStore::Added::Known && !isRecorded(statement.jobId, approval.envelope.digest);
    if (taken.added == ApprovalStore::Added::New || ends || isPlanted) {
        Json detail = detailOf(approval);
        detail["source"] = toText(source);
        // Which wallet it is about, for sums of what its operator's desk may sign (ApprovalTrail): rows may be
        // changed later.
        detail["wallet"] = taken.job.walletId;
        detail["address"] = taken.job.address;
        RETURN_IF_ERROR(record.add("statement.received", statement.jobId, dumpJson(detail)));
    }
    if (ends) {
        ASSIGN_OR_RETURN(taken.job,
                         m_jobs.rejectWithin(record, statement.jobId, rejectionOf(who->name, statement)));
    }
    return taken;
}

/// Where the record cannot be read nothing counts anyway: then it is not written to for each repetition.
bool JobStatements::isRecorded(const std::string& jobId, const Sha256Digest& digest) const
{
    const auto recorded = JobRecord::read(m_database, m_vault, jobId);
    return !recorded || recorded->has(digest);
}

Result<JobStatements::Counted> JobStatements::count(const Job& job, const CountTerms& terms) const
{
    // Each of these finds the end of the record by itself, and so before the snapshot.
    ASSIGN_OR_RETURN(const auto registered, m_register.everybody());
    ASSIGN_OR_RETURN(const auto own, m_identity.find());
    return inSnapshot(m_database, [&]() -> Result<Counted> {
        ASSIGN_OR_RETURN(const auto recorded, JobRecord::read(m_database, m_vault, job.jobId));
        ASSIGN_OR_RETURN(const auto stored, m_statements.ofJob(job.jobId));
        RETURN_IF_ERROR(recorded.tellsArrival() ? recorded.checkRow(job, m_jobs) : Status());
        RETURN_IF_ERROR(recorded.checkStatements(stored.approvals, registered, m_clock.now()));
        ASSIGN_OR_RETURN(ApprovalQuestion question, questionAbout(job, terms));
        ASSIGN_OR_RETURN(question.initiator, initiatorOf(job, own));
        question.operators = registered;
        Counted counted;
        counted.damaged = stored.damaged;
        counted.isVouchedFor = recorded.tellsArrival();
        std::vector<ApprovalStatement> statements;
        for (const StoredApproval& one : stored.approvals) {
            const ApprovalStatement& statement = one.approval.statement;
            // Genuine, and not taken in here. What says no counts all the same.
            if (statement.decision == ApprovalDecision::Approve &&
                !recorded.has(one.approval.envelope.digest)) {
                ++counted.damaged;
                continue;
            }
            statements.push_back(statement);
            counted.digests.push_back(one.approval.envelope.digest);
        }
        counted.count = countApprovals(question, statements);
        return counted;
    });
}

/// Without the operators and who of them asked for it.
Result<ApprovalQuestion> JobStatements::questionAbout(const Job& job, const CountTerms& terms) const
{
    ApprovalQuestion question;
    ASSIGN_OR_RETURN(const Seen what, seen(job));
    ASSIGN_OR_RETURN(const bool imported, m_jobs.isImported(job.jobId));
    question.jobId = job.jobId;
    question.digest = what.digest;
    question.explanation = what.explanation;
    question.policy = terms.policy;
    question.createdAt = imported && job.origin != JobOrigin::Relay ? 0 : job.createdAt;
    question.now = m_clock.now();
    question.expiryHours = terms.expiryHours;
    question.need = terms.need;
    question.from = terms.from;
    return question;
}

Result<JobStatements::Seen> JobStatements::seen(const Job& job) const
{
    ASSIGN_OR_RETURN(const auto verified, VerifiedJob::of(job));
    ASSIGN_OR_RETURN(const auto explained, explainJob(verified, {.descriptors = m_descriptors}));
    // From the document and what was filled in, not from the row's own digest.
    Seen what;
    const auto& payload = verified.payload();
    if (!explained.open.empty() || !payload || payload->digest.size() != what.digest.size()) {
        return what;
    }
    std::ranges::copy(payload->digest, what.digest.begin());
    what.explanation = explained.hash;
    return what;
}

Result<std::optional<SignedApproval>> JobStatements::rejectionBy(const ed25519::PublicKey& key,
                                                                 const std::string& jobId) const
{
    ASSIGN_OR_RETURN(const auto stored, m_statements.ofJob(jobId));
    for (const StoredApproval& one : stored.approvals) {
        if (one.approval.statement.operatorKey == key &&
            one.approval.statement.decision == ApprovalDecision::Reject) {
            return std::optional(one.approval);
        }
    }
    return std::optional<SignedApproval>();
}

Result<ApprovalStatement> JobStatements::draft(const Job& job, const OwnOperator& own,
                                               ApprovalDecision decision, const CountTerms& terms) const
{
    ASSIGN_OR_RETURN(const auto stored, m_statements.ofJob(job.jobId));
    const SaidBefore said = saidBefore(stored, own.publicKey);
    // By a clock that was set back, too, it is later than what it replaces.
    const UnixMillis now = said.last ? std::max(m_clock.now(), said.last->at + 1) : m_clock.now();
    if (decision == ApprovalDecision::Withdraw) {
        if (said.hasRejected) {
            return failure(ErrorCode::Denied, JobStatementsText::tr("A rejection cannot be taken back."));
        }
        if (!said.last || said.last->decision != ApprovalDecision::Approve) {
            return failure(
                ErrorCode::NotFound,
                JobStatementsText::tr("There is no statement of this desk's operator to take back."));
        }
        ApprovalStatement taken = *said.last;
        taken.decision = decision;
        taken.at = now;
        return taken;
    }
    ASSIGN_OR_RETURN(const Seen what, seen(job));
    if (what.explanation.empty()) {
        ASSIGN_OR_RETURN(const auto verified, VerifiedJob::of(job));
        return leftOpen(openFieldsOf(verified.content()));
    }
    return ApprovalStatement{.jobId = job.jobId,
                             .digest = what.digest,
                             .explanation = what.explanation,
                             .policy = terms.policy,
                             .decision = decision,
                             .operatorKey = own.publicKey,
                             .at = now,
                             .reason = {}};
}

Result<std::optional<ed25519::PublicKey>> JobStatements::initiatorOf(
    const Job& job, const std::optional<OwnOperator>& own) const
{
    if (job.origin == JobOrigin::Relay) {
        ASSIGN_OR_RETURN(const Bytes key, m_jobs.submitterKey(job.jobId));
        ed25519::PublicKey submitter{};
        if (key.size() != submitter.size()) {
            return std::optional<ed25519::PublicKey>();
        }
        std::ranges::copy(key, submitter.begin());
        return std::optional(submitter);
    }
    ASSIGN_OR_RETURN(const bool imported, m_jobs.isImported(job.jobId));
    return imported || !own ? std::nullopt : std::optional(own->publicKey);
}

}  // namespace countersign
