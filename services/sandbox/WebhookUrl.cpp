#include "services/sandbox/WebhookUrl.h"

#include <QCoreApplication>
#include <QUrl>

#include <boost/asio/ip/address.hpp>

namespace countersign::sandbox {

namespace {

constexpr std::size_t maxLength = 2048;

bool isLoopbackHost(const std::string& host)
{
    if (host == "localhost") {
        return true;
    }
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(host, error);
    return !error && address.is_loopback();
}

}  // namespace

Result<WebhookUrl> WebhookUrl::parse(std::string_view text)
{
    const QUrl url(
        QString::fromUtf8(text.data(), static_cast<qsizetype>(std::min(text.size(), maxLength + 1))),
        QUrl::StrictMode);
    const bool tls = url.scheme() == u"https";
    if (text.size() > maxLength || !url.isValid() || (!tls && url.scheme() != u"http") ||
        url.host().isEmpty() || !url.userInfo().isEmpty() || url.hasFragment()) {
        return failure(
            ErrorCode::InvalidInput,
            QCoreApplication::translate(
                "Sandbox", "The webhook address must be an https URL, or an http URL of this machine."));
    }
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
    if (!tls && !isLoopbackHost(parsed.host)) {
        return failure(
            ErrorCode::InvalidInput,
            QCoreApplication::translate("Sandbox", "Plain http is allowed to this machine only. Use https."));
    }
    return parsed;
}

std::string WebhookUrl::hostHeader() const
{
    const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
    return port == (tls ? "443" : "80") ? name : name + ":" + port;
}

}  // namespace countersign::sandbox
