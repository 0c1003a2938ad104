#include "core/signing/desk/JobDesk.h"

#include "core/signing/desk/JobDeskCore.h"

#include <QPointer>

#include <chrono>

namespace countersign {

namespace {

constexpr std::chrono::seconds heartbeatInterval{15};
constexpr std::size_t maxReasonBytes = 4096;

}  // namespace

JobDesk::JobDesk(SigningServices parts, QObject* parent)
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

void JobDesk::prepare(const std::string& jobId, bool refill, Callback<Job> done)
{
    m_core->preparer.prepare(jobId, refill, [this, done = std::move(done)](const Result<Job>& job) {
        if (job) {
            Q_EMIT jobChanged(job->jobId);
        }
        done(job);
    });
}

void JobDesk::lookUpToken(const SplQuestion& question, Callback<SplFacts> done)
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

void JobDesk::approve(Approval approval, Callback<Job> done)
{
    begin(std::make_shared<PendingApproval>(PendingApproval{std::move(approval), std::move(done)}));
}

void JobDesk::begin(const std::shared_ptr<PendingApproval>& pending)
{
    const auto refuse = [this, pending](const Error& error) {
        later([pending, error] { pending->answer(failure(error)); });
    };
    if (m_isStopping) {
        return refuse(Core::stoppedError());
    }
    const std::string jobId = pending->approval.jobId;
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
    if (auto trusted = m_core->checkSettings(pending->approval.engine); !trusted) {
        return refuse(trusted.error());
    }
    if (isRunning(job->state, job->broadcast)) {
        return goOn(pending, *job, makeRun(pending, *std::move(lock)));
    }
    if (pending->resumes) {
        return refuse({ErrorCode::Denied, tr("There is nothing to take up again."), {}});
    }
    if (auto allowed = m_core->mayApprove(*job, pending->approval.again); !allowed) {
        return refuse(allowed.error());
    }
    const QPointer<JobExecution> steps = &makeRun(pending, *std::move(lock));
    // Whoever did not look at filled values gets fresh ones; whoever did has approved these.
    m_core->preparer.prepare(jobId, pending->approval.digest.empty(),
                             [this, pending, steps](const Result<Job>& prepared) {
                                 if (!steps) {
                                     return;  // stopped, and answered, meanwhile
                                 }
                                 if (!prepared) {
                                     return giveUp(pending, prepared.error());
                                 }
                                 claimAndApprove(pending, *prepared, *steps);
                             });
}

void JobDesk::claimAndApprove(const std::shared_ptr<PendingApproval>& pending, const Job& job,
                              JobExecution& steps)
{
    if (!pending->approval.digest.empty() && pending->approval.digest != job.digest) {
        return giveUp(pending, {ErrorCode::InvalidInput, Core::changedSentence(), {}});
    }
    const auto read = readStoredJob(job);
    const auto sendable = read ? m_core->checkBroadcastable(job, *read) : failure(read.error());
    if (!sendable) {
        return giveUp(pending, sendable.error());
    }
    steps.claim(job, [this, pending, job, &steps](const Status& claimed) {
        if (!claimed) {
            return giveUp(pending, claimed.error());
        }
        const auto approved = m_core->approve(job, pending->approval);
        if (!approved) {
            return giveUp(pending, approved.error());
        }
        note(*approved);
        proceed(pending, *approved, steps);
    });
}

/// What was approved, or signed, and then left by a crash.
void JobDesk::goOn(const std::shared_ptr<PendingApproval>& pending, const Job& job, JobExecution& steps)
{
    if (job.state == JobState::Signing) {
        return giveUp(pending, {ErrorCode::Busy, tr("The job is being signed right now."), {}});
    }
    if (job.state != JobState::Approved) {
        return proceed(pending, job, steps);
    }
    steps.claim(job, [this, pending, job, &steps](const Status& claimed) {
        if (!claimed) {
            return giveUp(pending, claimed.error());
        }
        proceed(pending, job, steps);
    });
}

JobExecution& JobDesk::makeRun(const std::shared_ptr<PendingApproval>& pending, std::unique_ptr<JobLock> lock)
{
    const std::string& jobId = pending->approval.jobId;
    auto steps = std::make_unique<JobExecution>(std::move(lock), m_core->parts, m_core->store, m_core->audit,
                                                m_core->reports);
    connect(steps.get(), &JobExecution::changed, this, &JobDesk::note);
    connect(steps.get(), &JobExecution::progressed, this,
            [this, jobId](CeremonyStage stage) { Q_EMIT ceremonyProgressed(jobId, stage); });
    connect(
        steps.get(), &JobExecution::broadcastProgressed, this,
        [this, jobId](const BroadcastProgress& progress) { Q_EMIT broadcastProgressed(jobId, progress); });
    JobExecution& made = *steps;
    m_core->runs[jobId] = std::move(steps);
    m_core->approvals[jobId] = pending;
    return made;
}

void JobDesk::proceed(const std::shared_ptr<PendingApproval>& pending, const Job& job, JobExecution& steps)
{
    connect(&steps, &JobExecution::settled, this, [pending](const Result<Job>& settled) {
        if (!pending->approval.wait) {
            pending->answer(settled);
        }
    });
    connect(&steps, &JobExecution::ended, this, [this, pending, jobId = job.jobId](const Result<Job>& ended) {
        if (ended) {
            note(*ended);
            if (ended->state == JobState::Signed && ended->broadcast) {
                m_core->refused.insert(jobId);
            }
        }
        drop(jobId);
        pending->answer(ended);
    });
    m_core->refused.erase(job.jobId);
    const auto confirmations = m_core->confirmations();
    if (!confirmations) {
        return giveUp(pending, confirmations.error());
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
        return giveUp(pending, order.error());
    }
    steps.sign(*std::move(order), *confirmations);
}

void JobDesk::giveUp(const std::shared_ptr<PendingApproval>& pending, const Error& error)
{
    drop(pending->approval.jobId);
    later([pending, error] { pending->answer(failure(error)); });
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

void JobDesk::report(Callback<void> done)
{
    m_core->reports.tell(std::move(done));
}

bool JobDesk::isBusy() const
{
    return !m_core->runs.empty();
}

}  // namespace countersign
