#include "core/signing/statement/JobRecord.h"

#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/policy/approvals/ApprovalCount.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace countersign {

namespace {

struct JobRecordText
{
    Q_DECLARE_TR_FUNCTIONS(JobRecordText)
};

/// Said and recorded about one job; more is nobody's way of deciding.
constexpr std::size_t maxSaid = 10'000;

constexpr std::array saidDecisions = {ApprovalDecision::Approve, ApprovalDecision::Reject,
                                      ApprovalDecision::Withdraw};

tl::unexpected<Error> contradiction(const QString& sentence, const std::string& jobId)
{
    return failure(ErrorCode::BadSignature, sentence, QString::fromStdString(jobId));
}

/// Where the record has the job's arrival; by the index audit_job_arrival, which the kind as it stands in the
/// statement chooses. What is found is believed when the excerpt from there on has it.
Result<std::int64_t> arrivalOf(Database& database, const std::string& jobId)
{
    return attempt([&]() -> Result<std::int64_t> {
        auto query = database.statement(
            "SELECT seq FROM audit WHERE kind = 'job.received' AND subject = ? ORDER BY seq LIMIT 1");
        query->bind(1, jobId);
        return query->executeStep() ? query->getColumn(0).getInt64() : std::int64_t{0};
    });
}

template <std::size_t size>
bool readHex(const Json& json, const char* member, std::array<std::uint8_t, size>& bytes)
{
    const auto text = requiredString(json, member);
    const auto read = text ? fromHex(*text) : Result<Bytes>(failure(text.error()));
    if (!read || read->size() != size) {
        return false;
    }
    std::ranges::copy(*read, bytes.begin());
    return true;
}

/// Empty where it is absent; nothing where it is something else.
std::optional<Bytes> keyIn(const Json& json)
{
    if (!json.contains("submitterKey")) {
        return Bytes();
    }
    ed25519::PublicKey key{};
    return readHex(json, "submitterKey", key) ? std::optional(toBytes(key)) : std::nullopt;
}

std::optional<UnixMillis> timeIn(const Json& json, const char* member)
{
    const auto text = requiredString(json, member);
    return text ? fromIso8601(*text) : std::nullopt;
}

bool isLater(const ApprovalStatement& statement, const JobRecord::Said& than)
{
    return std::pair(statement.at, statement.decision) > std::pair(than.at, than.decision);
}

}  // namespace

Result<JobRecord> JobRecord::read(Database& database, const Vault& vault, const std::string& jobId)
{
    ASSIGN_OR_RETURN(const auto excerpt, AuditExcerpt::open(database, vault));
    return read(database, excerpt, jobId);
}

Result<JobRecord> JobRecord::read(Database& database, const AuditExcerpt& excerpt, const std::string& jobId)
{
    ASSIGN_OR_RETURN(const auto arrival, arrivalOf(database, jobId));
    JobRecord record(jobId);
    bool isReadable = true;
    if (arrival != 0) {
        RETURN_IF_ERROR(excerpt.read(arrival, [&](const AuditFields& entry) {
            isReadable = isReadable && (entry.subject != jobId || record.take(entry));
        }));
    }
    if (record.m_arrivals != 1) {
        return contradiction(
            JobRecordText::tr("The record does not say once that this job came in, so its row was put into "
                              "the profile's database, or taken out of it before, by somebody else. Nothing "
                              "is counted and nothing is signed. Ask the submitter for a new job."),
            jobId);
    }
    if (!isReadable) {
        return failure(ErrorCode::Corrupt,
                       JobRecordText::tr("What the record says about this job cannot be read; a newer "
                                         "version may have written it. Use that version."),
                       QString::fromStdString(jobId));
    }
    return record;
}

bool JobRecord::take(const AuditFields& entry)
{
    if (entry.kind == "job.received") {
        ++m_arrivals;
        return takeArrival(entry.detail);
    }
    if (entry.kind == "job.adopted") {
        return takeAdoption(entry.detail);
    }
    const bool isStatement = entry.kind == "statement.signed" || entry.kind == "statement.received";
    return !isStatement || takeStatement(entry.detail);
}

