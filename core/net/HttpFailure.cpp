#include "core/net/HttpFailure.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct HttpFailureText
{
    Q_DECLARE_TR_FUNCTIONS(HttpFailureText)
};

struct HttpBreakWords
{
    ErrorCode code = ErrorCode::Network;
    const char* sentence = nullptr;  ///< %1: the host
    const char* detail = nullptr;
};

HttpBreakWords httpBreakWords(HttpBreak reason)
{
    switch (reason) {
        case HttpBreak::Refused:
            return {.sentence = QT_TRANSLATE_NOOP(
                        "HttpFailureText",
                        "Nothing answers at %1: the connection was refused. Check the address and that the "
                        "service runs."),
                    .detail = "connection refused"};
        case HttpBreak::UnknownHost:
            return {.sentence = QT_TRANSLATE_NOOP(
                        "HttpFailureText", "The host name %1 is unknown. Check the address and the network."),
                    .detail = "host name unknown"};
        case HttpBreak::Untrusted:
            return {
                .sentence = QT_TRANSLATE_NOOP(
                    "HttpFailureText",
                    "The certificate of %1 is not trusted, so nothing was sent. Check the address and this "
                    "computer's clock; a proxy or a filter that opens encrypted connections can be the cause "
                    "too."),
                .detail = "certificate not trusted"};
        case HttpBreak::Unencrypted:
            return {
                .sentence = QT_TRANSLATE_NOOP(
                    "HttpFailureText",
                    "No encrypted connection to %1 can be made, so nothing was sent. Check the address; a "
                    "proxy or a filter in between can be the cause too."),
                .detail = "no TLS connection"};
        case HttpBreak::Failed:
            return {.sentence = QT_TRANSLATE_NOOP("HttpFailureText",
                                                  "The connection to %1 failed. Check the network."),
                    .detail = "connection failed"};
        case HttpBreak::Silence:
            return {ErrorCode::Timeout,
                    QT_TRANSLATE_NOOP("HttpFailureText", "%1 did not answer in time. Try again later."),
                    "no byte for too long"};
        case HttpBreak::TooSlow:
            return {ErrorCode::Timeout,
                    QT_TRANSLATE_NOOP("HttpFailureText",
                                      "%1 did not finish its answer in time. Try again later."),
                    "the whole exchange took too long"};
        case HttpBreak::TooLarge:
            return {.sentence = QT_TRANSLATE_NOOP("HttpFailureText",
                                                  "The answer of %1 is larger than any it should give."),
                    .detail = "answer beyond its limit"};
        case HttpBreak::Redirect:
            return {.sentence = QT_TRANSLATE_NOOP(
                        "HttpFailureText",
                        "The address at %1 leads elsewhere, which is not followed. Enter the final address."),
                    .detail = "redirect refused"};
        case HttpBreak::Encoded:
            return {.sentence = QT_TRANSLATE_NOOP(
                        "HttpFailureText", "The answer of %1 cannot be understood. Check the address."),
                    .detail = "unexpected Content-Encoding"};
        case HttpBreak::Malformed:
            return {.sentence = QT_TRANSLATE_NOOP(
                        "HttpFailureText", "The answer of %1 cannot be understood. Check the address."),
                    .detail = "no HTTP answer"};
        case HttpBreak::Incomplete:
            return {
                .sentence = QT_TRANSLATE_NOOP(
                    "HttpFailureText", "%1 closed the connection before its answer was complete. Try again."),
                .detail = "connection closed early"};
        default:
            return {};
    }
}

HttpBreakWords proxyBreakWords(HttpBreak reason)  // %2: the proxy
{
    switch (reason) {
        case HttpBreak::ProxyUnreachable:
            return {
                .sentence = QT_TRANSLATE_NOOP(
                    "HttpFailureText",
                    "The proxy %2 on the way to %1 cannot be reached, so nothing was sent. Check the proxy "
                    "settings of this computer."),
                .detail = "proxy unreachable"};
        case HttpBreak::ProxySilent:
            return {
                ErrorCode::Timeout,
                QT_TRANSLATE_NOOP("HttpFailureText",
                                  "The proxy %2 opened no way to %1 in time, so nothing was sent. Try again "
                                  "later, or check the proxy settings of this computer."),
                "no tunnel for too long"};
        case HttpBreak::ProxyWantsCredentials:
            return {
                .sentence = QT_TRANSLATE_NOOP(
                    "HttpFailureText",
                    "The proxy %2 on the way to %1 does not let this program through: it wants a name and a "
                    "password. Put them into the proxy's address."),
                .detail = "proxy authentication required"};
        default:
            return {
                .sentence = QT_TRANSLATE_NOOP(
                    "HttpFailureText",
                    "The proxy %2 on the way to %1 does not let this program through, so nothing was sent. "
                    "Check the proxy settings of this computer, or ask whoever runs the proxy."),
                .detail = "proxy refuses"};
    }
}

bool isOfProxy(HttpBreak reason)
{
    return reason == HttpBreak::ProxyUnreachable || reason == HttpBreak::ProxySilent ||
           reason == HttpBreak::ProxyRefuses || reason == HttpBreak::ProxyWantsCredentials;
}

}  // namespace

QString shownHost(const QUrl& url)
{
    const QString host = url.host().contains(u':') ? u'[' + url.host() + u']' : url.host();
    return url.port() < 0 ? host : host + u':' + QString::number(url.port());
}

Error httpFailure(HttpBreak reason, const QUrl& url, const HttpBreakFacts& facts)
{
    const HttpBreakWords words = isOfProxy(reason) ? proxyBreakWords(reason) : httpBreakWords(reason);
    QString sentence = HttpFailureText::tr(words.sentence);
    sentence = isOfProxy(reason)
                   ? sentence.arg(shownHost(url),
                                  facts.proxy.isEmpty() ? HttpFailureText::tr("(unknown)") : facts.proxy)
                   : sentence.arg(shownHost(url));
    QString detail = QString::fromLatin1(words.detail);
    if (facts.proxyStatus != 0) {
        detail += QStringLiteral(", HTTP %1 to CONNECT").arg(facts.proxyStatus);
    }
    if (!facts.detail.isEmpty()) {
        detail += QStringLiteral(": ") + facts.detail;
    }
    return {words.code, sentence, detail};
}

}  // namespace countersign
