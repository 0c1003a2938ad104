#include "core/vault/keychain/SessionBusCheck.h"

#include <QFileInfo>
#include <QLocalSocket>
#include <QTcpSocket>

#include <algorithm>
#include <utility>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace countersign {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype maxBusAnswer = 64 * 1024;
constexpr qsizetype fixedHeader = 16;

/// "%XX" in addresses.
QByteArray unescaped(const QByteArray& text)
{
    return QByteArray::fromPercentEncoding(text);
}

BusAddress parseBusAddress(const QByteArray& text)
{
    const qsizetype colon = text.indexOf(':');
    const QByteArray transport = text.left(std::max<qsizetype>(colon, 0));
    BusAddress address;
    bool isNumber = true;
    for (const QByteArray& pair : text.mid(colon + 1).split(',')) {
        const qsizetype equals = pair.indexOf('=');
        const QByteArray key = pair.left(std::max<qsizetype>(equals, 0));
        const QByteArray value = unescaped(pair.mid(equals + 1));
        if (transport == "unix" && (key == "path" || key == "abstract")) {
            address.transport =
                key == "path" ? BusAddress::Transport::UnixPath : BusAddress::Transport::UnixAbstract;
            address.name = QString::fromLocal8Bit(value);
        } else if (transport == "tcp" && key == "host") {
            address.transport = BusAddress::Transport::Tcp;
            address.name = QString::fromLatin1(value);
        } else if (transport == "tcp" && key == "port") {
            address.port = value.toUShort(&isNumber);
        }
    }
    const bool isWhole = !address.name.isEmpty() && isNumber &&
                         (address.transport != BusAddress::Transport::Tcp || address.port != 0);
    return isWhole ? address : BusAddress{};
}

/// The addresses of this session; none where there is no session. (Looking for a bus without one could start
/// one, with a keychain that nobody uses.)
QList<BusAddress> sessionAddresses()
{
    const QByteArray given = qgetenv("DBUS_SESSION_BUS_ADDRESS");
    if (!given.isEmpty()) {
        return parseBusAddresses(given);
    }
    const QString bus = qEnvironmentVariable("XDG_RUNTIME_DIR") + "/bus"_L1;
    if (qEnvironmentVariableIsEmpty("XDG_RUNTIME_DIR") || !QFileInfo::exists(bus)) {
        return {};
    }
    return {{BusAddress::Transport::UnixPath, bus, 0}};
}

QByteArray authentication()
{
#ifdef Q_OS_UNIX
    const QByteArray user = QByteArray::number(static_cast<qulonglong>(::geteuid())).toHex();
#else
    const QByteArray user;
#endif
    return QByteArray("\0AUTH EXTERNAL ", 15) + user + "\r\n";
}

/// The method call org.freedesktop.DBus.Hello as the specification lays it out, little endian, serial 1.
QByteArray helloMessage()
{
    QByteArray fields;
    const auto add = [&fields](char code, const char* signature, const QByteArray& value) {
        fields.append((8 - fields.size() % 8) % 8, '\0');
        fields.append(code).append('\1').append(signature).append('\0');
        fields.append(static_cast<char>(value.size())).append(3, '\0').append(value).append('\0');
    };
    add('\1', "o", "/org/freedesktop/DBus");
    add('\2', "s", "org.freedesktop.DBus");
    add('\3', "s", "Hello");
    add('\6', "s", "org.freedesktop.DBus");
    QByteArray message("l\1\0\1\0\0\0\0\1\0\0\0", 12);
    message.append(static_cast<char>(fields.size())).append(3, '\0').append(fields);
    message.append((8 - message.size() % 8) % 8, '\0');
    return message;
}

quint32 numberAt(const QByteArray& bytes, qsizetype offset, bool bigEndian)
{
    quint32 number = 0;
    for (qsizetype i = 0; i < 4; ++i) {
        const auto byte = static_cast<quint8>(bytes.at(offset + (bigEndian ? i : 3 - i)));
        number = (number << 8U) | byte;
    }
    return number;
}

}  // namespace

QList<BusAddress> parseBusAddresses(const QByteArray& text)
{
    QList<BusAddress> addresses;
    for (const QByteArray& one : text.split(';')) {
        if (!one.isEmpty()) {
            addresses.append(parseBusAddress(one));
        }
    }
    return addresses;
}

std::optional<qsizetype> busMessageLength(const QByteArray& bytes)
{
    if (!bytes.isEmpty() && bytes.at(0) != 'l' && bytes.at(0) != 'B') {
        return 0;
    }
    if (bytes.size() < fixedHeader) {
        return std::nullopt;
    }
    const bool bigEndian = bytes.at(0) == 'B';
    const quint32 body = numberAt(bytes, 4, bigEndian);
    const quint32 fields = numberAt(bytes, 12, bigEndian);
    if (bytes.at(3) != '\1' || body > maxBusAnswer || fields > maxBusAnswer) {
        return 0;
    }
    return fixedHeader + (static_cast<qsizetype>(fields) + 7) / 8 * 8 + static_cast<qsizetype>(body);
}

