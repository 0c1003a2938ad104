#pragma once

#include "ui/session/control/FreezeControl.h"
#include "ui/session/control/RecordControl.h"

namespace countersign {

/// FreezeControl over the session, for the emergency stop, which asks for re-authentication first; the freeze
/// itself is the record's.
class SessionFreeze : public FreezeControl
{
    Q_OBJECT

public:
    /// Both outlive it.
    SessionFreeze(RecordControl& record, const Clock& clock, QObject* parent)
        : FreezeControl(parent), m_record(record), m_clock(clock)
    {}

    bool isAvailable() const override { return m_record.isReady(); }
    QString obstacle() const override
    {
        return isAvailable() ? QString() : tr("Unlock the profile: a freeze is recorded.");
    }
    void freeze(QObject* context, const std::string& reason, const Reauthentication::Grant& grant,
                Callback<void> done) override;
    void freezeInbox(QObject* context, const std::string& reason, const Reauthentication::Grant& grant,
                     Callback<InboxTold> done) override;

private:
    Status checkGrant(const Reauthentication::Grant& grant) const;

    RecordControl& m_record;
    const Clock& m_clock;
};

}  // namespace countersign
