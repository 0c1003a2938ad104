#pragma once

#include "core/inspection/environment/EnvironmentInspector.h"
#include "core/inspection/wallets/VerifySchedule.h"
#include "ui/session/control/InspectionControl.h"

#include <QElapsedTimer>

namespace countersign {

/// Runs the questions to Dynamic of the window while the profile is unlocked: those of the schedule, and
/// those that an operator begins, which the schedule gives way to. Lives on the session's thread; what is
/// going on ends with it.
class InspectionRunner : public QObject
{
    Q_OBJECT

public:
    /// The services' database and the ingestor outlive it.
    InspectionRunner(const InspectionServices& services, Ingestor& ingestor, Reconciliation::Drain drain,
                     QObject* parent = nullptr);

    /// Nothing happens while a run is going on. walletId: empty for all that are not revoked.
    void verify(const std::string& walletId);
    void checkEnvironment();
    void reconcile(const Reconciliation::Options& options);
    void stop();

Q_SIGNALS:
    void changed(const countersign::InspectionRun& run);
    void answered();

private:
    void begin(InspectionRun::Kind kind, const std::string& walletId = {});
    void noteProgress(const VerifyProgress& progress);
    void followMessages();
    void noteMessages(const MessageProgress& progress);
    void tell(bool atOnce);
    void end(const Status& status);

    InspectionServices m_services;
    VerifySchedule m_schedule;
    WalletVerifier m_verifier;
    EnvironmentInspector m_inspector;
    Reconciliation m_reconciliation;
    std::optional<InspectionRun> m_run;  ///< while it is going on
    QElapsedTimer m_sinceTold;
};

}  // namespace countersign
