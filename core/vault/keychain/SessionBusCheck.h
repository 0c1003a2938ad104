#pragma once

#include <QByteArray>
#include <QList>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

class QIODevice;

namespace countersign {

/// One address out of a list of D-Bus (specification, "Server Addresses"), as far as a client needs it.
struct BusAddress
{
    enum class Transport { UnixPath, UnixAbstract, Tcp, Other };
    Transport transport = Transport::Other;
    QString name;  ///< path, abstract name or host
    quint16 port = 0;

    bool operator==(const BusAddress&) const = default;
};

/// What DBUS_SESSION_BUS_ADDRESS says; parts without a known form are Other.
QList<BusAddress> parseBusAddresses(const QByteArray& text);

/// Checks, without blocking, whether the D-Bus session bus answers. Qt and libdbus connect to a session bus
/// in calls that wait for its answers, some for ever, and a thread that hangs in one cannot be ended: it
/// keeps the program from ending, too. So a socket of our own, which never blocks, goes through the same
/// beginning (authentication and Hello) first, and only a bus that answered all of it is connected to. An
/// object answers once, on the thread that started it, and deletes itself.
class SessionBusCheck final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SessionBusCheck)

public:
    enum class Finding {
        Answers,
        Silent,       ///< it takes the connection and does not answer, drops it, or answers something else
        Unreachable,  ///< there is no session, or nobody listens
    };
    using Callback = std::function<void(Finding, const QString& detail)>;

    static void start(std::chrono::milliseconds timeout, Callback done);
    /// How long a bus may take: it is a program on this machine that does next to nothing.
    static constexpr std::chrono::milliseconds usualPatience{5'000};

private:
    explicit SessionBusCheck(Callback done);
    ~SessionBusCheck() override;

    void tryNext();
    void connectTo(const BusAddress& address);
    void authenticate();
    void handleAnswer();
    void finish(Finding finding, const QString& detail);

    Callback m_done;
    QTimer m_timer;
    QList<BusAddress> m_addresses;
    std::unique_ptr<QIODevice> m_socket;
    QByteArray m_answer;
    bool m_connected = false;
    bool m_greeted = false;
    bool m_hasUnknown = false;
};

/// How long the D-Bus message is that begins here: nothing while that cannot be known yet, 0 when it is none.
std::optional<qsizetype> busMessageLength(const QByteArray& bytes);

}  // namespace countersign
