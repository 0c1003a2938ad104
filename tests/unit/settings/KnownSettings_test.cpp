#include "core/settings/KnownSettings.h"

#include "core/base/encoding/Base64.h"
#include "core/mpc/enclave/EnclaveTrust.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <algorithm>

using namespace countersign;

class KnownSettingsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Whoever changes one of these changes where shares and tokens go, or when money counts as arrived.
    void defaultsAreProductions()
    {
        QCOMPARE(settingDefault("api.base"), std::string_view("https://app.dynamicauth.com"));
        QCOMPARE(settingDefault("enclave.url"), std::string_view("wss://mpc-client.dynamicauth.com/ws"));
        QCOMPARE(settingDefault("enclave.timeout"), std::string_view("30"));
        QCOMPARE(settingDefault("relay.domain"), std::string_view("relay.dynamicauth.com"));
        QCOMPARE(settingDefault("rpc.confirmations"), std::string_view("3"));
        QCOMPARE(settingDefault("webhook.acceptOldHeader"), std::string_view("false"));
    }

    void everySettingSaysWhatItIsFor()
    {
        for (const std::string_view key : knownSettings()) {
            const QByteArray name(key.data(), qsizetype(key.size()));
            QVERIFY2(settingSentence(key).endsWith(QLatin1Char('.')), name.constData());
            const std::string_view byDefault = settingDefault(key);
            if (!byDefault.empty()) {
                const auto checked = checkSetting(key, byDefault);
                QVERIFY2(checked && *checked == byDefault, name.constData());
                QVERIFY2(settingSentence(key).contains(
                             QString::fromUtf8(byDefault.data(), qsizetype(byDefault.size()))),
                         name.constData());
            }
        }
        QVERIFY(settingSentence("no.such").isEmpty());
        QVERIFY(settingDefault("no.such").empty());
        // Stands for the settings of all chains, and is none itself.
        QVERIFY(!isKnownSetting("rpc.evm.<chainId>"));
        QVERIFY(!checkSetting("rpc.evm.<chainId>", "https://node.example"));
    }

    void storesWhatIsMeant()
    {
        QCOMPARE(*checkSetting("relay.url", "https://relay.example/"), std::string("https://relay.example"));
        QCOMPARE(*checkSetting("relay.inbox", "desk-1"), std::string("desk-1"));
        QCOMPARE(*checkSetting("environment", "11111111-2222-4333-8444-555555555555"),
                 std::string("11111111-2222-4333-8444-555555555555"));
        QCOMPARE(*checkSetting("webhook.acceptOldHeader", "true"), std::string("true"));
        QCOMPARE(*checkSetting("enclave.url", "ws://127.0.0.1:1/ws"), std::string("ws://127.0.0.1:1/ws"));
        QCOMPARE(*checkSetting("enclave.pcr8", "0x" + std::string(96, 'A')), std::string(96, 'a'));
        QCOMPARE(*checkSetting("relay.domain", "relay.example:443"), std::string("relay.example:443"));
        QCOMPARE(*checkSetting("engine", "enclave"), std::string("enclave"));
        QCOMPARE(*checkSetting("descriptors.folder", "/srv/./descriptors/"), std::string("/srv/descriptors"));
        for (const char* wrong : {"", "descriptors", "./descriptors", "~/descriptors", "/srv/a\nb"}) {
            QVERIFY2(!checkSetting("descriptors.folder", wrong), wrong);
        }
        QCOMPARE(*checkSetting("rpc.evm.31337", "http://127.0.0.1:8545"),
                 std::string("http://127.0.0.1:8545"));
        QCOMPARE(*checkSetting("rpc.solana", "https://node.example/?key=a"),
                 std::string("https://node.example/?key=a"));
        QCOMPARE(*checkSetting("rpc.confirmations", "1"), std::string("1"));
        QCOMPARE(*checkSetting("enclave.timeout", "30"), std::string("30"));
    }

    /// A certificate is stored as OpenSSL writes it, however its lines were laid out; other forms are named.
    void storesCertificates()
    {
        const std::string pem = awsNitroRootPem();
        const std::string stored = pem.substr(0, pem.size() - 1);
        std::string line = pem;
        std::replace(line.begin(), line.end(), '\n', ' ');
        for (const std::string& given :
             {pem, stored, line, "ROOT=\"" + line + '"', "\xef\xbb\xbf# AWS\n" + pem}) {
            QCOMPARE(*checkSetting("enclave.root", given), stored);
        }
        QVERIFY(!checkSetting("enclave.root", pem + pem));
        const auto base64 = checkSetting("enclave.root", toBase64(asBytes(pem)));
        QVERIFY(!base64 && base64.error().sentence.contains(u"openssl base64 -d"));
        QVERIFY(
            !checkSetting("enclave.root", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
    }

    void aByteOrderMarkIsNotDropped()
    {
        QVERIFY(!checkSetting("relay.domain", "\xef\xbb\xbfrelay.example"));
        QVERIFY(!checkSetting("environment",
                              "\xef\xbb\xbf"
                              "abc"));
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QByteArray>("value");
        const auto row = [](const char* key, const char* value) {
            QTest::addRow("%s=%s", key, value) << QByteArray(key) << QByteArray(value);
        };
        row("relay.urls", "https://relay.example");
        row("", "x");
        row("relay.url", "http://relay.example");
        row("relay.url", "");
        row("relay.inbox", "");
        row("relay.inbox", "a b");
        row("environment", "");
        row("environment", "a/b");
        row("webhook.acceptOldHeader", "yes");
        row("enclave.url", "ws://enclave.example");
        row("enclave.url", "https://enclave.example");
        row("enclave.pcr8", "00");
        row("enclave.pcr8", std::string(96, '0').c_str());
        row("enclave.root", "certificate");
        row("relay.domain", "https://relay.example");
        row("engine", "SDK");
        row("rpc.evm.", "https://node.example");
        row("rpc.evm.0", "https://node.example");
        row("rpc.evm.01", "https://node.example");
        row("rpc.evm.0x1", "https://node.example");
        row("rpc.evm.1", "http://node.example");
        row("rpc.solana", "ftp://node.example");
        row("rpc.confirmations", "0");
        row("rpc.confirmations", "3.0");
        row("enclave.timeout", "601");
    }
    void refuses()
    {
        QFETCH(const QByteArray, key);
        QFETCH(const QByteArray, value);
        const auto checked = checkSetting(key.toStdString(), value.toStdString());
        QVERIFY(!checked);
        QCOMPARE(checked.error().code, ErrorCode::InvalidInput);
        QVERIFY(checked.error().sentence.contains(QString::fromUtf8(key)));
    }

    /// Providers of nodes put their keys into paths, queries and user names.
    void showsNoKeyOfANode()
    {
        QCOMPARE(shownSetting("rpc.evm.1", "https://node.example/v2/secret?key=secret"),
                 std::string("node.example"));
        QCOMPARE(shownSetting("rpc.solana", "https://secret:secret@node.example:8443/secret#secret"),
                 std::string("node.example"));
        QCOMPARE(shownSetting("rpc.solana", "not an address: secret"), std::string());
        QCOMPARE(shownSetting("rpc.evm.1", ""), std::string());
        QCOMPARE(shownSetting("relay.url", "https://relay.example/a"),
                 std::string("https://relay.example/a"));
        QCOMPARE(shownSetting("rpc.confirmations", "3"), std::string("3"));
    }
};

COUNTERSIGN_GUILESS_TEST(KnownSettingsTest)
#include "KnownSettings_test.moc"
