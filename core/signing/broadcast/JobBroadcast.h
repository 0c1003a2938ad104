#pragma once

#include "core/signing/SigningServices.h"
#include "core/signing/broadcast/BroadcastStrategy.h"
#include "core/signing/store/JobStore.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <memory>

namespace countersign {

/// The broadcast of a signed transaction, which is sent, and followed until the chain has decided. What is
/// sent are always the stored bytes, however often: sending again can never be a second transaction. It works
/// from the job's row alone, so that a crash anywhere is followed by starting it again.
///
/// Only the chain decides: a transaction has failed when it was executed without effect, or can never be
/// executed any more. A node that cannot be reached, or forgets, or refuses what may be on its way already,
/// is asked again with growing pauses. What a node refuses from the beginning stays signed, and is not sent
/// again by itself.
class JobBroadcast final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(JobBroadcast)

public:
    /// With the strategy of the job's chain; job: signed or broadcast, and to be broadcast. confirmations:
    /// blocks that decide on EVM chains.
    static std::unique_ptr<JobBroadcast> make(const Job& job, const SigningServices& parts, JobStore& store,
                                              AuditLog& audit, int confirmations);
    JobBroadcast(Job job, std::unique_ptr<BroadcastStrategy> strategy, JobStore& store, AuditLog& audit);
    ~JobBroadcast() override;

    void start();

Q_SIGNALS:
    /// The row is different: sent, or an error was noted.
    void changed(const countersign::Job& job);
    /// The chain came nearer to its decision, or went back.
    void progressed(const countersign::BroadcastProgress& progress);
    /// Once: the first try to send is over, whatever came of it.
    void triedToSend(const countersign::Result<countersign::Job>& job);
    /// Once, and last: confirmed or failed. An error: it could not be written.
    void ended(const countersign::Result<countersign::Job>& job);

private:
    /// Records that the bytes go out (once), then sends them.
    void send();
    void look();
    void handle(const BroadcastOutcome& outcome);
    void take(const BroadcastOutcome::Sent&);
    void take(const BroadcastOutcome::NotTaken& notTaken);
    /// Noted, and the run ends. Sending the same bytes again is the operator's to ask for.
    void take(const BroadcastOutcome::Refused& refused);
    /// Noted, and asked again later.
    void take(const BroadcastOutcome::Unreachable& unreachable);
    void take(const BroadcastOutcome::StillPending&);
    void take(const BroadcastOutcome::Forgotten&);
    void take(const BroadcastOutcome::Confirmed& confirmed);
    void take(const BroadcastOutcome::Failed& failed);
    void lookLater();
    void conclude(const Result<Job>& job);
    void tellFirstTry(const Result<Job>& job);
    void again();
    void pause();

    Job m_job;
    std::unique_ptr<BroadcastStrategy> m_strategy;
    JobStore& m_store;
    AuditLog& m_audit;
    QTimer m_pause;
    std::chrono::milliseconds m_interval;
    bool m_sending = false;
    bool m_recorded = false;
    bool m_toldFirstTry = false;
    bool m_concluded = false;
    std::optional<BroadcastProgress> m_told;
};

}  // namespace countersign
