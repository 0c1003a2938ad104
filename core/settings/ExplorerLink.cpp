#include "core/settings/ExplorerLink.h"

#include "core/base/text/Ascii.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct ExplorerLinkText
{
    Q_DECLARE_TR_FUNCTIONS(ExplorerLinkText)
};

constexpr QLatin1StringView addressPlace("{address}");
constexpr qsizetype longestTemplate = 2048;

bool isPlainAddress(const std::string& address)
{
    constexpr std::size_t longest = 64;
    return !address.empty() && address.size() <= longest &&
           std::ranges::all_of(address, ascii::isAlphanumeric);
}

}  // namespace

Result<std::string> parseExplorerTemplate(const QString& text)
{
    const qsizetype place = text.indexOf(addressPlace);
    // Up to the place there is a whole host already, so that no address can change it.
    const QUrl before(text.left(std::max<qsizetype>(place, 0)), QUrl::StrictMode);
    const QUrl whole(QString(text).replace(addressPlace, QLatin1StringView("0")), QUrl::StrictMode);
    const bool isGood = place > 0 && text.count(addressPlace) == 1 && text.size() <= longestTemplate &&
                        before.isValid() && before.scheme() == QLatin1StringView("https") &&
                        !before.host().isEmpty() && before.userInfo().isEmpty() &&
                        before.path().startsWith(u'/') && whole.isValid() && whole.host() == before.host() &&
                        whole.port() == before.port();
    if (!isGood) {
        return failure(ErrorCode::InvalidInput,
                       ExplorerLinkText::tr("it is an https:// address in which {address} stands once, "
                                            "such as https://etherscan.io/address/{address}"));
    }
    return text.toStdString();
}

std::optional<QUrl> explorerLink(const std::string& explorerTemplate, const std::string& address)
{
    QString text = QString::fromStdString(explorerTemplate);
    if (!isPlainAddress(address) || !parseExplorerTemplate(text)) {
        return std::nullopt;
    }
    return QUrl(text.replace(addressPlace, QString::fromStdString(address)), QUrl::StrictMode);
}

}  // namespace countersign
