#include "core/signing/desk/JobDesk.h"

#include "core/base/StoredCause.h"
#include "core/signing/desk/DeskShutdown.h"
#include "core/signing/desk/JobRunner.h"
#include "core/signing/intake/JobIntake.h"
#include "core/signing/prepare/SplLookups.h"
#include "core/signing/reporting/JobReports.h"

namespace countersign {

namespace {

constexpr std::chrono::seconds heartbeatInterval{15};
constexpr std::size_t maxReasonBytes = 4096;

}  // namespace

/// In the order in which they need each other.
struct JobDesk::Parts
{
    explicit Parts(SigningServices given) : services(std::move(given))
    {
        reports.setWorkingOn([this](const std::string& jobId) { return running.contains(jobId); });
    }

    SigningServices services;
    AuditLog audit{*services.database, *services.vault, *services.clock};
    JobStore store{*services.database, audit, *services.clock};
    ApprovalGate gate{services, store};
    JobIntake intake{*services.database, *services.vault, *services.clock};
    JobPreparer preparer{services, store};
    SplLookups lookups{services};
    JobReports reports{services, store, audit};
    JobRecovery recovery{services, store};
    RunningJobs running;
    JobRunner runner{services, {store, audit, preparer, reports, recovery, running}};
    DeskShutdown shutdown{running, store};
};

JobDesk::JobDesk(SigningServices parts, QObject* parent)
    : QObject(parent), m_parts(std::make_unique<Parts>(std::move(parts)))
{
    connect(&m_parts->recovery, &JobRecovery::mended, this, &JobDesk::note);
    connect(&m_parts->runner, &JobRunner::changed, this, &JobDesk::note);
    connect(&m_parts->runner, &JobRunner::statementNotPosted, this, &JobDesk::statementNotPosted);
    connect(&m_parts->runner, &JobRunner::ceremonyProgressed, this, &JobDesk::ceremonyProgressed);
    connect(&m_parts->runner, &JobRunner::broadcastProgressed, this, &JobDesk::broadcastProgressed);
    m_heartbeat.setInterval(heartbeatInterval);
    connect(&m_heartbeat, &QTimer::timeout, this, [this] {
        (void)recover();
        takeUpBroadcasts();
        report([](const Status&) {});
    });
}

JobDesk::~JobDesk() = default;

Result<Job> JobDesk::submit(BytesView document, JobOrigin origin)
{
    auto job = m_parts->intake.submit(document, origin);
    if (job) {
        Q_EMIT jobChanged(job->jobId);
    }
    return job;
}

Result<Job> JobDesk::importJob(BytesView document)
{
    auto job = m_parts->intake.import(document);
    if (job) {
        Q_EMIT jobChanged(job->jobId);
    }
    return job;
}

void JobDesk::prepare(const std::string& jobId, bool refill, Callback<Job> done)
{
    m_parts->preparer.prepare(
        jobId, refill, [this, done = std::move(done)](const Result<VerifiedJob>& prepared) {
            const auto job = prepared.map([](const VerifiedJob& verified) { return verified.job(); });
            if (job) {
                Q_EMIT jobChanged(job->jobId);
            }
            done(job);
        });
}

void JobDesk::lookUpToken(const SplQuestion& question, Callback<SplFacts> done)
{
    m_parts->lookups.ask(question, std::move(done));
}

Result<ApprovalVerdict> JobDesk::judge(const std::string& jobId)
{
    ASSIGN_OR_RETURN(auto job, m_parts->store.load(jobId));
    ASSIGN_OR_RETURN(const auto verified, VerifiedJob::of(std::move(job)));
    return m_parts->gate.judge(verified);
}

void JobDesk::approve(Approval approval, Callback<Job> done)
{
    m_parts->runner.approve(std::move(approval), std::move(done));
}

void JobDesk::cancel(const std::string& jobId)
{
    if (JobExecution* steps = m_parts->running.find(jobId)) {
        steps->cancel();
    }
}

Result<Job> JobDesk::reject(const std::string& jobId, const std::string& reason)
{
    if (reason.size() > maxReasonBytes) {
        return failure(ErrorCode::InvalidInput, tr("The reason is longer than 4096 bytes."));
    }
    auto job = m_parts->store.reject(jobId, reason);
    if (job) {
        note(*job);
    }
    return job;
}

Status JobDesk::checkEngine(EngineKind kind) const
{
    return m_parts->services.engine(kind).map([](const auto&) {});
}

Status JobDesk::recover()
{
    return m_parts->recovery.recover();
}

void JobDesk::resume()
{
    m_parts->recovery.sendAllAgain();
    (void)recover();  // what could not be mended now is tried again before the next approval
    for (const std::string& jobId : m_parts->recovery.approvalsToTakeUp()) {
        m_parts->runner.takeUp(jobId);
    }
    takeUpBroadcasts();
    report([](const Status&) {});
    m_heartbeat.start();
}

void JobDesk::takeUpBroadcasts()
{
    for (const std::string& jobId : m_parts->recovery.broadcastsToTakeUp()) {
        m_parts->runner.takeUp(jobId);
    }
}

void JobDesk::report(Callback<void> done)
{
    m_parts->reports.tell(std::move(done));
}

void JobDesk::note(const Job& job)
{
    Q_EMIT jobChanged(job.jobId);
    if (job.origin == JobOrigin::Relay) {
        report([](const Status&) {});  // told again with the next change, and by resume()
    }
}

bool JobDesk::isBusy() const
{
    return !m_parts->running.isEmpty();
}

void JobDesk::stop(std::function<void()> stopped, std::chrono::milliseconds patience)
{
    m_heartbeat.stop();
    m_parts->lookups.stop();
    m_parts->shutdown.begin(std::move(stopped), patience);
}

}  // namespace countersign
