#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/RawHttp.h"
#include "tests/support/fixtures/inbox/WebhookFactory.h"
#include "tests/support/processes/CliProcess.h"
#include "tests/support/processes/RelayProcess.h"
#include "tests/unit/crypto/PemWriter.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <map>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

constexpr std::string_view webhookSecret = "dyn_planted-webhook-secret-7f3a";
constexpr std::string_view passphrase = "planted passphrase 9c41";
constexpr std::string_view apiToken = "dyn_planted-api-token-5e20";
constexpr std::string_view shareSecret = "51a9e3c0ffee51a9e3c0ffee51a9e3c0ffee51a9e3";
constexpr std::string_view walletApiKey = "dyn_planted-wallet-api-key-b8d6";

/// The ways in which a program gives a secret away without noticing.
std::map<std::string, std::string> spellings(BytesView planted)
{
    const std::string hex = toHex(planted);
    std::string upper = hex;
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c; });
    std::map<std::string, std::string> all{
        {"raw", std::string(asText(planted))}, {"hex", hex}, {"HEX", upper}};
    // Inside a longer text Base64 looks different at each of three offsets; what depends on neighbours is cut
    // off.
    for (std::size_t offset = 0; offset < 3; ++offset) {
        Bytes padded(offset, 0);
        padded.insert(padded.end(), planted.begin(), planted.end());
        const std::size_t first = offset == 0 ? 0 : 4;
        const std::size_t whole = padded.size() / 3 * 4;
        all["base64 at " + std::to_string(offset)] = toBase64(padded).substr(first, whole - first);
        all["base64url at " + std::to_string(offset)] = toBase64Url(padded).substr(first, whole - first);
    }
    return all;
}

std::string contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

}  // namespace

/// Secrets with a known spelling go through the whole house and must not be found in any file of the profile,
/// in the relay's database or in anything that a program prints.
class PlantedSecretsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(QDir(m_folder.path()).mkpath(u"given"_s));
        const auto key = RsaPrivateKey::generate(2048);
        QVERIFY(key.has_value());
        give("key.pem", pem::pkcs8(key->handle()));
        give("secret", webhookSecret);
        give("passphrase", passphrase);
        give("api-token", apiToken);
        QVERIFY(m_relay.createInbox(u"planted"_s));
        m_token = m_relay.createToken(u"planted"_s, u"consumer"_s);
        give("token", m_token);
        QVERIFY2(m_relay.start(), m_relay.errors().constData());

        const SecretBytes der = key->pkcs8Der();
        // Behind modulus and exponents lie the primes: any 24 bytes of the second half are private.
        for (const std::size_t at : {der.size() / 2, der.size() * 2 / 3, der.size() - 200}) {
            m_secrets["RSA key at " + std::to_string(at)] = toBytes(der.view().subspan(at, 24));
        }
        for (const auto& [name, text] :
             std::map<std::string, std::string_view>{{"webhook secret", webhookSecret},
                                                     {"passphrase", passphrase},
                                                     {"API token", apiToken},
                                                     {"share", shareSecret},
                                                     {"wallet API key", walletApiKey},
                                                     {"relay token", m_token}}) {
            m_secrets[name] = toBytes(asBytes(text));
        }
        liveThroughADay(WebhookFactory(key->publicKey(), webhookSecret));
    }

    void theScannerFindsWhatIsThere()
    {
        QVERIFY(profileContent().find(m_walletId) != std::string::npos);
        QVERIFY(relayContent().find(m_walletId) != std::string::npos);
        QVERIFY(m_printed.find(m_walletId) != std::string::npos);
        const std::string planted = "xy" + std::string(shareSecret) + "z";
        QVERIFY(!found("share", toBase64(asBytes(planted))).isEmpty());
        QVERIFY(!found("share", toHex(asBytes(planted))).isEmpty());
        QVERIFY(!found("share", planted).isEmpty());
    }

    void nothingInTheProfile() { verifyClean(profileContent()); }
    void nothingInTheRelaysDatabase() { verifyClean(relayContent()); }
    void nothingPrinted() { verifyClean(m_printed + m_relay.errors().toStdString()); }

