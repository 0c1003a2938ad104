#pragma once

#include "core/signing/SigningServices.h"
#include "core/signing/approval/ApprovalGate.h"
#include "core/signing/approval/ApprovalRequest.h"
#include "core/signing/broadcast/BroadcastProgress.h"
#include "core/signing/job/Job.h"
#include "core/signing/prepare/SplLookup.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>
#include <memory>

namespace countersign {

/// The facade over a profile's signing jobs: everything that an operator does with them, for window and
/// command line alike. It lives on the thread of its database (a worker in the console), never blocks on the
/// network, and says with jobChanged() whenever a row is different. Calls with a callback answer exactly
/// once, never before they have returned; the context of a callback is the desk itself.
///
/// The way of a job: intake (compose, openFile or the relay's feed) → prepare → approve → ceremony → verified
/// signature → (broadcast → confirmed). Each step is in the record before it happens (design.md §5).
class JobDesk : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(JobDesk)

public:
    explicit JobDesk(SigningServices parts, QObject* parent = nullptr);
    ~JobDesk() override;

    /// A job document (design.md §7) made here or read from a file. The same document again is the same job.
    /// InvalidInput says which member is wrong; NotFound when the wallet is not known.
    Result<Job> submit(BytesView document, JobOrigin origin);
    /// One that another desk made and handed over as a file. Errors as above.
    Result<Job> importJob(BytesView document);

    /// Fills in what the job leaves open (nonce, gas, fees, blockhash) from the configured node and computes
    /// digest and bytes; what needs no node is prepared at once. Only pending (and failed or interrupted)
    /// jobs. refill: values that were filled in before are fetched anew.
    void prepare(const std::string& jobId, bool refill, Callback<Job> done);

    /// For composing a transfer of an SPL token: what lookUpSpl() learns from the configured Solana node
    /// (InvalidInput when there is none). Concerns no job and records nothing.
    void lookUpToken(const SplQuestion& question, Callback<SplFacts> done);

    /// How the policy in force and the operators stand to the job now, and what it asks of whoever approves
    /// it. Errors of ApprovalGate::judge, VerifiedJob::of; NotFound.
    Result<ApprovalVerdict> judge(const std::string& jobId);

    using Approval = ApprovalRequest;
    /// Where this desk has an operator, their statement is said first and posted to the relay. done: the job
    /// as it is when it was signed (and sent, if it is to be), or failed. Errors are refusals before anything
    /// was approved: InvalidInput (changed meanwhile, not preparable), Denied (expired, not in a state to be
    /// approved, revoked wallet, forbidden by the policy, too few approvals), Busy (claimed elsewhere, or
    /// running here), Locked, Network.
    void approve(Approval approval, Callback<Job> done);

    /// A ceremony that has begun is cancelled: the job fails.
    void cancel(const std::string& jobId);

    Result<Job> reject(const std::string& jobId, const std::string& reason);

    /// Whether a ceremony could be held with this engine here and now; the error says what is missing.
    Status checkEngine(EngineKind kind) const;

    /// Makes the rows true after a crash: jobs whose time is over expire, ceremonies that nobody runs any
    /// more are interrupted (their room was open) or wait again (nothing was begun). Changes nothing that
    /// another program is working on.
    Status recover();
    /// recover(), then takes up again what was left: broadcasts, fresh approvals, states that the relay was
    /// not told. Call after unlocking.
    void resume();
    /// Tells the relay what it does not know yet; done when nothing more can be told now.
    void report(Callback<void> done);

    /// Jobs whose ceremony or broadcast this desk is working on.
    bool isBusy() const;
    static constexpr std::chrono::seconds stopPatience{30};
    /// The console is being locked or closed: nothing new begins (Cancelled), broadcasts are left for
    /// resume(), and ceremonies that are not in their room are cancelled. One that is may have made a
    /// signature, or holds one that the disk does not take yet: it is waited for until its outcome is
    /// recorded, but no longer than patience, after which it is cancelled too. Whoever waits for an answer
    /// gets it: the job as it is now, or Cancelled where nothing came of it.
    ///
    /// stopped: called once, through the event loop, when nothing is left to wait for; the vault must be
    /// unlocked until then.
    void stop(std::function<void()> stopped = {}, std::chrono::milliseconds patience = stopPatience);

Q_SIGNALS:
    void jobChanged(const std::string& jobId);
    /// What this desk's operator said by approving is kept here and did not reach the relay.
    void statementNotPosted(const std::string& jobId, const countersign::Error& error);
    void ceremonyProgressed(const std::string& jobId, countersign::CeremonyStage stage);
    /// While a broadcast is followed here; never stored.
    void broadcastProgressed(const std::string& jobId, const countersign::BroadcastProgress& progress);

private:
    struct Parts;

    void note(const Job& job);
    void takeUpBroadcasts();

    std::unique_ptr<Parts> m_parts;
    QTimer m_heartbeat;
};

}  // namespace countersign
