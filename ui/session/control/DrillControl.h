#pragma once

#include "core/base/PendingCall.h"
#include "core/revocation/emergency/EmergencyDrill.h"
#include "ui/session/WalletSelection.h"

#include <QObject>

namespace countersign {

/// What an operator wants to be tried.
struct DrillWish
{
    EmergencyRequest::Scope scope = EmergencyRequest::Scope::FreezeOnly;
    WalletSelection selection;  ///< for Scope::Chosen
    std::string reason;         ///< 1 to 4000 bytes of UTF-8; it stays in the copy
};

/// The GUI's asynchronous interface for drills of the emergency stop, under the rules of JobControl.
class DrillControl : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    virtual bool isReady() const = 0;
    /// One at a time: one that is going on is cancelled. Cancelled after cancel(), and when the profile is
    /// locked; the errors of runEmergencyDrill.
    virtual void run(QObject* context, const DrillWish& wish, Callback<DrillReport> done) = 0;
    virtual void cancel() = 0;

Q_SIGNALS:
    void readyChanged();
    /// Of the drill that is going on.
    void reached(countersign::DrillStage stage);
};

}  // namespace countersign
