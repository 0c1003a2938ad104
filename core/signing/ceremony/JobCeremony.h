#pragma once

#include "core/delegation/DelegationStore.h"
#include "core/delegation/WalletPathStore.h"
#include "core/signing/SigningServices.h"
#include "core/signing/ceremony/SignatureCheck.h"
#include "core/signing/job/VerifiedJob.h"
#include "core/signing/store/JobStore.h"

#include <QObject>

#include <functional>
#include <memory>

namespace countersign {

/// One MPC signing ceremony for one approved job, from the wallet's look-up to a verified signature in the
/// store, each step recorded before it is taken. It decides what a failure means: where no room was opened
/// nothing can have been signed and the job waits again (unless Dynamic refused it); afterwards it has
/// failed, and only an operator opens another room.
class JobCeremony : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(JobCeremony)

public:
    struct Order
    {
        VerifiedJob verified;  ///< approved, with a payload
        std::optional<std::string> shareSetId;
        std::string relayDomain;
        EngineKind engine = EngineKind::Sdk;
        /// Whether what the approval rested on still holds (ApprovalGate::recheck); empty: it does. Asked in
        /// the transaction in which signing begins, and right before the share is used.
        std::function<Status(const Job& row)> stillApproved = {};
    };

    struct Hooks
    {
        /// Tells others that the job is being signed, and waits until they know; the ceremony goes on after
        /// that.
        std::function<void(const Job& job, Callback<void> done)> announce;
        /// Asked right before the share is used.
        std::function<Status()> stillMine;
    };

    /// parts, store and audit must outlive it.
    JobCeremony(Order order, Hooks hooks, const SigningServices& parts, JobStore& store, AuditLog& audit,
                QObject* parent = nullptr);
    ~JobCeremony() override;

    void start();
    /// finished() follows: the job waits again, or has failed if the console's part had begun. why: for
    /// operator and record.
    void cancel(const Error& why);
    /// As cancel() as long as nothing can have been signed. In the room a signature may exist at any moment:
    /// the ceremony goes on, and finished() follows with what came of it.
    void stop(const Error& why);

Q_SIGNALS:
    void progressed(countersign::CeremonyStage stage);
    /// The row is different: signing has begun.
    void changed(const countersign::Job& job);
    /// Exactly once: the job as it is now (signed, failed or pending). An error: not even that could be
    /// written; the next resume() finds the job as a crash would have left it.
    void finished(const countersign::Result<countersign::Job>& job);

private:
    const Job& job() const { return m_order.verified.job(); }
    const SigningPayload& payload() const { return *m_order.verified.payload(); }
    void lookUpPath();
    void handleWallet(const Result<WaasWallet>& wallet);
    void begin();
    void openRoom();
    void enterRoom(const std::string& roomId);
    void leaveRoom(const Error& error);
    Status mayEnter();
    Status checkApproved(const Job& row) const;
    void handleSignature(const Result<Bytes>& raw);
    void keep(const VerifiedSignature& signature, int tries);
    void end(const Error& error);
    void conclude(const Result<Job>& job);

    Order m_order;
    Hooks m_hooks;
    const SigningServices& m_parts;
    JobStore& m_store;
    AuditLog& m_audit;
    DelegationStore m_delegations;
    WalletPathStore m_paths;
    std::string m_eventId;
    std::vector<std::uint32_t> m_path;
    SecretBytes m_share;
    bool m_inRoom = false;
    std::optional<Error> m_roomError;
    bool m_isKeeping = false;  ///< a signature exists, and is being written
    bool m_concluded = false;
    std::unique_ptr<DynamicApi> m_api;
    std::unique_ptr<SigningEngine> m_engine;
    PendingCallPtr m_call;
};

}  // namespace countersign
