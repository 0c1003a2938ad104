#pragma once

#include "ui/session/control/SettingsControl.h"
#include "ui/session/worker/SessionWorker.h"

namespace countersign {

/// SettingsControl over the database on the session's thread; each change has its entry in the record.
class SessionSettings : public SettingsControl
{
    Q_OBJECT

public:
    SessionSettings(SessionWorker& worker, QObject* parent);

    void setReady(bool ready);

    bool isReady() const override { return m_ready; }
    void set(QObject* context, const QString& key, const QString& value, Callback<void> done) override;
    void putSecret(QObject* context, const QString& kind, SecretBytes secret, Callback<void> done) override;
    void addSubmitter(QObject* context, const QString& name, const QString& publicKey,
                      Callback<void> done) override;
    void removeSubmitter(QObject* context, const QString& name, Callback<void> done) override;

private:
    using Change = std::function<Status(SessionWorker&)>;
    void change(QObject* context, Change change, Callback<void> done);

    SessionWorker& m_worker;
    bool m_ready = false;
};

}  // namespace countersign
