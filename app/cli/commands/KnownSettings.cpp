#include "app/cli/commands/KnownSettings.h"

#include "core/base/Hex.h"
#include "core/base/ServiceUrl.h"
#include "core/vault/Settings.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace countersign {

namespace {

using Check = Result<std::string> (*)(const QString& value);

QString tr(const char* text)
{
    return QCoreApplication::translate("KnownSettings", text);
}

Result<std::string> httpUrl(const QString& value)
{
    return parseServiceUrl(value).map(
        [](const QUrl& url) { return url.toString(QUrl::FullyEncoded).toStdString(); });
}

Result<std::string> webSocketUrl(const QString& value)
{
    return parseServiceUrl(value, ServiceScheme::WebSocket).map([](const QUrl& url) {
        return url.toString(QUrl::FullyEncoded).toStdString();
    });
}

Result<std::string> matching(const QString& value, const QString& pattern, const QString& sentence)
{
    if (!QRegularExpression(QRegularExpression::anchoredPattern(pattern)).match(value).hasMatch()) {
        return failure(ErrorCode::InvalidInput, sentence);
    }
    return value.toStdString();
}

Result<std::string> environmentId(const QString& value)
{
    return matching(value, QStringLiteral("[0-9A-Za-z-]{1,64}"),
                    tr("an environment id is made of letters, digits and hyphens"));
}

Result<std::string> inboxName(const QString& value)
{
    return matching(value, QStringLiteral("[!-~]{1,128}"),
                    tr("an inbox's name is made of printable characters without spaces"));
}

Result<std::string> yesOrNo(const QString& value)
{
    return matching(value, QStringLiteral("true|false"), tr("it is true or false"));
}

Result<std::string> certificate(const QString& value)
{
    return matching(value.trimmed(),
                    QStringLiteral("-----BEGIN CERTIFICATE-----[\\s0-9A-Za-z+/=]+-----END CERTIFICATE-----"),
                    tr("it is a certificate in PEM"));
}

Result<std::string> pcr(const QString& value)
{
    const auto bytes = fromHex(value.toStdString());
    if (!bytes || bytes->size() != 48) {
        return failure(ErrorCode::InvalidInput, tr("it is 48 bytes in hex"));
    }
    return toHex(*bytes);
}

Result<std::string> hostName(const QString& value)
{
    return matching(value, QStringLiteral("[0-9A-Za-z]([0-9A-Za-z.-]{0,251}[0-9A-Za-z])?(:[0-9]{1,5})?"),
                    tr("it is a host's name, with a port if need be"));
}

struct Known
{
    std::string_view key;
    Check check;
};

constexpr std::array known = {Known{settingKeys::environment, environmentId},
                              Known{settingKeys::relayUrl, httpUrl},
                              Known{settingKeys::relayInbox, inboxName},
                              Known{settingKeys::apiBase, httpUrl},
                              Known{settingKeys::acceptOldSignatureHeader, yesOrNo},
                              Known{"enclave.url", webSocketUrl},
                              Known{"enclave.root", certificate},
                              Known{"enclave.pcr8", pcr},
                              Known{"relay.domain", hostName}};

}  // namespace

Result<std::string> checkSetting(std::string_view key, std::string_view value)
{
    const QString name = QString::fromUtf8(key.data(), qsizetype(key.size()));
    const auto entry =
        std::find_if(known.begin(), known.end(), [&](const Known& one) { return one.key == key; });
    if (entry == known.end()) {
        return failure(ErrorCode::InvalidInput,
                       tr("There is no setting “%1”; settings list shows them.").arg(name));
    }
    auto checked = entry->check(QString::fromUtf8(value.data(), qsizetype(value.size())));
    if (!checked) {
        return failure(ErrorCode::InvalidInput,
                       tr("The value of %1 is refused: %2").arg(name, checked.error().sentence),
                       checked.error().detail);
    }
    return checked;
}

std::vector<std::string_view> knownSettings()
{
    std::vector<std::string_view> keys;
    for (const Known& one : known) {
        keys.push_back(one.key);
    }
    return keys;
}

}  // namespace countersign