bool JobRecord::takeArrival(std::string_view detail)
{
    const auto json = parseJson(detail);
    if (!json || !json->is_object()) {
        return false;
    }
    if (!json->contains("createdAt")) {
        return true;  // of an earlier version
    }
    const auto origin = requiredString(*json, "origin");
    const auto known = origin ? jobOriginFrom(*origin) : std::nullopt;
    const auto createdAt = timeIn(*json, "createdAt");
    const auto key = keyIn(*json);
    if (!known || !createdAt || !key) {
        return false;
    }
    // Not verified yet: it may be anything.
    const auto submitter = optionalString(*json, "submitter");
    const bool imported = json->contains("imported") && json->at("imported") == Json(true);
    if (!submitter) {
        return false;
    }
    m_arrival = Arrival{*known, submitter->value_or(std::string()), *key, *createdAt, imported};
    return true;
}

/// The relay brought it, too: from then on it is the submitter's.
bool JobRecord::takeAdoption(std::string_view detail)
{
    const auto json = parseJson(detail);
    const auto submitter = json ? requiredString(*json, "submitter") : failure(json.error());
    const auto key = json ? keyIn(*json) : std::nullopt;
    if (!submitter || !key) {
        return false;
    }
    if (key->empty() || !m_arrival) {
        m_arrival.reset();  // of an earlier version
        return true;
    }
    m_arrival->origin = JobOrigin::Relay;
    m_arrival->submitter = *submitter;
    m_arrival->submitterKey = *key;
    return true;
}

bool JobRecord::takeStatement(std::string_view detail)
{
    const auto json = parseJson(detail);
    const auto decision = json ? requiredString(*json, "decision") : failure(json.error());
    const auto known = std::ranges::find_if(
        saidDecisions, [&](ApprovalDecision one) { return decision && toText(one) == *decision; });
    const auto at = json ? timeIn(*json, "at") : std::nullopt;
    Said said;
    if (known == saidDecisions.end() || !at || !readHex(*json, "operator", said.operatorKey) ||
        !readHex(*json, "statement", said.digest) || m_said.size() == maxSaid) {
        return false;
    }
    said.decision = *known;
    said.at = *at;
    m_said.push_back(said);
    return true;
}

bool JobRecord::has(const Sha256Digest& statement) const
{
    return std::ranges::find(m_said, statement, &Said::digest) != m_said.end();
}

Status JobRecord::checkRow(const Job& job, const JobStore& store) const
{
    ASSIGN_OR_RETURN(const auto key, store.submitterKey(job.jobId));
    ASSIGN_OR_RETURN(const bool imported, store.isImported(job.jobId));
    const Arrival row{job.origin, job.submitter, key, job.createdAt, imported};
    if (m_arrival != row) {
        return contradiction(
            JobRecordText::tr("The record says otherwise than the profile's database about where this job "
                              "came from or when: somebody changed the database. Nothing is counted and "
                              "nothing is signed. Reject the job, and ask its submitter for a new one once "
                              "you know who did that."),
            m_jobId);
    }
    return {};
}

bool JobRecord::isReplaced(const Said& missing, const std::vector<StoredApproval>& present,
                           UnixMillis now) const
{
    return std::ranges::any_of(present, [&](const StoredApproval& one) {
        const ApprovalStatement& statement = one.approval.statement;
        // What was not taken in here does not count, so it replaces nothing either.
        if (statement.operatorKey != missing.operatorKey || !has(one.approval.envelope.digest)) {
            return false;
        }
        // Of one operator one rejection is kept, and nothing takes it back.
        if (missing.decision == ApprovalDecision::Reject || statement.decision == ApprovalDecision::Reject) {
            return missing.decision == statement.decision;
        }
        // An approval of a time to come replaces nothing as long as it does not count (countApprovals).
        const bool isInTurn =
            statement.decision == ApprovalDecision::Withdraw || statement.at <= now + approvalClockSkew;
        return isInTurn && isLater(statement, missing);
    });
}

Status JobRecord::checkStatements(const std::vector<StoredApproval>& present,
                                  std::span<const Operator> registered, UnixMillis now) const
{
    for (const Said& said : m_said) {
        const auto who = std::ranges::find(registered, said.operatorKey, &Operator::publicKey);
        const bool isHere = std::ranges::any_of(present, [&said](const StoredApproval& one) {
            return one.approval.envelope.digest == said.digest;
        });
        if (who != registered.end() && !isHere && !isReplaced(said, present, now)) {
            return contradiction(
                JobRecordText::tr("What the operator %1 said about this job is in the record, and not in the "
                                  "profile's database any more: somebody took it away. Nothing is counted "
                                  "and nothing is signed. Have the operator's statement imported once more "
                                  "(\"jobs import\"), or reject the job.")
                    .arg(QString::fromStdString(who->name)),
                m_jobId);
        }
    }
    return {};
}

}  // namespace countersign
