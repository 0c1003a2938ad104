// What the keychain test does in processes of their own: libsecret keeps its session for as long as a process
// lives, and one process can only ever see one state of the service. Prints one JSON line.

#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/vault/Vault.h"
#include "core/vault/keychain/KeychainRootKeyStore.h"

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusVariant>
#include <QDBusVirtualObject>
#include <QTimer>

#include <cstdio>

using namespace countersign;
using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::milliseconds patience{4'000};

void answer(const Json& json)
{
    std::puts(dumpJson(json).c_str());
    QCoreApplication::quit();
}

void answer(const Status& status)
{
    if (status) {
        answer(Json{{"ok", true}});
    } else {
        answer(Json{{"ok", false},
                    {"code", static_cast<int>(status.error().code)},
                    {"sentence", status.error().sentence.toStdString()},
                    {"detail", status.error().detail.toStdString()}});
    }
}

/// A service of the keychain's name that misbehaves: silent, refusing, or healthy until it is asked for
/// secrets.
class OddService final : public QDBusVirtualObject
{
public:
    explicit OddService(const QString& kind) : m_kind(kind) {}
    QString introspect(const QString&) const override { return {}; }
    bool handleMessage(const QDBusMessage& message, const QDBusConnection& connection) override
    {
        if (m_kind == "refusing"_L1) {
            connection.send(message.createErrorReply(u"org.freedesktop.DBus.Error.AccessDenied"_s, u"no"_s));
        } else if (m_kind == "stalling"_L1 && message.member() == "ReadAlias"_L1) {
            const QDBusObjectPath path(u"/org/freedesktop/secrets/collection/odd"_s);
            connection.send(message.createReply(QVariant::fromValue(path)));
        } else if (m_kind == "stalling"_L1 && message.member() == "Get"_L1) {
            connection.send(message.createReply(QVariant::fromValue(QDBusVariant(false))));
        }
        return true;  // anything else is never answered
    }

private:
    QString m_kind;
};

int serve(const QString& kind)
{
    static OddService odd(kind);
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.registerVirtualObject(u"/"_s, &odd, QDBusConnection::SubPath) ||
        !bus.registerService(u"org.freedesktop.secrets"_s)) {
        return 1;
    }
    std::puts("{\"serving\": true}");
    std::fflush(stdout);
    return QCoreApplication::exec();
}

int lockCollections()
{
    QDBusMessage call =
        QDBusMessage::createMethodCall(u"org.freedesktop.secrets"_s, u"/org/freedesktop/secrets"_s,
                                       u"org.freedesktop.Secret.Service"_s, u"Lock"_s);
    call << QVariant::fromValue(QList{QDBusObjectPath(u"/org/freedesktop/secrets/collection/login"_s)});
    return QDBusConnection::sessionBus().call(call).type() == QDBusMessage::ReplyMessage ? 0 : 1;
}

const char* nameOf(KeychainState state)
{
    switch (state) {
        case KeychainState::Available:
            return "available";
        case KeychainState::Locked:
            return "locked";
        case KeychainState::Absent:
            return "absent";
        case KeychainState::Denied:
            return "denied";
        case KeychainState::TimedOut:
            return "timed out";
        case KeychainState::NoBus:
            return "no bus";
    }
    return "";
}

bool start(const QString& command, const QString& argument,
           const std::shared_ptr<KeychainRootKeyStore>& store)
{
    static const SystemClock clock;
    static std::shared_ptr<Vault> vault;
    if (command == "probe"_L1) {
        store->probe([](KeychainState state) { answer(Json{{"state", nameOf(state)}}); });
    } else if (command == "read"_L1) {
        store->read(argument, [](const Result<SecretBytes>& key) {
            if (key) {
                answer(Json{{"ok", true}, {"key", toHex(key->view())}});
            } else {
                answer(failure(key.error()));
            }
        });
    } else if (command == "write"_L1) {
        store->write(argument, SecretBytes::random(32), [](const Status& status) { answer(status); });
    } else if (command == "remove"_L1) {
        store->remove(argument, [](const Status& status) { answer(status); });
    } else if (command == "create"_L1) {
        Vault::create(ProfilePaths(argument.toStdString()), {}, false, store, clock,
                      [](const Result<std::shared_ptr<Vault>>& made) {
                          answer(made ? Status() : failure(made.error()));
                      });
    } else if (command == "unlock"_L1) {
        auto opened = Vault::open(ProfilePaths(argument.toStdString()), store);
        if (!opened) {
            return false;
        }
        vault = *opened;
        vault->unlock({}, [](const Status& status) { answer(status); });
    } else {
        return false;
    }
    return true;
}

}  // namespace

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    const QString command = application.arguments().value(1);
    const QString argument = application.arguments().value(2);
    if (command == "serve"_L1) {
        return serve(argument);
    }
    if (command == "lock"_L1) {
        return lockCollections();
    }
    const auto store = std::make_shared<KeychainRootKeyStore>(patience, patience / 2);
    if (!start(command, argument, store)) {
        return 2;
    }
    if (application.arguments().contains(u"--linger"_s)) {
        // A job that was given up must do no harm while the program goes on.
        QTimer::singleShot(patience * 2, &application, &QCoreApplication::quit);
        (void)QCoreApplication::exec();
        return QCoreApplication::exec();
    }
    return QCoreApplication::exec();
}
