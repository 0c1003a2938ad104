#include "core/base/ServiceUrl.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace countersign {

namespace {

constexpr qsizetype maxLength = 2048;

bool isLoopbackHost(const QString& host)
{
    // Digits are spelled out: QUrl and the resolver understand 127.1 or 0x7f000001 too, which nobody needs.
    static const QRegularExpression v4(
        QStringLiteral("^127\\.(?:[0-9]{1,2}|1[0-9]{2}|2[0-4][0-9]|25[0-5])"
                       "(?:\\.(?:[0-9]{1,2}|1[0-9]{2}|2[0-4][0-9]|25[0-5])){2}$"));
    return host == QStringLiteral("localhost") || host == QStringLiteral("::1") || v4.match(host).hasMatch();
}

struct ServiceUrlText
{
    Q_DECLARE_TR_FUNCTIONS(ServiceUrlText)
};

}  // namespace

Result<QUrl> parseServiceUrl(const QString& text, ServiceScheme scheme)
{
    const QString secure = scheme == ServiceScheme::Http ? QStringLiteral("https") : QStringLiteral("wss");
    const QString plain = scheme == ServiceScheme::Http ? QStringLiteral("http") : QStringLiteral("ws");
    QUrl url(text, QUrl::StrictMode);
    if (text.size() > maxLength || !url.isValid() || url.host().isEmpty() || !url.userInfo().isEmpty() ||
        url.hasQuery() || url.hasFragment() || (url.scheme() != secure && url.scheme() != plain)) {
        return failure(ErrorCode::InvalidInput,
                       ServiceUrlText::tr("“%1” is not an address of the form %2://host.")
                           .arg(text.left(maxLength), secure));
    }
    if (url.scheme() == plain && !isLoopbackHost(url.host())) {
        return failure(
            ErrorCode::InvalidInput,
            ServiceUrlText::tr("“%1” is not encrypted, which is allowed to this machine alone. Use %2://.")
                .arg(text, secure));
    }
    QString path = url.path();
    while (path.endsWith(u'/')) {
        path.chop(1);
    }
    url.setPath(path);
    return url;
}

}  // namespace countersign
