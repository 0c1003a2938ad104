#pragma once

#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>

#include <deque>

namespace countersign {

/// Why this class exists: a client must survive servers that no HTTP library would let one write. Answers
/// each request with the next scripted bytes, whatever they are.
class ScriptedHttpServer : public QObject
{
    Q_OBJECT

public:
    enum class Then { Close, Hold };
    struct Answer
    {
        QByteArray bytes;
        Then then = Then::Close;
    };

    ScriptedHttpServer()
    {
        m_server.listen(QHostAddress::LocalHost);
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            QTcpSocket* socket = m_server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(*socket); });
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        });
    }

    QString url() const { return QStringLiteral("http://127.0.0.1:%1").arg(m_server.serverPort()); }
    void stop() { m_server.close(); }

    static QByteArray http(int status, const QByteArray& body, const QByteArray& headers = {})
    {
        return "HTTP/1.1 " + QByteArray::number(status) + " Scripted\r\n" + headers +
               "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
    }

    std::deque<Answer> answers;
    QList<QByteArray> requests;    ///< heads, as received
    bool answersAnything = false;  ///< also what is no request

private:
    void read(QTcpSocket& socket)
    {
        const QByteArray head = socket.peek(64 * 1024);
        if (!head.contains("\r\n\r\n") && !answersAnything) {
            return;
        }
        requests += socket.readAll();
        if (answers.empty()) {
            return;  // never answers
        }
        const Answer answer = answers.front();
        answers.pop_front();
        socket.write(answer.bytes);
        if (answer.then == Then::Close) {
            socket.disconnectFromHost();
        }
    }

    QTcpServer m_server;
};

}  // namespace countersign
