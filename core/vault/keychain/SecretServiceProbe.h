#pragma once

#include "core/vault/keychain/RootKeyStore.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>
#include <optional>

namespace countersign {

/// Asks the Secret Service for the keychain's state, over D-Bus. QtKeychain reports "not there", "locked" and
/// "refused" with the same few codes and may wait for ever. What the state is, the Secret Service itself says
/// (freedesktop.org Secret Service API 0.2: ReadAlias, the collection's property Locked), without a question
/// to the operator. Nothing here blocks: connecting runs on a worker thread, and only to a bus that answers
/// (SessionBusCheck); every call is asynchronous. While Qt connects it holds a lock that every other look at
/// its connections waits for, so connections are named and ended on worker threads, too. An object answers
/// once, on the thread that started it, and deletes itself.
class SecretServiceProbe final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SecretServiceProbe)

public:
    struct Finding
    {
        KeychainState state = KeychainState::Absent;
        QString detail;
    };
    using Callback = std::function<void(const Finding&)>;

    /// Starts a keychain service that the session can start by itself; never unlocks one.
    static void start(std::chrono::milliseconds timeout, Callback done);

private:
    SecretServiceProbe(std::chrono::milliseconds timeout, Callback done);
    ~SecretServiceProbe() override;

    void connectToBus();
    void askForOwner();
    void askWhetherStartable();
    void startService();
    void askForDefaultCollection();
    void askWhetherLocked(const QString& collection);
    void call(const QDBusMessage& message, std::function<void(const QDBusMessage&)> next);
    void finish(KeychainState state, const QString& detail = {});
    void finish(const QDBusError& error);

    QString m_connectionName;
    std::optional<QDBusConnection> m_connection;  ///< once it was made
    Callback m_done;
    QTimer m_timer;
};

}  // namespace countersign
