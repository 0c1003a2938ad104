#include "core/signing/JobDesk.h"

#include "core/delegation/WalletCatalog.h"
#include "core/signing/JobIntake.h"
#include "core/signing/JobPreparer.h"
#include "core/signing/JobReports.h"
#include "core/signing/JobRun.h"
#include "core/vault/Settings.h"

#include <QPointer>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <utility>

namespace countersign {

namespace {

/// An approval that a crash left behind is taken up again as long as its operator can be thought to wait for
/// it.
constexpr UnixMillis freshApproval = 5LL * 60 * 1000;
constexpr std::chrono::seconds heartbeatInterval{15};
constexpr int defaultConfirmations = 3;
constexpr int maxConfirmations = 1000;
constexpr std::size_t maxReasonBytes = 4096;
constexpr std::string_view defaultRelayDomain = "relay.dynamicauth.com";

constexpr std::array approvable = {JobState::Pending};
constexpr std::array approvableAgain = {JobState::Pending, JobState::Failed, JobState::Interrupted};

}  // namespace

/// An approval under way, until its callback was called.
struct JobDesk::Run
{
    Approval approval;
    Answered<Job> done;
    bool answered = false;

    void answer(const Result<Job>& job)
    {
        if (!std::exchange(answered, true)) {
            done(job);
        }
    }
};

/// What a desk is made of.
class JobDesk::Core
{
public:
    explicit Core(JobParts given)
        : parts(std::move(given)),
          audit(*parts.database, *parts.vault, *parts.clock),
          store(*parts.database, audit, *parts.clock),
          intake(*parts.database, *parts.vault, *parts.clock),
          preparer(parts, store),
          reports(parts, store, audit)
    {}

    JobParts parts;
    AuditLog audit;
    JobStore store;
    JobIntake intake;
    JobPreparer preparer;
    JobReports reports;
    std::map<std::string, std::unique_ptr<JobRun>> runs;
    std::map<std::string, std::shared_ptr<Run>> approvals;  ///< whose callback waits, by job

    std::string setting(std::string_view key) const
    {
        const auto value = Settings(*parts.database).get(key);
        return value && *value ? **value : std::string();
    }

    int confirmations() const
    {
        const int value = QString::fromStdString(setting(settingKeys::rpcConfirmations)).toInt();
        return value >= 1 && value <= maxConfirmations ? value : defaultConfirmations;
    }

    EngineKind engine(std::optional<EngineKind> wanted) const
    {
        return wanted ? *wanted : engineKindFrom(setting(settingKeys::engine)).value_or(defaultEngine());
    }

