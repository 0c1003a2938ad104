#pragma once

#include "ui/session/control/PolicyControl.h"
#include "ui/session/worker/SessionWorker.h"

#include <atomic>
#include <memory>

namespace countersign {

/// PolicyControl over the store on the session's thread. Trials run beside it, over a connection of their
/// own, so that they hold up no ceremony.
class SessionPolicy : public PolicyControl
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SessionPolicy)

public:
    SessionPolicy(SessionWorker& worker, const Clock& clock, QObject* parent);
    ~SessionPolicy() override;

    void setReady(bool ready);

    bool isReady() const override { return m_ready; }
    void inForce(QObject* context, Callback<std::optional<PolicyInForce>> done) override;
    void tryHistory(QObject* context, Bytes policy, Callback<PolicyTrial> done) override;
    void changeStanding(QObject* context, Bytes policy, const QStringList& statements,
                        Callback<PolicyChangeStanding> done) override;
    void endorse(QObject* context, Bytes policy, const std::string& replaces, const QString& file,
                 const Reauthentication::Grant& grant, Callback<void> done) override;
    void putInForce(QObject* context, Bytes policy, const std::string& replaces,
                    const QStringList& statements, const Reauthentication::Grant& grant,
                    Callback<void> done) override;

private:
    SessionWorker& m_worker;
    const Clock& m_clock;
    std::shared_ptr<std::atomic<bool>> m_isOver;  ///< of trials that were begun while it was open
    bool m_ready = false;
};

}  // namespace countersign
