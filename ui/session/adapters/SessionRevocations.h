#pragma once

#include "ui/session/control/RevocationControl.h"
#include "ui/session/worker/SessionWorker.h"

namespace countersign {

/// RevocationControl over the profile on the session's thread. What may take long is done beside it, with
/// a connection of its own, so that a ceremony's next step does not wait for 100,000 wallets.
class SessionRevocations : public RevocationControl
{
    Q_OBJECT

public:
    SessionRevocations(SessionWorker& worker, const Clock& clock, QObject* parent);

    void setReady(bool ready);

    bool isReady() const override { return m_ready; }
    void plan(QObject* context, const WalletSelection& selection,
              const std::optional<std::string>& onlyShareSet, Callback<RevocationPreviewPtr> done) override;
    void begin(QObject* context, RevocationPreviewPtr preview, const Order& order,
               const Reauthentication::Grant& grant, Callback<RevocationBegun> done) override;
    void release(QObject* context, const QString& revocationId, const QString& walletId,
                 Callback<void> done) override;
    void load(QObject* context, const QString& revocationId, Callback<RevocationPtr> done) override;
    void list(QObject* context, Which which, Callback<Summaries> done) override;
    void resume() override;
    void proof(QObject* context, const QString& revocationId, Callback<Proof> done) override;

private:
    /// work: on another thread, with a connection of its own.
    template <typename T>
    void inBackground(QObject* context, Database::Mode mode,
                      std::function<Result<T>(Database&, const Vault&)> work, Callback<T> done);
    /// work: on the worker's thread.
    template <typename T>
    void act(QObject* context, std::function<Result<T>(SessionWorker&)> work, Callback<T> done);

    SessionWorker& m_worker;
    const Clock& m_clock;
    bool m_ready = false;
};

}  // namespace countersign