private:
    QString given(const char* name) const
    {
        return m_folder.filePath(u"given/"_s + QString::fromLatin1(name));
    }
    void give(const char* name, std::string_view content)
    {
        writePrivateFile(given(name), QByteArray(content.data(), qsizetype(content.size())));
    }

    /// Init, receive, fail, show, retry, revoke: whatever prints or stores.
    void liveThroughADay(const WebhookFactory& factory)
    {
        run({u"init"_s, u"--relay"_s, m_relay.url(), u"--inbox"_s, u"planted"_s, u"--relay-token-file"_s,
             given("token"), u"--environment"_s, QString::fromLatin1(WebhookFactory::environmentId),
             u"--webhook-secret-file"_s, given("secret"), u"--api-token-file"_s, given("api-token"),
             u"--keychain"_s, u"none"_s});
        DelegationParts parts;
        parts.share = dumpJson({{"pubkey", Json::object()}, {"secretShare", std::string(shareSecret)}});
        parts.walletApiKey = walletApiKey;
        m_walletId = parts.walletId;
        DelegationParts ended = parts;
        ended.walletId = randomUuid();
        ended.eventId = randomUuid();
        post(factory.entry(0, factory.created(parts)));
        post(factory.entry(0, factory.created(ended)));
        run({u"sync"_s, u"--once"_s});
        run({u"quarantine"_s, u"list"_s});
        run({u"keys"_s, u"import"_s, u"--kid"_s, u"planted"_s, given("key.pem")});
        run({u"quarantine"_s, u"retry"_s, u"--all"_s});
        post(factory.entry(0, WebhookFactory::revoked(ended.walletId, parts.at + 1000)));
        run({u"sync"_s, u"--once"_s});
        for (const QStringList& command :
             QList<QStringList>{{u"wallets"_s, u"list"_s},
                                {u"wallets"_s, u"show"_s, QString::fromStdString(m_walletId)},
                                {u"events"_s, u"list"_s},
                                {u"events"_s, u"show"_s, u"1"_s},
                                {u"keys"_s, u"list"_s},
                                {u"settings"_s, u"list"_s},
                                {u"audit"_s, u"list"_s},
                                {u"audit"_s, u"verify"_s},
                                {u"webhook-secret"_s, u"list"_s},
                                {u"doctor"_s}}) {
            run(command);
        }
        const Json wallets = CliProcess(m_folder.filePath(u"profile"_s), given("passphrase"))
                                 .inProfile({u"wallets"_s, u"list"_s, u"--status"_s, u"active"_s})
                                 .json();
        QCOMPARE(wallets.size(), 1U);
    }

    void run(const QStringList& command)
    {
        const bool locked = command.first() == u"settings"_s;
        const CliProcess cli(m_folder.filePath(u"profile"_s), locked ? QString() : given("passphrase"));
        const auto outcome = cli.inProfile(command);
        QVERIFY2(outcome.exitCode == 0 || command.first() == u"doctor"_s, outcome.errors.constData());
        m_printed += outcome.output.toStdString() + outcome.errors.toStdString();
    }

    void post(const FeedEntry& entry)
    {
        std::string headers;
        for (const auto& [name, value] : entry.headers) {
            headers += name + ": " + value + "\r\n";
        }
        const auto response =
            RawHttp::exchange(m_relay.port(), RawHttp::post("/in/planted", asText(entry.body), headers));
        QVERIFY(response && response->status == 200);
    }

    std::string profileContent() const
    {
        std::string all;
        QDirIterator files(m_folder.filePath(u"profile"_s), QDir::Files | QDir::Hidden,
                           QDirIterator::Subdirectories);
        while (files.hasNext()) {
            all += contentOf(files.next());
        }
        return all;
    }

    std::string relayContent() const
    {
        std::string all;
        for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
            all += contentOf(m_folder.filePath(u"relay.sqlite"_s + QString::fromLatin1(suffix)));
        }
        return all;
    }

    QString found(const std::string& name, const std::string& content) const
    {
        for (const auto& [spelling, text] : spellings(m_secrets.at(name))) {
            if (content.find(text) != std::string::npos) {
                return QString::fromStdString(name + " as " + spelling);
            }
        }
        return {};
    }

    void verifyClean(const std::string& content)
    {
        QVERIFY(!content.empty());
        for (const auto& [name, secret] : m_secrets) {
            const QString where = found(name, content);
            QVERIFY2(where.isEmpty(), qPrintable(where));
        }
    }

    QTemporaryDir m_folder;
    RelayProcess m_relay{m_folder.filePath(u"relay.sqlite"_s)};
    std::string m_token;
    std::string m_walletId;
    std::string m_printed;
    std::map<std::string, Bytes> m_secrets;
};

COUNTERSIGN_GUILESS_TEST(PlantedSecretsTest)
#include "PlantedSecrets_test.moc"
