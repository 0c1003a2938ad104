#pragma once

#include "ui/session/control/InspectionControl.h"
#include "ui/session/worker/SessionWorker.h"

#include <QTimer>

namespace countersign {

/// InspectionControl over the session's InspectionRunner, on whose thread everything is asked and kept.
class SessionInspection : public InspectionControl
{
    Q_OBJECT

public:
    SessionInspection(SessionWorker& worker, QObject* parent);

    void setReady(bool ready);

    bool isReady() const override { return m_ready; }
    void verifyAll() override;
    void verifyWallet(const QString& walletId) override;
    void checkEnvironment() override;
    void reconcile(const Reconciliation::Options& options) override;
    void cancel() override;

private:
    void post(std::function<void(InspectionRunner&)> work);
    void begin(InspectionRun run, std::function<void(InspectionRunner&)> work);
    void take(const InspectionRun& run);

    SessionWorker& m_worker;
    bool m_ready = false;
    QTimer m_answered;  ///< views read again now and then, not for each of many answers
};

}  // namespace countersign