void SessionBusCheck::start(std::chrono::milliseconds timeout, Callback done)
{
    auto* check = new SessionBusCheck(std::move(done));
    check->m_timer.start(timeout);
    QMetaObject::invokeMethod(
        check, [check] { check->tryNext(); }, Qt::QueuedConnection);
}

SessionBusCheck::SessionBusCheck(Callback done) : m_done(std::move(done)), m_addresses(sessionAddresses())
{
    m_timer.setSingleShot(true);
    m_timer.callOnTimeout(this, [this] { finish(Finding::Silent, u"the session bus does not answer"_s); });
}

SessionBusCheck::~SessionBusCheck() = default;

void SessionBusCheck::tryNext()
{
    if (m_addresses.isEmpty()) {
        // What only libdbus knows how to reach (a program to start, say) is left to it.
        if (m_hasUnknown) {
            finish(Finding::Answers, u"an address of another kind"_s);
        } else {
            finish(Finding::Unreachable, u"no D-Bus session"_s);
        }
        return;
    }
    const BusAddress address = m_addresses.takeFirst();
    if (address.transport == BusAddress::Transport::Other) {
        m_hasUnknown = true;
        tryNext();
        return;
    }
    connectTo(address);
}

void SessionBusCheck::connectTo(const BusAddress& address)
{
    // Not from inside the socket's own signal, which would end it.
    const auto failed = [this] {
        if (m_connected) {
            finish(Finding::Silent, u"the session bus dropped the connection"_s);
        } else {
            QMetaObject::invokeMethod(
                this, [this] { tryNext(); }, Qt::QueuedConnection);
        }
    };
    if (address.transport == BusAddress::Transport::Tcp) {
        auto socket = std::make_unique<QTcpSocket>();
        connect(socket.get(), &QTcpSocket::connected, this, &SessionBusCheck::authenticate);
        connect(socket.get(), &QTcpSocket::errorOccurred, this, failed);
        connect(socket.get(), &QTcpSocket::readyRead, this, &SessionBusCheck::handleAnswer);
        QTcpSocket* raw = socket.get();
        m_socket = std::move(socket);
        raw->connectToHost(address.name, address.port);
        return;
    }
    auto socket = std::make_unique<QLocalSocket>();
    if (address.transport == BusAddress::Transport::UnixAbstract) {
        socket->setSocketOptions(QLocalSocket::AbstractNamespaceOption);
    }
    connect(socket.get(), &QLocalSocket::connected, this, &SessionBusCheck::authenticate);
    connect(socket.get(), &QLocalSocket::errorOccurred, this, failed);
    connect(socket.get(), &QLocalSocket::readyRead, this, &SessionBusCheck::handleAnswer);
    QLocalSocket* raw = socket.get();
    m_socket = std::move(socket);
    raw->connectToServer(address.name);
}

void SessionBusCheck::authenticate()
{
    m_connected = true;
    m_socket->write(authentication());
}

void SessionBusCheck::handleAnswer()
{
    m_answer += m_socket->read(maxBusAnswer + 1 - m_answer.size());
    if (!m_greeted) {
        const qsizetype end = m_answer.indexOf("\r\n");
        if (end < 0 && m_answer.size() <= maxBusAnswer) {
            return;
        }
        if (!m_answer.startsWith("OK ")) {
            // Another way to authenticate is libdbus's business; what is no answer at all is nobody's.
            const bool isAnswer = m_answer.startsWith("REJECTED") || m_answer.startsWith("DATA") ||
                                  m_answer.startsWith("ERROR");
            finish(isAnswer && end >= 0 ? Finding::Answers : Finding::Silent, u"not authenticated"_s);
            return;
        }
        m_greeted = true;
        m_answer.remove(0, end + 2);
        m_socket->write("BEGIN\r\n" + helloMessage());
    }
    const auto length = busMessageLength(m_answer);
    if (length == 0 || m_answer.size() > maxBusAnswer) {
        finish(Finding::Silent, u"the session bus does not speak D-Bus"_s);
    } else if (length && m_answer.size() >= *length) {
        finish(Finding::Answers, {});
    }
}

void SessionBusCheck::finish(Finding finding, const QString& detail)
{
    if (const Callback done = std::exchange(m_done, nullptr)) {
        m_timer.stop();
        if (m_socket) {
            m_socket->disconnect(this);
        }
        deleteLater();
        done(finding, detail);
    }
}

}  // namespace countersign
