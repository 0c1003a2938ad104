#pragma once

#include "core/base/PendingCall.h"
#include "core/base/SecretBytes.h"
#include "ui/session/control/SettingsTrust.h"

#include <QObject>

namespace countersign {

/// The GUI's asynchronous interface for changing settings: the settings page asks for changes and must
/// neither know the thread that writes them and their entry in the record, nor the rules by which a value is
/// checked. Under the rules of JobControl.
class SettingsControl : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    virtual bool isReady() const = 0;
    /// As it was found when the profile was unlocked and with every change since; good while it is locked.
    const SettingsTrust& trust() const { return m_trust; }
    /// An empty value removes the setting. InvalidInput with a sentence about the value.
    virtual void set(QObject* context, const QString& key, const QString& value, Callback<void> done) = 0;
    virtual void putSecret(QObject* context, const QString& kind, SecretBytes secret,
                           Callback<void> done) = 0;
    /// publicKey: 64 hex digits.
    virtual void addSubmitter(QObject* context, const QString& name, const QString& publicKey,
                              Callback<void> done) = 0;
    virtual void removeSubmitter(QObject* context, const QString& name, Callback<void> done) = 0;

Q_SIGNALS:
    void readyChanged();
    /// Something was written; views read again.
    void changed();
    void trustChanged();

protected:
    void setTrust(const SettingsTrust& trust)
    {
        if (trust != m_trust) {
            m_trust = trust;
            Q_EMIT trustChanged();
        }
    }

private:
    SettingsTrust m_trust;
};

}  // namespace countersign
