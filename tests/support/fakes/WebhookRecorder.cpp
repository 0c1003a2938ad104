#include "tests/support/fakes/WebhookRecorder.h"

#include <QHostAddress>
#include <QSslServer>
#include <QTcpSocket>

namespace countersign::testing {

QByteArray WebhookRecorder::Delivery::header(const QByteArray& name) const
{
    for (const auto& [key, value] : headers) {
        if (key == name) {
            return value;
        }
    }
    return {};
}

WebhookRecorder::WebhookRecorder()
    : m_server(std::make_unique<QTcpServer>()), m_answer([](const Delivery&) { return status(200); })
{}

WebhookRecorder::~WebhookRecorder() = default;

void WebhookRecorder::useTls(const QSslConfiguration& configuration)
{
    auto server = std::make_unique<QSslServer>();
    server->setSslConfiguration(configuration);
    m_server = std::move(server);
    m_tls = true;
}

bool WebhookRecorder::listen(quint16 port)
{
    // QSslServer announces a connection only once it is encrypted.
    connect(m_server.get(), &QTcpServer::pendingConnectionAvailable, this, &WebhookRecorder::accept,
            Qt::UniqueConnection);
    const bool listening = m_server->listen(QHostAddress::LocalHost, port);
    m_port = m_server->serverPort();
    return listening;
}

void WebhookRecorder::close()
{
    m_server->close();
    for (QTcpSocket* socket : findChildren<QTcpSocket*>()) {
        socket->abort();
    }
}

quint16 WebhookRecorder::port() const
{
    return m_port;
}

QByteArray WebhookRecorder::url() const
{
    return (m_tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + QByteArray::number(m_port) + "/in/desk?x=1";
}

QByteArray WebhookRecorder::status(int code, const QByteArray& moreHeaders)
{
    return "HTTP/1.1 " + QByteArray::number(code) + " Whatever\r\nContent-Length: 0\r\n" + moreHeaders +
           "\r\n";
}

QList<QByteArray> WebhookRecorder::bodies(const QByteArray& eventName) const
{
    QList<QByteArray> found;
    for (const Delivery& delivery : m_deliveries) {
        if (delivery.body.contains("\"eventName\":\"" + eventName + '"')) {
            found.append(delivery.body);
        }
    }
    return found;
}

void WebhookRecorder::accept()
{
    while (QTcpSocket* socket = m_server->nextPendingConnection()) {
        socket->setParent(this);
        const auto buffer = std::make_shared<QByteArray>();
        const auto readOn = [this, socket, buffer] {
            buffer->append(socket->readAll());
            while (takeRequest(socket, *buffer)) {
            }
        };
        connect(socket, &QTcpSocket::readyRead, this, readOn);
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        readOn();
    }
}

bool WebhookRecorder::takeRequest(QTcpSocket* socket, QByteArray& buffer)
{
    const qsizetype headEnd = buffer.indexOf("\r\n\r\n");
    if (headEnd < 0) {
        return false;
    }
    QList<QByteArray> lines = buffer.left(headEnd).split('\n');
    Delivery delivery;
    delivery.target = lines.takeFirst().split(' ').value(1);
    for (const QByteArray& line : lines) {
        const qsizetype colon = line.indexOf(':');
        delivery.headers.append({line.left(colon).toLower(), line.mid(colon + 1).trimmed()});
    }
    const qsizetype size = delivery.header("content-length").toLongLong();
    if (buffer.size() < headEnd + 4 + size) {
        return false;
    }
    delivery.body = buffer.mid(headEnd + 4, size);
    buffer.remove(0, headEnd + 4 + size);
    m_deliveries.append(delivery);
    const QByteArray answer = m_answer(delivery);
    if (answer.isEmpty()) {
        socket->abort();
        return false;
    }
    socket->write(answer);
    return true;
}

}  // namespace countersign::testing
