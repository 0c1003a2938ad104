#include "core/signing/reporting/JobReports.h"

#include "core/base/text/SanitizedText.h"
#include "core/crypto/envelopes/Dsse.h"
#include "core/signing/job/JobJson.h"
#include "core/signing/reporting/DeskKey.h"
#include "core/signing/store/JobLock.h"

#include <limits>
#include <utility>

namespace countersign {

namespace {

/// The relay takes 4,096 bytes; an error may have quoted somebody at length.
constexpr qsizetype maxErrorCharacters = 1'000;

/// After this nobody will change it: a failure without a signature may still be tried again.
bool isFinal(const Job& job)
{
    return isDone(job.state, job.broadcast) && !(job.state == JobState::Failed && job.signature.empty());
}

/// The relay's own word stands where this desk did not sign: another desk decided otherwise, or first.
bool mayStayUntold(const Job& job)
{
    return job.signature.empty();
}

/// Approved once more after a crash in a ceremony: to others the outcome is as unknown as before, and what
/// would free the job for another desk is not said.
bool isUnknownOutcome(const Job& job)
{
    return job.state == JobState::Approved && job.approvedFrom == JobState::Interrupted;
}

bool isUnreachable(const Error& error)
{
    return error.code == ErrorCode::Network || error.code == ErrorCode::Timeout;
}

}  // namespace

JobReports::JobReports(const SigningServices& parts, JobStore& store, AuditLog& audit, QObject* parent)
    : QObject(parent), m_parts(parts), m_store(store), m_audit(audit)
{}

JobReports::~JobReports() = default;

void JobReports::tell(Callback<void> done)
{
    m_waiting.push_back(std::move(done));
    if (m_waiting.size() > 1) {
        m_again = true;
        return;
    }
    nextLater();
}

void JobReports::nextLater()
{
    QMetaObject::invokeMethod(this, &JobReports::next, Qt::QueuedConnection);
}

/// Ten commands at once would each tell what all of them do, and one might tell an older state than the other
/// has told by then.
bool JobReports::isAnothers(const Job& job) const
{
    return !(m_isMine && m_isMine(job.jobId)) && JobLock::isHeld(m_parts.vault->paths().root, job.jobId);
}

void JobReports::next()
{
    m_call.reset();
    if (m_left.empty()) {
        const auto jobs = m_store.unreported(m_lastId);
        if (!jobs) {
            return finish(failure(jobs.error()));
        }
        if (jobs->empty()) {
            return finish(m_firstError);
        }
        m_left.assign(jobs->begin(), jobs->end());
        m_lastId = m_left.back().id;
    }
    if (!m_relay) {
        auto relay = m_parts.relay();
        if (!relay) {
            return finish(failure(relay.error()));
        }
        m_relay = *std::move(relay);
    }
    const Job listed = m_left.front();
    m_left.pop_front();
    if (isAnothers(listed)) {
        return nextLater();
    }
    // The telling of those before took its time.
    const auto now = m_store.load(listed.jobId);
    if (!now) {
        return finish(failure(now.error()));
    }
    const Job& job = *now;
    if (isUnknownOutcome(job)) {
        take(job, {});
        return nextLater();
    }
    const auto envelope = envelopeOf(job);
    if (!envelope) {
        return finish(failure(envelope.error()));
    }
    // A busy relay has it sent later: not when somebody has told it a newer state by then.
    const auto current = [this, job, envelope = *envelope]() -> Result<std::string> {
        ASSIGN_OR_RETURN(const auto stored, m_store.load(job.jobId));
        if (stored.state != job.state || isAnothers(job)) {
            return failure(ErrorCode::Cancelled, {}, QStringLiteral("the job has moved on"));
        }
        return envelope;
    };
    m_call = m_relay->postEvent(job.jobId, current, [this, job](const Status& told) {
        const bool isOutdated = !told && told.error().code == ErrorCode::Cancelled;
        if (!isOutdated) {
            take(job, told);
        }
        if (!told && isUnreachable(told.error())) {
            // The others would only wait for the same silence.
            m_left.clear();
            m_lastId = std::numeric_limits<std::int64_t>::max();
        }
        nextLater();
    });
}

void JobReports::take(const Job& job, const Status& told)
{
    // What the relay does not know (any more), or cannot take, is not told over and over again.
    const bool settled = told || told.error().code == ErrorCode::NotFound ||
                         told.error().code == ErrorCode::InvalidInput ||
                         (told.error().code == ErrorCode::Busy && mayStayUntold(job));
    const Status noted = settled ? m_store.markReported(job.jobId, job.state) : told;
    if (!noted && m_firstError) {
        m_firstError = noted;
    }
}

Result<std::string> JobReports::envelopeOf(const Job& job) const
{
    ASSIGN_OR_RETURN(const auto seed, deskSeed(*m_parts.database, *m_parts.vault, m_audit, *m_parts.clock));
    Json event = {{"jobId", job.jobId},
                  {"desk", m_parts.vault->info().profileId},
                  {"state", toText(job.state)},
                  {"at", toIso8601(job.stateAt)},
                  {"final", isFinal(job)}};
    if (Json result = jobResultToJson(job); !result.empty()) {
        if (!job.error.empty()) {
            result["error"] = shortened(QString::fromStdString(job.error), maxErrorCharacters).toStdString();
        }
        event["result"] = std::move(result);
    }
    return signDsse(jobEventPayloadType, asBytes(dumpJson(event)), seed);
}

void JobReports::finish(Status status)  // by value: it may be m_firstError itself
{
    m_left.clear();
    m_lastId = 0;
    m_relay.reset();
    m_firstError = {};
    const bool again = std::exchange(m_again, false) && status.has_value();
    auto waiting = std::exchange(m_waiting, {});
    if (again) {
        // What changed while this ran is told before anybody is answered.
        m_waiting = std::move(waiting);
        nextLater();
        return;
    }
    for (const auto& done : waiting) {
        done(status);
    }
}

}  // namespace countersign
