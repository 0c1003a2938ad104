#pragma once

#include "ui/session/control/OperatorControl.h"
#include "ui/session/worker/SessionWorker.h"

namespace countersign {

/// OperatorControl over the register on the session's thread; each change has its entry in the record.
class SessionOperators : public OperatorControl
{
    Q_OBJECT

public:
    SessionOperators(SessionWorker& worker, const Clock& clock, QObject* parent);

    void setReady(bool ready);

    bool isReady() const override { return m_ready; }
    void read(QObject* context, Callback<KnownOperators> done) override;
    void create(QObject* context, const QString& name, Callback<OwnOperator> done) override;
    void add(QObject* context, const Operator& one, const Reauthentication::Grant& grant,
             Callback<void> done) override;
    void remove(QObject* context, const QString& name, const Reauthentication::Grant& grant,
                Callback<void> done) override;
    void openJobsWith(QObject* context, const ed25519::PublicKey& key, Callback<int> done) override;

private:
    SessionWorker& m_worker;
    const Clock& m_clock;
    bool m_ready = false;
};

}  // namespace countersign
