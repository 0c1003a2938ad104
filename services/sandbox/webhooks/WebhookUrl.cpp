#include "services/sandbox/webhooks/WebhookUrl.h"

#include "core/base/ServiceUrl.h"

#include <QCoreApplication>
#include <QUrl>

namespace countersign::sandbox {

namespace {

struct WebhookUrlText
{
    Q_DECLARE_TR_FUNCTIONS(WebhookUrlText)
};

constexpr qsizetype maxLength = 2048;

}  // namespace

Result<WebhookUrl> WebhookUrl::parse(std::string_view text)
{
    // A receiver's address may have a query, unlike a service's; otherwise the same rule holds.
    const QString whole = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
    RETURN_IF_ERROR(parseServiceUrl(whole.section(u'?', 0, 0)));
    const QUrl url(whole, QUrl::StrictMode);
    if (!url.isValid() || url.hasFragment() || whole.size() > maxLength) {
        return failure(ErrorCode::InvalidInput,
                       WebhookUrlText::tr("The webhook's address is not a valid URL."));
    }
    const bool tls = url.scheme() == u"https";
    WebhookUrl parsed;
    parsed.tls = tls;
    parsed.host = url.host(QUrl::FullyEncoded).toStdString();
    if (parsed.host.starts_with('[')) {
        parsed.host = parsed.host.substr(1, parsed.host.size() - 2);
    }
    parsed.port = std::to_string(url.port(tls ? 443 : 80));
    parsed.target = url.path(QUrl::FullyEncoded).toStdString();
    if (parsed.target.empty()) {
        parsed.target = "/";
    }
    if (url.hasQuery()) {
        parsed.target += "?" + url.query(QUrl::FullyEncoded).toStdString();
    }
    return parsed;
}

std::string WebhookUrl::hostHeader() const
{
    const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
    return port == (tls ? "443" : "80") ? name : name + ":" + port;
}

}  // namespace countersign::sandbox
