#pragma once

#include "core/signing/SigningServices.h"
#include "core/signing/broadcast/BroadcastProgress.h"
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
class JobBroadcast : public QObject
{
    Q_OBJECT

public:
    /// job: signed or broadcast, and to be broadcast.
    static std::unique_ptr<JobBroadcast> make(const Job& job, const SigningServices& parts, JobStore& store,
                                              AuditLog& audit, int confirmations);
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

protected:
    JobBroadcast(Job job, const SigningServices& parts, JobStore& store, AuditLog& audit);

    virtual Status connectNode() = 0;
    virtual void sendBytes() = 0;
    virtual void look() = 0;

    /// Records that the bytes go out (once), then sends them.
    void send();
    void sent();
    /// The node was not there, or did not take bytes that may be on their way all the same: asked again
    /// later.
    void sendFailed(const Error& error);
    /// The node refuses the bytes, and nothing says that any other has them: noted, and the run ends. Sending
    /// the same bytes again is the operator's to ask for.
    void refused(const Error& error);
    /// Whether it was taken could not be found out: sent again later.
    void confirmed(const std::string& note);
    void failed(const Error& error);
    /// The node did not answer: noted, and asked again later.
    void unreachable(const Error& error);
    void lookLater();
    void tell(const BroadcastProgress& progress);

    const Job& job() const { return m_job; }
    void hold(PendingCallPtr call) { m_call = std::move(call); }

private:
    void conclude(const Result<Job>& job);
    void tellFirstTry(const Result<Job>& job);
    void again();
    void pause();

    Job m_job;
    JobStore& m_store;
    AuditLog& m_audit;
    QTimer m_pause;
    std::chrono::milliseconds m_interval;
    bool m_sending = false;
    bool m_recorded = false;
    bool m_toldFirstTry = false;
    bool m_concluded = false;
    std::optional<BroadcastProgress> m_told;
    PendingCallPtr m_call;

protected:
    const SigningServices& m_parts;
};

}  // namespace countersign
