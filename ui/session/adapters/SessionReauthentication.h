#pragma once

#include "ui/session/control/Reauthentication.h"
#include "ui/session/worker/SessionWorker.h"

namespace countersign {

/// Reauthentication with the vault on the session's thread.
class SessionReauthentication : public Reauthentication
{
    Q_OBJECT

public:
    SessionReauthentication(SessionWorker& worker, const Clock& clock, QObject* parent)
        : Reauthentication(parent), m_worker(worker), m_clock(clock)
    {}

    void setAsksForPassphrase(bool asks) { m_asks = asks; }
    void setReady(bool ready)
    {
        if (!ready) {
            Q_EMIT forgotten();
        }
    }

    bool asksForPassphrase() const override { return m_asks; }
    void verify(QObject* context, SecretBytes passphrase, Callback<Grant> done) override;

private:
    SessionWorker& m_worker;
    const Clock& m_clock;
    bool m_asks = true;
};

}  // namespace countersign
