#pragma once

#include <QDBusVariant>
#include <QObject>

namespace countersign {

/// The desktop's preference for dark or light, from the freedesktop settings portal; Qt 6.4 does not know it.
/// Asked after the first paint and on another thread, because connecting to D-Bus can take its time; later
/// changes follow by signal. Where there is no portal, nothing happens.
class SystemColorScheme : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;
    void start();

Q_SIGNALS:
    void darkPreferred(bool dark);

private:
    void ask();

private Q_SLOTS:
    void onSettingChanged(const QString& group, const QString& key, const QDBusVariant& value);
};

}  // namespace countersign
