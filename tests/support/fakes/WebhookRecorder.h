#pragma once

#include <QByteArray>
#include <QList>
#include <QObject>
#include <QPair>
#include <QSslConfiguration>
#include <QTcpServer>

#include <functional>
#include <memory>

namespace countersign::testing {

/// A webhook receiver for tests of a sender: it writes down every request byte by byte and answers as badly
/// as they want. HTTP/1.1 with Content-Length only, kept-alive connections, on the caller's thread.
class WebhookRecorder : public QObject
{
    Q_OBJECT

public:
    struct Delivery
    {
        QByteArray target;
        QList<QPair<QByteArray, QByteArray>> headers;  ///< names in lower case
        QByteArray body;

        QByteArray header(const QByteArray& name) const;
    };

    /// For each delivery the complete answer, or nothing: the connection is then closed without one.
    using Answer = std::function<QByteArray(const Delivery&)>;

    WebhookRecorder();
    ~WebhookRecorder() override;

    /// Over TLS from now on; call before listen.
    void useTls(const QSslConfiguration& configuration);
    /// 127.0.0.1; port 0 picks one.
    bool listen(quint16 port = 0);
    void close();
    quint16 port() const;
    QByteArray url() const;

    /// Default: 200 without a body.
    void setAnswer(Answer answer) { m_answer = std::move(answer); }
    static QByteArray status(int code, const QByteArray& moreHeaders = {});

    const QList<Delivery>& deliveries() const { return m_deliveries; }
    /// Those with that eventName, as their bodies.
    QList<QByteArray> bodies(const QByteArray& eventName) const;

private:
    void accept();
    bool takeRequest(QTcpSocket* socket, QByteArray& buffer);

    std::unique_ptr<QTcpServer> m_server;
    quint16 m_port = 0;
    bool m_tls = false;
    Answer m_answer;
    QList<Delivery> m_deliveries;
};

}  // namespace countersign::testing
