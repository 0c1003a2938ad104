#include "core/settings/KnownSettings.h"

#include "core/base/Hex.h"
#include "core/base/ServiceUrl.h"
#include "core/base/Uint256.h"
#include "core/base/Utf8.h"
#include "core/crypto/keys/PemHints.h"
#include "core/crypto/keys/PemText.h"
#include "core/crypto/x509/CertificateChain.h"
#include "core/mpc/SigningEngine.h"
#include "core/rpc/RpcUrl.h"
#include "core/vault/Settings.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace countersign {

namespace {

using Check = Result<std::string> (*)(const QString& value);

struct KnownSettingsText
{
    Q_DECLARE_TR_FUNCTIONS(KnownSettings)
};

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
                    KnownSettingsText::tr("an environment id is made of letters, digits and hyphens"));
}

Result<std::string> inboxName(const QString& value)
{
    return matching(value, QStringLiteral("[!-~]{1,128}"),
                    KnownSettingsText::tr("an inbox's name is made of printable characters without spaces"));
}

Result<std::string> yesOrNo(const QString& value)
{
    return matching(value, QStringLiteral("true|false"), KnownSettingsText::tr("it is true or false"));
}

/// Stored as OpenSSL writes it, however it was laid out.
Result<std::string> certificate(const QString& value)
{
    const std::string given = value.toStdString();
    if (const auto other = otherThanPem(asBytes(given), PemSubject::Certificate)) {
        return failure(ErrorCode::InvalidInput, *other);
    }
    const auto pem = normalisePem(asBytes(given));
    const auto blocks = pem ? pemBlocks(pem->text()) : std::vector<PemBlock>();
    if (blocks.size() != 1 || blocks.front().label != "CERTIFICATE" || !certificateFromPem(pem->text())) {
        return failure(ErrorCode::InvalidInput, KnownSettingsText::tr("it is a certificate in PEM"));
    }
    return std::string(pem->text().substr(0, pem->size() - 1));
}

Result<std::string> pcr(const QString& value)
{
    const auto bytes = fromHex(value.toStdString());
    if (!bytes || bytes->size() != 48) {
        return failure(ErrorCode::InvalidInput, KnownSettingsText::tr("it is 48 bytes in hex"));
    }
    if (std::ranges::all_of(*bytes, [](std::uint8_t byte) { return byte == 0; })) {
        return failure(
            ErrorCode::InvalidInput,
            KnownSettingsText::tr("zeros are what an enclave in debug mode has, which is never trusted"));
    }
    return toHex(*bytes);
}

Result<std::string> hostName(const QString& value)
{
    return matching(value, QStringLiteral("[0-9A-Za-z]([0-9A-Za-z.-]{0,251}[0-9A-Za-z])?(:[0-9]{1,5})?"),
                    KnownSettingsText::tr("it is a host's name, with a port if need be"));
}

Result<std::string> engineName(const QString& value)
{
    return matching(value, QStringLiteral("sdk|enclave"), KnownSettingsText::tr("it is sdk or enclave"));
}

/// The address of a node may hold a key of its provider: it is not repeated in a sentence.
Result<std::string> rpcUrl(const QString& value)
{
    return parseRpcUrl(value).map(
        [](const QUrl& url) { return url.toString(QUrl::FullyEncoded).toStdString(); });
}

Result<std::string> wholeNumber(const QString& value, int least, int most)
{
    bool isNumber = false;
    const int number = value.toInt(&isNumber);
    if (!isNumber || number < least || number > most || value != QString::number(number)) {
        return failure(ErrorCode::InvalidInput,
                       KnownSettingsText::tr("it is a whole number from %1 to %2").arg(least).arg(most));
    }
    return value.toStdString();
}

Result<std::string> confirmations(const QString& value)
{
    return wholeNumber(value, 1, 1000);
}

Result<std::string> seconds(const QString& value)
{
    return wholeNumber(value, 5, 600);
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
                              Known{settingKeys::engine, engineName},
                              Known{settingKeys::enclaveUrl, webSocketUrl},
                              Known{settingKeys::enclaveRoot, certificate},
                              Known{settingKeys::enclavePcr8, pcr},
                              Known{settingKeys::enclaveTimeout, seconds},
                              Known{settingKeys::mpcRelayDomain, hostName},
                              Known{settingKeys::rpcSolana, rpcUrl},
                              Known{settingKeys::rpcConfirmations, confirmations}};

/// "rpc.evm." and a chain id in decimal, as EVM transactions carry it.
bool isEvmNode(std::string_view key)
{
    if (!key.starts_with(settingKeys::rpcEvmPrefix)) {
        return false;
    }
    const std::string_view chainId = key.substr(settingKeys::rpcEvmPrefix.size());
    const auto value = parseQuantity(chainId);
    return value && *value > 0 && toDecimal(*value) == chainId;
}

Check checkOf(std::string_view key)
{
    if (isEvmNode(key)) {
        return rpcUrl;
    }
    const auto entry =
        std::find_if(known.begin(), known.end(), [&](const Known& one) { return one.key == key; });
    return entry == known.end() ? nullptr : entry->check;
}

}  // namespace

bool isKnownSetting(std::string_view key)
{
    return checkOf(key) != nullptr;
}

Result<std::string> checkSetting(std::string_view key, std::string_view value)
{
    const QString name = QString::fromUtf8(key.data(), qsizetype(key.size()));
    const Check check = checkOf(key);
    if (check == nullptr) {
        return failure(
            ErrorCode::InvalidInput,
            KnownSettingsText::tr("There is no setting “%1”; settings list shows them.").arg(name));
    }
    auto checked = check(shownUtf8(value));
    if (!checked) {
        return failure(
            ErrorCode::InvalidInput,
            KnownSettingsText::tr("The value of %1 is refused: %2").arg(name, checked.error().sentence),
            checked.error().detail);
    }
    return checked;
}

std::string shownSetting(std::string_view key, std::string_view value)
{
    if (!isEvmNode(key) && key != settingKeys::rpcSolana) {
        return std::string(value);
    }
    return QUrl(QString::fromUtf8(value.data(), qsizetype(value.size()))).host().toStdString();
}

std::vector<std::string_view> knownSettings()
{
    std::vector<std::string_view> keys;
    for (const Known& one : known) {
        keys.push_back(one.key);
    }
    keys.push_back("rpc.evm.<chainId>");
    return keys;
}

}  // namespace countersign
