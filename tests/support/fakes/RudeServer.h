#pragma once

#include <QTcpServer>
#include <QTcpSocket>

#ifdef Q_OS_UNIX
#include <sys/socket.h>
#endif

#include <optional>

namespace countersign {

/// An HTTP server that cuts connections. GETs are answered well and their connections kept open; anything
/// else is cut off where the test says, and each time that it arrives is counted. What a client does when a
/// connection ends too early shows only where one does, at each point of an exchange.
class RudeServer : public QObject
{
public:
    /// Where a connection is cut: after so many bytes of the request (0: right when it is accepted), or, when
    /// the request is whole, after these bytes of an answer.
    struct Cut
    {
        std::optional<qsizetype> requestBytes;
        QByteArray answer;
        bool reset = false;  ///< RST instead of FIN
    };

    RudeServer()
    {
        m_server.listen(QHostAddress::LocalHost);
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket* socket = m_server.nextPendingConnection()) {
                accept(*socket);
            }
        });
    }

    QString url() const { return QStringLiteral("http://127.0.0.1:%1/").arg(m_server.serverPort()); }

    Cut cut;
    bool isRude = false;  ///< false: only GETs are expected
    int connections = 0;
    int arrivals = 0;     ///< connections on which a byte of something else than a GET came in
    QByteArray received;  ///< all such bytes

private:
    void accept(QTcpSocket& socket)
    {
        ++connections;
        connect(&socket, &QTcpSocket::disconnected, &socket, &QObject::deleteLater);
        if (isRude && cut.requestBytes == 0) {
            end(socket);
            return;
        }
        connect(&socket, &QTcpSocket::readyRead, this, [this, &socket] { read(socket); });
    }

    void read(QTcpSocket& socket)
    {
        const bool isKnown = socket.property("arrived").toBool();
        if (!isKnown && socket.peek(4) == "GET ") {
            if (socket.peek(64 * 1024).contains("\r\n\r\n")) {
                socket.readAll();
                socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
            return;
        }
        if (!isKnown) {
            ++arrivals;
            socket.setProperty("arrived", true);
        }
        const qsizetype left =
            cut.requestBytes ? *cut.requestBytes - readOf(socket) : socket.bytesAvailable();
        const QByteArray bytes = socket.read(left);
        received += bytes;
        socket.setProperty("read", readOf(socket) + bytes.size());
        if (cut.requestBytes ? readOf(socket) >= *cut.requestBytes : isWhole()) {
            socket.write(cut.answer);
            end(socket);
        }
    }

    static qsizetype readOf(const QTcpSocket& socket) { return socket.property("read").toLongLong(); }

    bool isWhole() const
    {
        const qsizetype head = received.indexOf("\r\n\r\n");
        const QByteArray lower = received.left(head).toLower();
        const qsizetype field = lower.indexOf("\r\ncontent-length: ");
        const qsizetype length =
            field < 0 ? 0
                      : lower.mid(field + 18, lower.indexOf("\r\n", field + 18) - field - 18).toLongLong();
        return head >= 0 && received.size() >= head + 4 + length;
    }

    void end(QTcpSocket& socket)
    {
        socket.flush();
#ifdef Q_OS_UNIX
        if (cut.reset) {
            const linger now{1, 0};
            ::setsockopt(static_cast<int>(socket.socketDescriptor()), SOL_SOCKET, SO_LINGER, &now,
                         sizeof now);
            socket.abort();
            return;
        }
#endif
        socket.disconnectFromHost();
    }

    QTcpServer m_server;
};

}  // namespace countersign
