#include "core/net/HttpFailure.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct HttpFailureText
{
    Q_DECLARE_TR_FUNCTIONS(HttpClient)
};

// Qt keeps transport and proxy errors below the ones that it makes of status codes (QNetworkReply's header).
constexpr int lastTransportError = 199;

QString tlsSentence(const QStringList& tlsErrors)
{
    return tlsErrors.isEmpty()
               ? HttpFailureText::tr(
                     "No encrypted connection to %1 can be made, so nothing was sent. Check the address; a "
                     "proxy "
                     "or a filter in between can be the cause too.")
               : HttpFailureText::tr(
                     "The certificate of %1 is not trusted, so nothing was sent. Check the address and this "
                     "computer's clock; a proxy or a filter that opens encrypted connections can be the "
                     "cause "
                     "too.");
}

}  // namespace

QString shownHost(const QUrl& url)
{
    const QString host = url.host().contains(u':') ? u'[' + url.host() + u']' : url.host();
    return url.port() < 0 ? host : host + u':' + QString::number(url.port());
}

Error httpFailure(HttpBreak reason, const QUrl& url)
{
    const QString host = shownHost(url);
    switch (reason) {
        case HttpBreak::Silence:
            return {ErrorCode::Timeout,
                    HttpFailureText::tr("%1 did not answer in time. Try again later.").arg(host),
                    QStringLiteral("no byte for too long")};
        case HttpBreak::TooSlow:
            return {ErrorCode::Timeout,
                    HttpFailureText::tr("%1 did not finish its answer in time. Try again later.").arg(host),
                    QStringLiteral("the whole exchange took too long")};
        case HttpBreak::TooLarge:
            return {ErrorCode::Network,
                    HttpFailureText::tr("The answer of %1 is larger than any it should give.").arg(host),
                    QStringLiteral("answer beyond its limit")};
        case HttpBreak::Redirect:
            return {ErrorCode::Network,
                    HttpFailureText::tr(
                        "The address at %1 leads elsewhere, which is not followed. Enter the final address.")
                        .arg(host),
                    QStringLiteral("redirect refused")};
        case HttpBreak::Encoded:
            return {
                ErrorCode::Network,
                HttpFailureText::tr("The answer of %1 cannot be understood. Check the address.").arg(host),
                QStringLiteral("unexpected Content-Encoding")};
        case HttpBreak::Incomplete:
            return {ErrorCode::Network,
                    HttpFailureText::tr("%1 closed the connection before its answer was complete. Try again.")
                        .arg(host),
                    QStringLiteral("connection closed early")};
    }
    return {};
}

bool isTransportError(QNetworkReply::NetworkError error)
{
    return (error != QNetworkReply::NoError && error <= lastTransportError) ||
           error == QNetworkReply::ProtocolUnknownError || error == QNetworkReply::ProtocolFailure;
}

Error httpFailure(QNetworkReply::NetworkError error, const QUrl& url, const QStringList& tlsErrors)
{
    const QString host = shownHost(url);
    const QString detail = QStringLiteral("network error %1").arg(static_cast<int>(error));
    switch (error) {
        case QNetworkReply::ConnectionRefusedError:
            return {ErrorCode::Network,
                    HttpFailureText::tr(
                        "Nothing answers at %1: the connection was refused. Check the address and that the "
                        "service runs.")
                        .arg(host),
                    detail};
        case QNetworkReply::HostNotFoundError:
            return {ErrorCode::Network,
                    HttpFailureText::tr("The host name %1 is unknown. Check the address and the network.")
                        .arg(host),
                    detail};
        case QNetworkReply::SslHandshakeFailedError:
            return {ErrorCode::Network, tlsSentence(tlsErrors).arg(host),
                    tlsErrors.isEmpty()
                        ? detail
                        : detail + QStringLiteral(": ") + tlsErrors.join(QStringLiteral("; "))};
        case QNetworkReply::RemoteHostClosedError:
            return httpFailure(HttpBreak::Incomplete, url);
        case QNetworkReply::TimeoutError:
        case QNetworkReply::OperationCanceledError:
        case QNetworkReply::ProxyTimeoutError:
            return httpFailure(HttpBreak::Silence, url);
        case QNetworkReply::ProxyConnectionRefusedError:
        case QNetworkReply::ProxyConnectionClosedError:
        case QNetworkReply::ProxyNotFoundError:
        case QNetworkReply::ProxyAuthenticationRequiredError:
        case QNetworkReply::UnknownProxyError:
            return {
                ErrorCode::Network,
                HttpFailureText::tr(
                    "The proxy on the way to %1 does not let this program through. Check the system's proxy "
                    "settings.")
                    .arg(host),
                detail};
        case QNetworkReply::ProtocolUnknownError:
        case QNetworkReply::ProtocolFailure:
            return {
                ErrorCode::Network,
                HttpFailureText::tr("The answer of %1 cannot be understood. Check the address.").arg(host),
                detail};
        default:
            return {ErrorCode::Network,
                    HttpFailureText::tr("The connection to %1 failed. Check the network.").arg(host), detail};
    }
}

}  // namespace countersign
