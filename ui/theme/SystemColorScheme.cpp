#include "ui/theme/SystemColorScheme.h"

#include "core/vault/keychain/SessionBusCheck.h"

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QPointer>
#include <QThreadPool>

namespace countersign {

namespace {

constexpr int answerTimeoutMs = 2000;
constexpr uint prefersDark = 1;

QVariant unwrapped(QVariant value)
{
    while (value.canConvert<QDBusVariant>()) {
        value = value.value<QDBusVariant>().variant();
    }
    return value;
}

QDBusMessage question()
{
    QDBusMessage message = QDBusMessage::createMethodCall(
        QStringLiteral("org.freedesktop.portal.Desktop"), QStringLiteral("/org/freedesktop/portal/desktop"),
        QStringLiteral("org.freedesktop.portal.Settings"), QStringLiteral("Read"));
    message << QStringLiteral("org.freedesktop.appearance") << QStringLiteral("color-scheme");
    return message;
}

}  // namespace

void SystemColorScheme::start()
{
    // A thread that hangs on a bus that says nothing would be missing for ever.
    SessionBusCheck::start(
        SessionBusCheck::usualPatience,
        [guard = QPointer<SystemColorScheme>(this)](SessionBusCheck::Finding finding, const QString&) {
            if (guard && finding == SessionBusCheck::Finding::Answers) {
                guard->ask();
            }
        });
}

void SystemColorScheme::ask()
{
    QThreadPool::globalInstance()->start([guard = QPointer<SystemColorScheme>(this)] {
        QDBusConnection bus = QDBusConnection::sessionBus();
        if (!bus.isConnected()) {
            return;
        }
        const QDBusMessage answer = bus.call(question(), QDBus::Block, answerTimeoutMs);
        if (answer.type() != QDBusMessage::ReplyMessage || answer.arguments().isEmpty()) {
            return;
        }
        const bool dark = unwrapped(answer.arguments().constFirst()).toUInt() == prefersDark;
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [guard, dark] {
                if (guard) {
                    QDBusConnection::sessionBus().connect(
                        QStringLiteral("org.freedesktop.portal.Desktop"),
                        QStringLiteral("/org/freedesktop/portal/desktop"),
                        QStringLiteral("org.freedesktop.portal.Settings"), QStringLiteral("SettingChanged"),
                        guard.data(), SLOT(onSettingChanged(QString, QString, QDBusVariant)));
                    Q_EMIT guard->darkPreferred(dark);
                }
            },
            Qt::QueuedConnection);
    });
}

void SystemColorScheme::onSettingChanged(const QString& group, const QString& key, const QDBusVariant& value)
{
    if (group == QLatin1String("org.freedesktop.appearance") && key == QLatin1String("color-scheme")) {
        Q_EMIT darkPreferred(unwrapped(value.variant()).toUInt() == prefersDark);
    }
}

}  // namespace countersign
