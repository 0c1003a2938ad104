#include "core/health/WebhookUrl.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace countersign {

namespace {

struct WebhookUrlText
{
    Q_DECLARE_TR_FUNCTIONS(WebhookUrlText)
};

constexpr std::size_t maxWebhookUrlBytes = 2048;

bool matchesWhole(const QString& text, const QString& pattern)
{
    return QRegularExpression(QRegularExpression::anchoredPattern(pattern)).match(text).hasMatch();
}

std::optional<QString> webhookHostProblem(const QString& host)
{
    if (host.startsWith(u'[') || matchesWhole(host, QStringLiteral("[0-9.]+"))) {
        return WebhookUrlText::tr("It names an IP address; Dynamic wants a DNS name.");
    }
    if (host != host.toLower()) {
        return WebhookUrlText::tr("Its host has capital letters; Dynamic wants lower case.");
    }
    static const QString label = QStringLiteral("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    if (host.size() > 253 || !matchesWhole(host, QStringLiteral("(%1\\.)+[a-z]{2,10}").arg(label))) {
        return WebhookUrlText::tr(
            "Its host is no DNS name whose last part has 2 to 10 letters, as Dynamic wants it.");
    }
    return std::nullopt;
}

}  // namespace

std::optional<QString> webhookUrlProblem(std::string_view url)
{
    if (url.size() > maxWebhookUrlBytes) {
        return WebhookUrlText::tr("It is too long.");
    }
    const QString text = QString::fromUtf8(url.data(), static_cast<qsizetype>(url.size()));
    if (matchesWhole(text, QStringLiteral("arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_.-]{1,256}"))) {
        return std::nullopt;
    }
    static const QRegularExpression parts(QRegularExpression::anchoredPattern(QStringLiteral(
                                              "([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([/?#].*)?")),
                                          QRegularExpression::DotMatchesEverythingOption);
    const auto match = parts.match(text);
    if (!match.hasMatch()) {
        return WebhookUrlText::tr("It is no URL.");
    }
    if (match.captured(1) != QLatin1String("https")) {
        return WebhookUrlText::tr("It is not encrypted; Dynamic wants https.");
    }
    const QString host = match.captured(2);
    if (host.contains(u'@')) {
        return WebhookUrlText::tr("It holds a user's name.");
    }
    static const QRegularExpression port(QStringLiteral(":[0-9]*$"));
    if (!host.endsWith(u']') && port.match(host).hasMatch()) {
        return WebhookUrlText::tr("It names a port; Dynamic takes none.");
    }
    return webhookHostProblem(host);
}

}  // namespace countersign