    Result<JobCeremony::Order> orderFor(const Job& job) const;
    Status checkBroadcastable(const Job& job, const ReadJob& read) const;
    Result<Job> approve(const Job& seen, const Approval& approval);
    static QString changedSentence()
    {
        return tr("What would be signed has changed since it was shown. Look at it again.");
    }
};

Result<JobCeremony::Order> JobDesk::Core::orderFor(const Job& job) const
{
    const auto read = readStoredJob(job);
    if (!read) {
        return failure(read.error());
    }
    auto content = withFilled(read->content, job.filled);
    auto plan = content ? planOf(job.kind, *content) : failure(content.error());
    const auto approved = store.approvedDigest(job.jobId);
    const auto wallet = WalletCatalog(*parts.database).find(job.walletId);
    if (!plan || !approved || !wallet) {
        return failure(!plan ? plan.error() : !approved ? approved.error() : wallet.error());
    }
    if (plan->digest != *approved) {
        return failure(ErrorCode::Corrupt, tr("What is stored is not what was approved. Nothing was signed."),
                       QString::fromStdString(job.jobId));
    }
    JobCeremony::Order order;
    order.job = job;
    order.plan = *std::move(plan);
    order.content = *std::move(content);
    order.addressBytes = read->addressBytes;
    order.shareSetId = wallet->shareSetId;
    order.relayDomain = setting(settingKeys::mpcRelayDomain);
    if (order.relayDomain.empty()) {
        order.relayDomain = defaultRelayDomain;
    }
    order.engine = engine(job.engine);
    return order;
}

/// Before anything is signed: a transaction that cannot be sent afterwards would only lie about.
Status JobDesk::Core::checkBroadcastable(const Job& job, const ReadJob& read) const
{
    if (!job.broadcast) {
        return {};
    }
    if (const auto* request = std::get_if<EvmTransactionRequest>(&read.content)) {
        return parts.evmRpc(toDecimal(request->chainId)).map([](const auto&) {});
    }
    const auto* transaction = std::get_if<SolanaTransaction>(&read.content);
    if (transaction != nullptr) {
        for (const SolanaAddress& signer : transaction->missingSigners()) {
            if (toText(signer) != job.address) {
                return failure(
                    ErrorCode::InvalidInput,
                    tr("The transaction also needs the signature of %1 before it can be sent. Have it "
                       "signed there first, or ask for a job without broadcast.")
                        .arg(QString::fromStdString(toText(signer))));
            }
        }
    }
    return parts.solanaRpc().map([](const auto&) {});
}

/// The compare and set that lets exactly one approval through.
Result<Job> JobDesk::Core::approve(const Job& seen, const Approval& approval)
{
    auto result = transact(*parts.database, [&]() -> Result<Job> {
        // Preparing takes no lock: another window may have filled in other values since.
        const auto current = store.load(seen.jobId);
        if (!current) {
            return current;
        }
        const Job& job = *current;
        if (job.digest != seen.digest) {
            return failure(ErrorCode::InvalidInput, changedSentence());
        }
        const auto read = readStoredJob(job);
        const auto plan = read ? planOfStored(job, *read) : failure(read.error());
        if (!plan) {
            return failure(plan.error());
        }
        const bool filledNonce = std::any_of(job.filled.begin(), job.filled.end(),
                                             [](const FilledField& field) { return field.name == "nonce"; });
        if (filledNonce) {
            const auto user = store.nonceUser(job.walletId, *plan->chainId, *plan->nonce, job.jobId);
            if (!user || *user) {
                return failure(
                    user ? Error{ErrorCode::InvalidInput,
                                 tr("Another job took the nonce meanwhile. Look at this one again."),
                                 QString::fromStdString(**user)}
                         : user.error());
            }
        }
        JobChange change;
        change.approvedDigest = plan->digest;
        change.engine = engine(approval.engine);
        if (approval.again) {
            return store.moveWithin(job.jobId, approvableAgain, JobState::Approved, change);
        }
        return store.moveWithin(job.jobId, approvable, JobState::Approved, change);
    });
    if (result) {
        if (auto sealed = audit.sealHead(); !sealed) {
            return failure(sealed.error());
        }
    }
    return result;
}

JobDesk::JobDesk(JobParts parts, QObject* parent)
    : QObject(parent), m_core(std::make_unique<Core>(std::move(parts)))
{
    m_heartbeat.setInterval(heartbeatInterval);
    connect(&m_heartbeat, &QTimer::timeout, this, [this] {
        (void)recover();
        report([](const Status&) {});
    });
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

void JobDesk::later(std::function<void()> work)
{
    QMetaObject::invokeMethod(this, std::move(work), Qt::QueuedConnection);
}

Status JobDesk::mayApprove(const Job& job, bool again)
{
    if (job.state == JobState::Interrupted && !again) {
        return failure(ErrorCode::Denied,
                       tr("A crash left the outcome of this job's ceremony unknown: its signature may exist "
                          "already. Only \"approve again\" (--again) opens another ceremony."));
    }
    const bool repeatable = job.state == JobState::Interrupted || job.state == JobState::Failed;
    if (job.state != JobState::Pending && !(repeatable && again)) {
        return failure(ErrorCode::Denied,
                       tr("The job is %1, so it cannot be approved.").arg(stateName(job.state)),
                       QString::fromStdString(job.jobId));
    }
    if (job.expiresAt <= m_core->parts.clock->now()) {
        return failure(ErrorCode::Denied,
                       tr("The job expired. Ask its submitter for a new one if it is still wanted."));
    }
    const auto usable = DelegationStore(*m_core->parts.database).currentEvent(job.walletId);
    if (!usable && usable.error().code == ErrorCode::NotFound) {
        return failure(ErrorCode::Denied, usable.error().sentence, usable.error().detail);
    }
    return usable.map([](const std::string&) {});
}

void JobDesk::approve(Approval approval, Answered<Job> done)
{
    auto run = std::make_shared<Run>(Run{std::move(approval), std::move(done)});
    const auto refuse = [this, run](const Error& error) {
        later([run, error] { run->answer(failure(error)); });
    };
    const std::string jobId = run->approval.jobId;
    if (auto recovered = recover(); !recovered) {
        return refuse(recovered.error());
    }
    auto lock = JobLock::take(m_core->parts.vault->paths().root, jobId);
    const auto job = m_core->store.load(jobId);
    if (!job || !lock) {
        return refuse(job ? lock.error() : job.error());
    }
    if (isRunning(job->state, job->broadcast)) {
        return goOn(run, *job, makeRun(run, *std::move(lock)));
    }
    if (auto allowed = mayApprove(*job, run->approval.again); !allowed) {
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
    auto steps = std::make_unique<JobRun>(std::move(lock), m_core->parts, m_core->store, m_core->audit);
    connect(steps.get(), &JobRun::changed, this, &JobDesk::note);
    connect(steps.get(), &JobRun::progressed, this,
            [this, jobId](CeremonyStage stage) { Q_EMIT ceremonyProgressed(jobId, stage); });
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
        }
        drop(jobId);
        run->answer(ended);
    });
    if (job.state != JobState::Approved) {
        return steps.broadcast(job, m_core->confirmations());
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
    steps.sign(*std::move(order), m_core->confirmations());
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
    auto job = m_core->store.move(jobId, approvableAgain, JobState::Rejected, change);
    if (job) {
        note(*job);
    }
    return job;
}

Status JobDesk::recover()
{
    const auto overdue = m_core->store.overdue();
    const auto signing = m_core->store.inState(JobState::Signing);
    if (!overdue || !signing) {
        return failure(overdue ? signing.error() : overdue.error());
    }
    for (const std::string& jobId : *overdue) {
        if (auto done = recoverOne(jobId, &JobDesk::expire); !done) {
            return done;
        }
    }
    for (const std::string& jobId : *signing) {
        if (auto done = recoverOne(jobId, &JobDesk::interrupt); !done) {
            return done;
        }
    }
    return {};
}

Status JobDesk::recoverOne(const std::string& jobId, Result<Job> (JobDesk::*mend)(const std::string&))
{
    const auto lock = JobLock::take(m_core->parts.vault->paths().root, jobId);
    if (!lock) {
        // Somebody works on it: nothing to mend.
        return lock.error().code == ErrorCode::Busy ? Status() : failure(lock.error());
    }
    const auto job = (this->*mend)(jobId);
    if (!job) {
        // Denied: it moved on meanwhile.
        return job.error().code == ErrorCode::Denied ? Status() : failure(job.error());
    }
    note(*job);
    return {};
}

Result<Job> JobDesk::expire(const std::string& jobId)
{
    return m_core->store.move(jobId, std::array{JobState::Pending, JobState::Approved}, JobState::Expired,
                              {});
}

Result<Job> JobDesk::interrupt(const std::string& jobId)
{
    const auto job = m_core->store.load(jobId);
    if (!job) {
        return job;
    }
    JobChange change;
    if (job->roomId.empty()) {
        change.note = tr("The program ended before anything was signed.").toStdString();
        return m_core->store.move(jobId, std::array{JobState::Signing}, JobState::Pending, change);
    }
    change.error =
        Error{ErrorCode::Internal,
              tr("The program ended while the ceremony ran: whether a signature was made is not known. "
                 "Approving again may make a second one."),
              QStringLiteral("room %1").arg(QString::fromStdString(job->roomId))};
    return m_core->store.move(jobId, std::array{JobState::Signing}, JobState::Interrupted, change);
}

void JobDesk::resume()
{
    (void)recover();  // what could not be mended now is tried again before the next approval
    resumeApprovals();
    for (const JobState state : {JobState::Signed, JobState::Broadcast}) {
        const auto jobIds = m_core->store.inState(state);
        for (const std::string& jobId : jobIds ? *jobIds : std::vector<std::string>()) {
            const auto job = m_core->store.load(jobId);
            if (job && job->broadcast) {
                continueWith(*job);
            }
        }
    }
    report([](const Status&) {});
    m_heartbeat.start();
}

void JobDesk::resumeApprovals()
{
    const auto jobIds = m_core->store.inState(JobState::Approved);
    for (const std::string& jobId : jobIds ? *jobIds : std::vector<std::string>()) {
        const auto job = m_core->store.load(jobId);
        if (job && m_core->parts.clock->now() - job->stateAt <= freshApproval) {
            continueWith(*job);
        } else if (job && m_core->runs.count(jobId) == 0 &&
                   JobLock::take(m_core->parts.vault->paths().root, jobId)) {
            JobChange change;
            change.note = tr("The program ended before the ceremony began; the approval was too long ago.")
                              .toStdString();
            if (const auto moved =
                    m_core->store.move(jobId, std::array{JobState::Approved}, JobState::Pending, change)) {
                note(*moved);
            }
        }
    }
}

void JobDesk::continueWith(const Job& job)
{
    if (m_core->runs.count(job.jobId) != 0) {
        return;
    }
    Approval approval;
    approval.jobId = job.jobId;
    approve(std::move(approval), [](const Result<Job>&) {});
}

void JobDesk::report(Answered<void> done)
{
    m_core->reports.tell(std::move(done));
}

bool JobDesk::isBusy() const
{
    return !m_core->runs.empty();
}

void JobDesk::stop()
{
    m_heartbeat.stop();
    for (const auto& [jobId, steps] : m_core->runs) {
        steps->cancel();
    }
    m_core->runs.clear();
    for (const auto& [jobId, run] : std::exchange(m_core->approvals, {})) {
        later([run = run] {
            run->answer(failure(ErrorCode::Cancelled, tr("Stopped before the job was settled.")));
        });
    }
}

}  // namespace countersign
