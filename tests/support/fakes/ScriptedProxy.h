#pragma once

#include <QTcpServer>
#include <QTcpSocket>

namespace countersign {

/// An HTTP proxy for CONNECT (RFC 9110 §9.3.6) on this machine: opens the way to a port here whatever host
/// was asked for, or answers what it is told to. Who spoke, the proxy or the service, can only be told apart
/// by a test that has both.
class ScriptedProxy : public QObject
{
public:
    ScriptedProxy()
    {
        m_server.listen(QHostAddress::LocalHost);
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            QTcpSocket* client = m_server.nextPendingConnection();
            ++connections;
            connect(client, &QTcpSocket::readyRead, this, [this, client] { read(*client); });
            connect(client, &QTcpSocket::disconnected, client, &QObject::deleteLater);
        });
    }

    QByteArray address() const { return "127.0.0.1:" + QByteArray::number(m_server.serverPort()); }
    void stop() { m_server.close(); }

    QByteArray answer;        ///< in place of a way; empty: it opens one
    bool isSilent = false;    ///< says nothing at all
    bool hangsUp = false;     ///< closes without a word
    quint16 target = 0;       ///< where ways lead
    QList<QByteArray> heads;  ///< of what it was asked
    int connections = 0;

private:
    void read(QTcpSocket& client)
    {
        if (client.property("open").toBool()) {
            return;
        }
        const QByteArray head = client.peek(64 * 1024);
        const qsizetype end = head.indexOf("\r\n\r\n");
        if (end < 0) {
            return;
        }
        heads += client.read(end + 4);
        if (isSilent) {
            return;
        }
        if (hangsUp || !answer.isEmpty()) {
            client.write(answer);
            client.disconnectFromHost();
            return;
        }
        client.setProperty("open", true);
        auto* service = new QTcpSocket(&client);
        service->connectToHost(QHostAddress::LocalHost, target);
        connect(service, &QTcpSocket::readyRead, &client,
                [&client, service] { client.write(service->readAll()); });
        connect(service, &QTcpSocket::disconnected, &client, [&client] { client.disconnectFromHost(); });
        connect(&client, &QTcpSocket::readyRead, service,
                [&client, service] { service->write(client.readAll()); });
        client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    }

    QTcpServer m_server;
};

}  // namespace countersign
