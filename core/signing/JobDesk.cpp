#include "core/signing/JobDesk.h"

#include "core/signing/JobDeskCore.h"

#include <QPointer>

#include <chrono>

namespace countersign {

namespace {

constexpr std::chrono::seconds heartbeatInterval{15};
constexpr std::size_t maxReasonBytes = 4096;

}  // namespace

JobDesk::JobDesk(JobParts parts, QObject* parent)
    : QObject(parent), m_core(std::make_unique<Core>(std::move(parts)))
{
    m_heartbeat.setInterval(heartbeatInterval);
    connect(&m_heartbeat, &QTimer::timeout, this, [this] {
        (void)recover();
        resumeBroadcasts();
        report([](const Status&) {});
    });
    m_patience.setSingleShot(true);
    connect(&m_patience, &QTimer::timeout, this, &JobDesk::stopWaiting);
}

JobDesk::~JobDesk() = default;

Result<Job> JobDesk::submit(BytesView document, JobOrigin origin)
{
    auto job = m_core->intake.submit(document, origin);
    if (job) {
        Q_EMIT jobChanged(job->jobId);
    }
    return job;
}

void JobDesk::prepare(const std::string& jobId, bool refill, Answered<Job> done)
{
    m_core->preparer.prepare(jobId, refill, [this, done = std::move(done)](const Result<Job>& job) {
        if (job) {
            Q_EMIT jobChanged(job->jobId);
        }
        done(job);
    });
}

void JobDesk::lookUpToken(const SplQuestion& question, Answered<SplFacts> done)
{
    auto rpc = m_core->parts.solanaRpc();
    if (!rpc) {
        return later([done = std::move(done), error = rpc.error()] { done(failure(error)); });
    }
    const std::uint64_t number = ++m_core->lastLookup;
    TokenLookup& lookup = m_core->lookups[number];
    lookup.done = std::move(done);
    lookup.call = lookUpSpl(*std::move(rpc), question, [this, number](const Result<SplFacts>& facts) {
        const TokenLookup answered = std::move(m_core->lookups[number]);
        m_core->lookups.erase(number);
        answered.done(facts);
    });
}

void JobDesk::later(std::function<void()> work)
{
    QMetaObject::invokeMethod(this, std::move(work), Qt::QueuedConnection);
}

void JobDesk::approve(Approval approval, Answered<Job> done)
{
    begin(std::make_shared<Run>(Run{std::move(approval), std::move(done)}));
}

void JobDesk::begin(const std::shared_ptr<Run>& run)
{
    const auto refuse = [this, run](const Error& error) {
        later([run, error] { run->answer(failure(error)); });
    };
    if (m_isStopping) {
        return refuse(Core::stoppedError());
    }
    const std::string jobId = run->approval.jobId;
    if (auto recovered = recover(); !recovered) {
        return refuse(recovered.error());
    }
    auto lock = JobLock::take(m_core->parts.vault->paths().root, jobId);
    auto job = m_core->store.load(jobId);
    if (!job || !lock) {
        return refuse(job ? lock.error() : job.error());
    }
    job = disapproveIfStale(*job);
    if (!job) {
        return refuse(job.error());
    }
    if (auto trusted = m_core->checkSettings(run->approval.engine); !trusted) {
        return refuse(trusted.error());
    }
    if (isRunning(job->state, job->broadcast)) {
        return goOn(run, *job, makeRun(run, *std::move(lock)));
    }
    if (run->resumes) {
        return refuse({ErrorCode::Denied, tr("There is nothing to take up again."), {}});
    }
    if (auto allowed = m_core->mayApprove(*job, run->approval.again); !allowed) {
        return refuse(allowed.error());
    }
    const QPointer<JobRun> steps = &makeRun(run, *std::move(lock));
    // Whoever did not look at filled values gets fresh ones; whoever did has approved these.
    m_core->preparer.prepare(jobId, run->approval.digest.empty(),
                             [this, run, steps](const Result<Job>& prepared) {
                                 if (!steps) {
                                     return;  // stopped, and answered, meanwhile
                                 }
                                 if (!prepared) {
                                     return giveUp(run, prepared.error());
                                 }
                                 claimAndApprove(run, *prepared, *steps);
                             });
}

void JobDesk::claimAndApprove(const std::shared_ptr<Run>& run, const Job& job, JobRun& steps)
{
    if (!run->approval.digest.empty() && run->approval.digest != job.digest) {
        return giveUp(run, {ErrorCode::InvalidInput, Core::changedSentence(), {}});
    }
    const auto read = readStoredJob(job);
    const auto sendable = read ? m_core->checkBroadcastable(job, *read) : failure(read.error());
    if (!sendable) {
        return giveUp(run, sendable.error());
    }
    steps.claim(job, [this, run, job, &steps](const Status& claimed) {
        if (!claimed) {
            return giveUp(run, claimed.error());
        }
        const auto approved = m_core->approve(job, run->approval);
        if (!approved) {
            return giveUp(run, approved.error());
        }
        note(*approved);
        proceed(run, *approved, steps);
    });
}

/// What was approved, or signed, and then left by a crash.
void JobDesk::goOn(const std::shared_ptr<Run>& run, const Job& job, JobRun& steps)
{
    if (job.state == JobState::Signing) {
        return giveUp(run, {ErrorCode::Busy, tr("The job is being signed right now."), {}});
    }
    if (job.state != JobState::Approved) {
        return proceed(run, job, steps);
    }
    steps.claim(job, [this, run, job, &steps](const Status& claimed) {
        if (!claimed) {
            return giveUp(run, claimed.error());
        }
        proceed(run, job, steps);
    });
}

JobRun& JobDesk::makeRun(const std::shared_ptr<Run>& run, std::unique_ptr<JobLock> lock)
{
    const std::string& jobId = run->approval.jobId;
    auto steps = std::make_unique<JobRun>(std::move(lock), m_core->parts, m_core->store, m_core->audit,
                                          m_core->reports);
    connect(steps.get(), &JobRun::changed, this, &JobDesk::note);
    connect(steps.get(), &JobRun::progressed, this,
            [this, jobId](CeremonyStage stage) { Q_EMIT ceremonyProgressed(jobId, stage); });
    connect(
        steps.get(), &JobRun::broadcastProgressed, this,
        [this, jobId](const BroadcastProgress& progress) { Q_EMIT broadcastProgressed(jobId, progress); });
    JobRun& made = *steps;
    m_core->runs[jobId] = std::move(steps);
    m_core->approvals[jobId] = run;
    return made;
}

void JobDesk::proceed(const std::shared_ptr<Run>& run, const Job& job, JobRun& steps)
{
    connect(&steps, &JobRun::settled, this, [run](const Result<Job>& settled) {
        if (!run->approval.wait) {
            run->answer(settled);
        }
    });
    connect(&steps, &JobRun::ended, this, [this, run, jobId = job.jobId](const Result<Job>& ended) {
        if (ended) {
            note(*ended);
            if (ended->state == JobState::Signed && ended->broadcast) {
                m_core->refused.insert(jobId);
            }
        }
        drop(jobId);
        run->answer(ended);
    });
    m_core->refused.erase(job.jobId);
    const auto confirmations = m_core->confirmations();
    if (!confirmations) {
        return giveUp(run, confirmations.error());
    }
    if (job.state != JobState::Approved) {
        return steps.broadcast(job, *confirmations);
    }
    auto order = m_core->orderFor(job);
    if (!order) {
        JobChange change;
        change.error = order.error();
        const auto failed =
            m_core->store.move(job.jobId, std::array{JobState::Approved}, JobState::Failed, change);
        if (failed) {
            note(*failed);
        }
        return giveUp(run, order.error());
    }
    steps.sign(*std::move(order), *confirmations);
}

void JobDesk::giveUp(const std::shared_ptr<Run>& run, const Error& error)
{
    drop(run->approval.jobId);
    later([run, error] { run->answer(failure(error)); });
}

void JobDesk::drop(const std::string& jobId)
{
    const auto entry = m_core->runs.find(jobId);
    m_core->approvals.erase(jobId);
    if (entry != m_core->runs.end()) {
        entry->second->letGo();
        entry->second.release()->deleteLater();  // one of its signals or callbacks may be on the stack
        m_core->runs.erase(entry);
    }
    endStop();
}

void JobDesk::note(const Job& job)
{
    Q_EMIT jobChanged(job.jobId);
    if (job.origin == JobOrigin::Relay) {
        report([](const Status&) {});  // told again with the next change, and by resume()
    }
}

void JobDesk::cancel(const std::string& jobId)
{
    const auto entry = m_core->runs.find(jobId);
    if (entry != m_core->runs.end()) {
        entry->second->cancel();
    }
}

Result<Job> JobDesk::reject(const std::string& jobId, const std::string& reason)
{
    if (reason.size() > maxReasonBytes) {
        return failure(ErrorCode::InvalidInput, tr("The reason is longer than 4096 bytes."));
    }
    JobChange change;
    change.operatorReason = reason;
    change.note = reason;
    auto job = m_core->store.move(jobId, approvableAgainStates, JobState::Rejected, change);
    if (job) {
        note(*job);
    }
    return job;
}

Status JobDesk::checkEngine(EngineKind kind) const
{
    const auto made = m_core->parts.engine(kind);
    return made ? Status() : failure(made.error());
}

void JobDesk::report(Answered<void> done)
{
    m_core->reports.tell(std::move(done));
}

bool JobDesk::isBusy() const
{
    return !m_core->runs.empty();
}

}  // namespace countersign
