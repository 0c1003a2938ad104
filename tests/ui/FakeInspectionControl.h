#pragma once

#include "ui/session/control/InspectionControl.h"

#include <QStringList>

namespace countersign::testing {

/// Takes note of what is asked; how a run stands is what the test says.
class FakeInspectionControl : public InspectionControl
{
    Q_OBJECT

public:
    bool isReady() const override { return ready; }
    void verifyAll() override { asked << QStringLiteral("all"); }
    void verifyWallet(const QString& walletId) override { asked << walletId; }
    void checkEnvironment() override { asked << QStringLiteral("environment"); }
    void reconcile(const Reconciliation::Options& options) override { reconciled.push_back(options); }
    void cancel() override { asked << QStringLiteral("cancel"); }

    void setReady(bool now)
    {
        ready = now;
        Q_EMIT readyChanged();
    }
    void show(std::optional<InspectionRun> run) { setRun(std::move(run)); }

    bool ready = true;
    QStringList asked;
    std::vector<Reconciliation::Options> reconciled;
};

}  // namespace countersign::testing
