#pragma once

#include <QFile>
#include <QPointer>
#include <QSslCertificate>
#include <QSslKey>
#include <QSslSocket>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

#include <deque>
#include <functional>

namespace countersign {

/// An HTTP server that answers each request with the next scripted bytes, whatever they are. A client must
/// survive servers that no HTTP library would let one write.
class ScriptedHttpServer : public QObject
{
    Q_OBJECT

public:
    enum class Then { Close, Hold };
    struct Answer
    {
        QByteArray bytes;
        Then then = Then::Close;
        qsizetype pieceBytes = 0;  ///< above 0: sent in pieces of this size, one per pauseMs
        int pauseMs = 10;
    };

    ScriptedHttpServer()
    {
        m_server.listen(QHostAddress::LocalHost);
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            QTcpSocket* socket = m_server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(*socket); });
            connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
                ++closed;
                socket->deleteLater();
            });
        });
    }

    QString url() const
    {
        return QStringLiteral("%1://127.0.0.1:%2")
            .arg(m_server.certificate.isNull() ? QStringLiteral("http") : QStringLiteral("https"))
            .arg(m_server.serverPort());
    }
    void stop() { m_server.close(); }
    /// From now on over TLS.
    void useTls(const QByteArray& certificatePem, const QByteArray& keyPem)
    {
        m_server.certificate = QSslCertificate(certificatePem);
        m_server.key = QSslKey(keyPem, QSsl::Ec);
    }

    static QByteArray http(int status, const QByteArray& body, const QByteArray& headers = {})
    {
        return "HTTP/1.1 " + QByteArray::number(status) + " Scripted\r\n" + headers +
               "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
    }

    std::deque<Answer> answers;
    std::function<Answer(const QByteArray& request)> answerTo;  ///< where set, instead of answers
    QList<QByteArray> requests;                                 ///< heads and bodies, as received
    bool answersAnything = false;                               ///< also what is no request
    int closed = 0;                                             ///< connections that have ended

private:
    class Listener : public QTcpServer
    {
    public:
        QSslCertificate certificate;
        QSslKey key;

    protected:
        void incomingConnection(qintptr handle) override
        {
            if (certificate.isNull()) {
                QTcpServer::incomingConnection(handle);
                return;
            }
            auto* socket = new QSslSocket(this);
            socket->setSocketDescriptor(handle);
            socket->setLocalCertificate(certificate);
            socket->setPrivateKey(key);
            addPendingConnection(socket);
            socket->startServerEncryption();
        }
    };

    static bool isWhole(const QByteArray& request)
    {
        const qsizetype headEnd = request.indexOf("\r\n\r\n");
        if (headEnd < 0) {
            return false;
        }
        const QByteArray head = request.left(headEnd).toLower();
        const qsizetype length = head.indexOf("\r\ncontent-length:");
        if (length < 0) {
            return true;
        }
        const qsizetype from = length + 17;
        const qsizetype end = head.indexOf("\r\n", from);
        return request.size() >=
               headEnd + 4 + head.mid(from, end < 0 ? -1 : end - from).trimmed().toLongLong();
    }

    /// As the sandbox does (services/sandbox/api/CallLog.h): what a console asked of its Dynamic.
    static void log(const QByteArray& request)
    {
        QFile file(qEnvironmentVariable("COUNTERSIGN_CALL_LOG"));
        const QByteArray target = request.left(request.indexOf(" HTTP/1.1"));
        if (!file.fileName().isEmpty() && target.contains("/api/v0/") &&
            file.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered)) {
            file.write(target.left(target.indexOf('?') < 0 ? target.size() : target.indexOf('?')) + '\n');
        }
    }

    void read(QTcpSocket& socket)
    {
        if (!answersAnything && !isWhole(socket.peek(4 * 1024 * 1024))) {
            return;
        }
        requests += socket.readAll();
        log(requests.back());
        if (!answerTo && answers.empty()) {
            return;  // never answers
        }
        const Answer answer = answerTo ? answerTo(requests.back()) : answers.front();
        if (!answerTo) {
            answers.pop_front();
        }
        if (answer.pieceBytes > 0) {
            drip(&socket, answer);
            return;
        }
        socket.write(answer.bytes);
        if (answer.then == Then::Close) {
            socket.disconnectFromHost();
        }
    }

    void drip(const QPointer<QTcpSocket>& socket, Answer answer)
    {
        if (!socket) {
            return;
        }
        if (answer.bytes.isEmpty()) {
            if (answer.then == Then::Close) {
                socket->disconnectFromHost();
            }
            return;
        }
        socket->write(answer.bytes.left(answer.pieceBytes));
        socket->flush();
        answer.bytes.remove(0, answer.pieceBytes);
        QTimer::singleShot(answer.pauseMs, this, [this, socket, answer] { drip(socket, answer); });
    }

    Listener m_server;
};

}  // namespace countersign
