#include "core/settings/KnownSettings.h"

#include "core/base/ServiceUrl.h"
#include "core/base/Uint256.h"
#include "core/base/encoding/Hex.h"
#include "core/base/text/Utf8.h"
#include "core/crypto/keys/PemHints.h"
#include "core/crypto/keys/PemText.h"
#include "core/crypto/x509/CertificateChain.h"
#include "core/mpc/SigningEngine.h"
#include "core/rpc/RpcUrl.h"
#include "core/settings/ExplorerLink.h"
#include "core/vault/Settings.h"

#include <QCoreApplication>
#include <QDir>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <iterator>

namespace countersign {

namespace {

using Check = Result<std::string> (*)(const QString& value);

struct KnownSettingsText
{
    Q_DECLARE_TR_FUNCTIONS(KnownSettingsText)
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

Result<std::string> dynamicId(const QString& value)
{
    return matching(value, QStringLiteral("[0-9A-Za-z-]{1,64}"),
                    KnownSettingsText::tr("an id of Dynamic is made of letters, digits and hyphens"));
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

Result<std::string> hours(const QString& value)
{
    return wholeNumber(value, 0, 8760);
}

/// The programs run in any folder: a path that depends on it would be another one each time.
Result<std::string> absoluteFolder(const QString& value)
{
    constexpr qsizetype mostCharacters = 4096;
    const bool isPrintable =
        std::ranges::all_of(value, [](QChar c) { return c.isPrint() || c.isSurrogate(); });
    if (!value.startsWith(u'/') || value.size() > mostCharacters || !isPrintable) {
        return failure(
            ErrorCode::InvalidInput,
            KnownSettingsText::tr("it is the absolute path of a folder, such as /srv/descriptors"));
    }
    return QDir::cleanPath(value).toStdString();
}

/// One setting. Help, validation, defaults, the record and the window all read this table.
struct Setting
{
    std::string_view key;
    Check check;
    std::string_view defaultValue;
    const char* sentence;
    bool mayHoldSecret = false;
};

constexpr std::array table = {
    Setting{settingKeys::environment, dynamicId, "",
            QT_TRANSLATE_NOOP("KnownSettingsText",
                              "Dynamic's environment id. Webhooks of another environment are quarantined.")},
    Setting{settingKeys::relayUrl, httpUrl, "",
            QT_TRANSLATE_NOOP("KnownSettingsText",
                              "The relay's address: https://, or http:// to this machine alone.")},
    Setting{settingKeys::relayInbox, inboxName, "",
            QT_TRANSLATE_NOOP("KnownSettingsText", "The relay's inbox that this profile reads.")},
    Setting{settingKeys::apiBase, httpUrl, "https://app.dynamicauth.com",
            QT_TRANSLATE_NOOP("KnownSettingsText",
                              "Where Dynamic's REST interface is; the API token is sent there.")},
    Setting{
        settingKeys::dynamicWebhook, dynamicId, "",
        QT_TRANSLATE_NOOP("KnownSettingsText",
                          "The id of the webhook that comes here, for \"reconcile\" as long as no delivery "
                          "names it.")},
    Setting{
        settingKeys::verifySchedule, hours, "0",
        QT_TRANSLATE_NOOP("KnownSettingsText",
                          "After how many hours the window asks Dynamic about a wallet again; 0: never by "
                          "itself.")},
    Setting{settingKeys::acceptOldSignatureHeader, yesOrNo, "false",
            QT_TRANSLATE_NOOP("KnownSettingsText",
                              "true accepts webhooks with Dynamic's older signature header, too.")},
    Setting{settingKeys::engine, engineName, "",
            QT_TRANSLATE_NOOP("KnownSettingsText", "What signs with this company's share: sdk or enclave.")},
    Setting{settingKeys::enclaveUrl, webSocketUrl, "wss://mpc-client.dynamicauth.com/ws",
            QT_TRANSLATE_NOOP("KnownSettingsText",
                              "Where the enclave is reached: wss://, or ws:// to this machine alone.")},
    Setting{settingKeys::enclaveRoot, certificate, "",
            QT_TRANSLATE_NOOP("KnownSettingsText",
                              "The certificate, in PEM, that every attestation must chain to. Unless set, "
                              "AWS's; another one counts only for an enclave on this machine.")},
    Setting{settingKeys::enclavePcr8, pcr, "",
            QT_TRANSLATE_NOOP("KnownSettingsText",
                              "48 bytes in hex: who signed the enclave's image; unless set, Dynamic's. An "
                              "enclave with another one is refused.")},
    Setting{settingKeys::enclaveTimeout, seconds, "30",
            QT_TRANSLATE_NOOP("KnownSettingsText", "Seconds that one request to the enclave may take.")},
    Setting{settingKeys::mpcRelayDomain, hostName, "relay.dynamicauth.com",
            QT_TRANSLATE_NOOP("KnownSettingsText",
                              "The host through which the parties of a ceremony meet; it sees encrypted "
                              "messages only.")},
    Setting{settingKeys::rpcSolana, rpcUrl, "",
            QT_TRANSLATE_NOOP("KnownSettingsText", "The Solana node's address."), true},
    Setting{settingKeys::rpcConfirmations, confirmations, "3",
            QT_TRANSLATE_NOOP("KnownSettingsText", "Blocks until an EVM transaction counts as confirmed.")},
    Setting{settingKeys::explorerEvm, parseExplorerTemplate, "",
            QT_TRANSLATE_NOOP("KnownSettingsText",
                              "Where a browser shows an EVM address, with {address} in its place; the "
                              "explorer learns which wallets you look at.")},
    Setting{settingKeys::explorerSolana, parseExplorerTemplate, "",
            QT_TRANSLATE_NOOP("KnownSettingsText",
                              "Where a browser shows a Solana address, with {address} in its place; the "
                              "explorer learns which wallets you look at.")},
    Setting{settingKeys::descriptorsFolder, absoluteFolder, "",
            QT_TRANSLATE_NOOP("KnownSettingsText",
                              "A folder of ERC-7730 descriptors on this machine, which explain calls and "
                              "typed data that the console does not know itself.")}};

constexpr Setting evmNode{
    "rpc.evm.<chainId>", rpcUrl, "",
    QT_TRANSLATE_NOOP("KnownSettingsText", "The address of an EVM chain's node, one setting per chain."),
    true};

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

const Setting* settingOf(std::string_view key)
{
    if (isEvmNode(key) || key == evmNode.key) {
        return &evmNode;
    }
    const auto* const found =
        std::find_if(table.begin(), table.end(), [&](const Setting& one) { return one.key == key; });
    return found == table.end() ? nullptr : found;
}

}  // namespace

bool isKnownSetting(std::string_view key)
{
    return key != evmNode.key && settingOf(key) != nullptr;
}

Result<std::string> checkSetting(std::string_view key, std::string_view value)
{
    const QString name = QString::fromUtf8(key.data(), qsizetype(key.size()));
    if (!isKnownSetting(key)) {
        return failure(
            ErrorCode::InvalidInput,
            KnownSettingsText::tr("There is no setting “%1”; settings list shows them.").arg(name));
    }
    auto checked = settingOf(key)->check(shownUtf8(value));
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
    const Setting* setting = settingOf(key);
    if (setting == nullptr || !setting->mayHoldSecret) {
        return std::string(value);
    }
    return QUrl(QString::fromUtf8(value.data(), qsizetype(value.size()))).host().toStdString();
}

std::vector<std::string_view> knownSettings()
{
    std::vector<std::string_view> keys;
    keys.reserve(std::size(table) + 1);
    for (const Setting& one : table) {
        keys.push_back(one.key);
    }
    keys.push_back(evmNode.key);
    return keys;
}

std::string_view settingDefault(std::string_view key)
{
    const Setting* setting = settingOf(key);
    return setting == nullptr ? std::string_view() : setting->defaultValue;
}

QString settingSentence(std::string_view key)
{
    const Setting* setting = settingOf(key);
    if (setting == nullptr) {
        return {};
    }
    const QString sentence = KnownSettingsText::tr(setting->sentence);
    return setting->defaultValue.empty()
               ? sentence
               : KnownSettingsText::tr("%1 Unless set: %2.")
                     .arg(sentence, QString::fromUtf8(setting->defaultValue.data(),
                                                      qsizetype(setting->defaultValue.size())));
}

}  // namespace countersign
