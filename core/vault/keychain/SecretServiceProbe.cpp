#include "core/vault/keychain/SecretServiceProbe.h"

#include "core/base/Random.h"
#include "core/vault/database/BackgroundWork.h"
#include "core/vault/keychain/SessionBusCheck.h"

#include <QDBusArgument>
#include <QDBusError>
#include <QDBusObjectPath>
#include <QDBusPendingCallWatcher>
#include <QDBusVariant>
#include <QPointer>

#include <algorithm>
#include <memory>
#include <utility>

namespace countersign {

using namespace Qt::StringLiterals;

namespace {

constexpr auto secretsService = "org.freedesktop.secrets"_L1;

QDBusMessage busCall(const QString& method)
{
    return QDBusMessage::createMethodCall(u"org.freedesktop.DBus"_s, u"/org/freedesktop/DBus"_s,
                                          u"org.freedesktop.DBus"_s, method);
}

QDBusMessage serviceCall(const QString& path, const QString& interface, const QString& method)
{
    QDBusMessage message = QDBusMessage::createMethodCall(secretsService, path, interface, method);
    message.setAutoStartService(false);
    return message;
}

KeychainState stateOf(const QDBusError& error)
{
    switch (error.type()) {
        case QDBusError::NoReply:
        case QDBusError::Timeout:
        case QDBusError::TimedOut:
            return KeychainState::TimedOut;
        case QDBusError::Disconnected:
            return KeychainState::NoBus;
        case QDBusError::ServiceUnknown:
        case QDBusError::NoServer:
        case QDBusError::NoNetwork:
            return KeychainState::Absent;
        default:
            return error.name().startsWith("org.freedesktop.DBus.Error.Spawn"_L1) ||
                           error.name() == "org.freedesktop.DBus.Error.NameHasNoOwner"_L1
                       ? KeychainState::Absent
                       : KeychainState::Denied;
    }
}

QVariant firstArgument(const QDBusMessage& reply)
{
    return reply.arguments().value(0);
}

}  // namespace

void SecretServiceProbe::start(std::chrono::milliseconds timeout, Callback done)
{
    auto* probe = new SecretServiceProbe(timeout, std::move(done));
    const QPointer<SecretServiceProbe> self(probe);
    // It ends before this does, so that the sentence is about the bus.
    SessionBusCheck::start(std::min(timeout / 2, SessionBusCheck::usualPatience),
                           [self](SessionBusCheck::Finding finding, const QString& detail) {
                               if (self.isNull()) {
                                   return;
                               }
                               switch (finding) {
                                   case SessionBusCheck::Finding::Answers:
                                       self->connectToBus();
                                       break;
                                   case SessionBusCheck::Finding::Silent:
                                       self->finish(KeychainState::NoBus, detail);
                                       break;
                                   case SessionBusCheck::Finding::Unreachable:
                                       self->finish(KeychainState::Absent, detail);
                                       break;
                               }
                           });
}

SecretServiceProbe::SecretServiceProbe(std::chrono::milliseconds timeout, Callback done)
    : m_connectionName("countersign-keychain-"_L1 + QString::fromStdString(randomUuid())),
      m_done(std::move(done))
{
    m_timer.setSingleShot(true);
    m_timer.callOnTimeout(this, [this] { finish(KeychainState::TimedOut, u"no answer over D-Bus"_s); });
    m_timer.start(timeout);
}

SecretServiceProbe::~SecretServiceProbe()
{
    if (m_connection) {
        runDetached([name = m_connectionName] { QDBusConnection::disconnectFromBus(name); });
    }
}

void SecretServiceProbe::connectToBus()
{
    // A connection of its own: the shared one remembers for ever that there was no bus.
    const QPointer<SecretServiceProbe> self(this);
    const QString name = m_connectionName;
    const auto made = std::make_shared<std::optional<QDBusConnection>>();
    runInBackground(
        [name, made] { made->emplace(QDBusConnection::connectToBus(QDBusConnection::SessionBus, name)); },
        [self, name, made] {
            if (self.isNull()) {
                runDetached([name] { QDBusConnection::disconnectFromBus(name); });
                return;
            }
            self->m_connection = *made;
            if (self->m_connection->isConnected()) {
                self->askForOwner();
            } else {
                self->finish(KeychainState::Absent, self->m_connection->lastError().message());
            }
        });
}

void SecretServiceProbe::askForOwner()
{
    QDBusMessage message = busCall(u"NameHasOwner"_s);
    message << QString(secretsService);
    call(message, [this](const QDBusMessage& reply) {
        if (firstArgument(reply).toBool()) {
            askForDefaultCollection();
        } else {
            askWhetherStartable();
        }
    });
}

void SecretServiceProbe::askWhetherStartable()
{
    call(busCall(u"ListActivatableNames"_s), [this](const QDBusMessage& reply) {
        if (firstArgument(reply).toStringList().contains(secretsService)) {
            startService();
        } else {
            finish(KeychainState::Absent, u"nobody owns or can start org.freedesktop.secrets"_s);
        }
    });
}

void SecretServiceProbe::startService()
{
    QDBusMessage message = busCall(u"StartServiceByName"_s);
    message << QString(secretsService) << 0U;
    call(message, [this](const QDBusMessage&) { askForDefaultCollection(); });
}

void SecretServiceProbe::askForDefaultCollection()
{
    QDBusMessage message =
        serviceCall(u"/org/freedesktop/secrets"_s, u"org.freedesktop.Secret.Service"_s, u"ReadAlias"_s);
    message << u"default"_s;
    call(message, [this](const QDBusMessage& reply) {
        const QString collection = firstArgument(reply).value<QDBusObjectPath>().path();
        if (collection.isEmpty()) {
            finish(KeychainState::Denied, u"ReadAlias answered no path"_s);
        } else if (collection == "/"_L1) {
            // The service works and has no collection yet; the first write makes one.
            finish(KeychainState::Available, u"no default collection yet"_s);
        } else {
            askWhetherLocked(collection);
        }
    });
}

void SecretServiceProbe::askWhetherLocked(const QString& collection)
{
    QDBusMessage message = serviceCall(collection, u"org.freedesktop.DBus.Properties"_s, u"Get"_s);
    message << u"org.freedesktop.Secret.Collection"_s << u"Locked"_s;
    call(message, [this](const QDBusMessage& reply) {
        const QVariant locked = firstArgument(reply).value<QDBusVariant>().variant();
        if (locked.typeId() != QMetaType::Bool) {
            finish(KeychainState::Denied, u"Locked is no boolean"_s);
        } else {
            finish(locked.toBool() ? KeychainState::Locked : KeychainState::Available);
        }
    });
}

void SecretServiceProbe::call(const QDBusMessage& message, std::function<void(const QDBusMessage&)> next)
{
    auto* watcher =
        new QDBusPendingCallWatcher(m_connection->asyncCall(message, m_timer.remainingTime() + 1000), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this,
            [this, next = std::move(next)](QDBusPendingCallWatcher* answered) {
                answered->deleteLater();
                if (answered->isError()) {
                    finish(answered->error());
                } else {
                    next(answered->reply());
                }
            });
}

void SecretServiceProbe::finish(const QDBusError& error)
{
    finish(stateOf(error), error.name() + u": "_s + error.message());
}

void SecretServiceProbe::finish(KeychainState state, const QString& detail)
{
    if (const Callback done = std::exchange(m_done, nullptr)) {
        m_timer.stop();
        deleteLater();
        done({state, detail});
    }
}

}  // namespace countersign
