#include "core/base/Base64.h"
#include "core/crypto/envelopes/HybridEnvelope.h"
#include "core/crypto/envelopes/WebhookSignature.h"
#include "tests/support/Patience.h"
#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"
#include "tests/support/processes/CliProcess.h"
#include "tests/unit/crypto/PemWriter.h"

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

// Protocol reference §1.1, check value.
constexpr const char* pingBody = R"({"eventName":"ping","data":{"message":"hi"}})";
constexpr const char* pingSignature =
    "sha256=a0b4efd3feb4ae547fe7818f0a7a0de0ea52566abbde611a0412e06f1a33d6ef";

}  // namespace

/// Exit statuses, batches and hostile input of the commands that need no profile, and of opening one.
class CliContractTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        writePrivateFile(path("secret"), "test_webhook_secret\n");
        writePrivateFile(path("other"), "another secret");
        writePrivateFile(path("empty"), "\n");
        writePrivateFile(path("token"), "cs_token\n");
        writePrivateFile(path("passphrase"), "correct horse\n");
        for (const char* name : {"key", "key2"}) {
            const auto key = RsaPrivateKey::generate(2048);
            QVERIFY(key);
            m_publicKeys.push_back(key->publicKey());
            writePrivateFile(path(name), QByteArray::fromStdString(pem::pkcs8(key->handle())));
        }
    }

    // --- usage
    // -------------------------------------------------------------------------------------------------------

    void usageErrorsNameWhatIsWrong_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("named");
        const auto row = [](const char* name, const QStringList& arguments, const QString& named) {
            QTest::newRow(name) << arguments << named;
        };
        row("nothing", {}, u"command"_s);
        row("unknown command", {u"frobnicate"_s}, u"frobnicate"_s);
        row("half a command", {u"webhook"_s}, u"webhook verify"_s);
        row("unknown option", {u"webhook"_s, u"verify"_s, u"--colour"_s}, u"colour"_s);
        row("option without value", {u"webhook"_s, u"verify"_s, u"--secret-file"_s}, u"secret-file"_s);
        row("no secret", {u"webhook"_s, u"verify"_s, u"--signature"_s, u"x"_s}, u"--secret-file"_s);
        row("no signature", {u"webhook"_s, u"verify"_s, u"--secret-file"_s, path("secret")},
            u"--signature"_s);
        row("signature twice",
            {u"webhook"_s, u"verify"_s, u"--secret-file"_s, path("secret"), u"--signature"_s, u"a"_s,
             u"--signature"_s, u"b"_s},
            u"--signature"_s);
        row("missing secret file",
            {u"webhook"_s, u"verify"_s, u"--secret-file"_s, path("absent"), u"--signature"_s, u"a"_s},
            u"--secret-file"_s);
        row("empty secret file",
            {u"webhook"_s, u"verify"_s, u"--secret-file"_s, path("empty"), u"--signature"_s, u"a"_s},
            u"--secret-file"_s);
        row("a word too many",
            {u"webhook"_s, u"verify"_s, u"--secret-file"_s, path("secret"), u"--signature"_s, u"a"_s, u"b"_s,
             u"surplus"_s},
            u"surplus"_s);
        row("batch with an argument",
            {u"envelope"_s, u"open"_s, u"--key"_s, path("key"), u"--batch"_s, u"{}"_s}, u"--batch"_s);
        row("two from standard input", {u"envelope"_s, u"open"_s, u"--key"_s, u"-"_s}, u"standard input"_s);
        row("profile twice", {u"--profile"_s, path("a"), u"wallets"_s, u"list"_s, u"--profile"_s, path("b")},
            u"--profile"_s);
        row("no profile there", {u"wallets"_s, u"list"_s, u"--profile"_s, path("absent")}, u"absent"_s);
        row("bits", {u"keys"_s, u"new"_s, u"--bits"_s, u"1024"_s}, u"--bits"_s);
        row("import without kid", {u"keys"_s, u"import"_s, path("key")}, u"--kid"_s);
        row("sync without once", {u"sync"_s}, u"--once"_s);
        row("status", {u"wallets"_s, u"list"_s, u"--status"_s, u"odd"_s}, u"--status"_s);
        row("limit", {u"events"_s, u"list"_s, u"--limit"_s, u"-1"_s}, u"--limit"_s);
        row("retry nothing", {u"quarantine"_s, u"retry"_s}, u"--all"_s);
        row("retry both", {u"quarantine"_s, u"retry"_s, u"1"_s, u"--all"_s}, u"--all"_s);
        row("drop nothing", {u"quarantine"_s, u"drop"_s}, u"--reason"_s);
        row("drop both", {u"quarantine"_s, u"drop"_s, u"1"_s, u"--reason"_s, u"signature"_s}, u"--reason"_s);
        row("drop no number", {u"quarantine"_s, u"drop"_s, u"1"_s, u"two"_s}, u"two"_s);
        row("unknown setting", {u"settings"_s, u"set"_s, u"colour"_s, u"red"_s}, u"colour"_s);
        row("unencrypted relay", {u"settings"_s, u"set"_s, u"relay.url"_s, u"http://relay.example"_s},
            u"relay.url"_s);
    }
    void usageErrorsNameWhatIsWrong()
    {
        QFETCH(const QStringList, arguments);
        QFETCH(const QString, named);
        const auto outcome = CliProcess::run(arguments);
        QCOMPARE(outcome.exitCode, 2);
        QVERIFY(outcome.output.isEmpty());
        QVERIFY2(outcome.errors.contains(named.toUtf8()), outcome.errors.constData());
    }

    void everyCommandHasHelp()
    {
        const auto overview = CliProcess::run({u"--help"_s});
        QCOMPARE(overview.exitCode, 0);
        int commands = 0;
        for (const QByteArray& line : overview.output.split('\n')) {
            if (!line.startsWith("  ") || line.size() < 27) {
                continue;
            }
            const QStringList words = QString::fromUtf8(line.left(26)).simplified().split(u' ');
            const auto help = CliProcess::run(words + QStringList{u"--help"_s});
            QCOMPARE(help.exitCode, 0);
            QVERIFY2(help.output.contains("--profile"), line.constData());
            QVERIFY(help.errors.isEmpty());
            ++commands;
        }
        QVERIFY2(commands >= 20, qPrintable(QString::number(commands)));
    }

    // --- webhook verify
    // ----------------------------------------------------------------------------------------------

    void webhookVerify_data()
    {
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<QString>("header");
        QTest::addColumn<int>("status");
        const QString good = QString::fromLatin1(pingSignature);
        QTest::newRow("valid") << QByteArray(pingBody) << good << 0;
        QTest::newRow("a newline is part of the body") << QByteArray(pingBody) + "\n" << good << 3;
        QTest::newRow("changed body") << QByteArray(pingBody).replace("hi", "ho") << good << 3;
        QTest::newRow("upper case") << QByteArray(pingBody) << u"sha256="_s + good.mid(7).toUpper() << 3;
        QTest::newRow("no prefix") << QByteArray(pingBody) << good.mid(7) << 3;
        QTest::newRow("cut") << QByteArray(pingBody) << good.chopped(1) << 3;
        QTest::newRow("empty header") << QByteArray(pingBody) << QString() << 3;
        QTest::newRow("empty body") << QByteArray() << good << 3;
        QTest::newRow("binary") << QByteArray(1000, '\0') << good << 3;
    }
    void webhookVerify()
    {
        QFETCH(const QByteArray, input);
        QFETCH(const QString, header);
        QFETCH(const int, status);
        const auto outcome = CliProcess::run(
            {u"webhook"_s, u"verify"_s, u"--secret-file"_s, path("secret"), u"--signature"_s, header}, input);
        QCOMPARE(outcome.exitCode, status);
        QVERIFY(outcome.json() == (Json{{"valid", status == 0}}));
    }

    void webhookSecretsRotate()
    {
        const auto outcome = CliProcess::run(
            {u"webhook"_s, u"verify"_s, u"--secret-file"_s, path("other"), u"--secret-file"_s, path("secret"),
             u"--signature"_s, QString::fromLatin1(pingSignature), QString::fromLatin1(pingBody)});
        QCOMPARE(outcome.exitCode, 0);
    }

    void webhookBatch()
    {
        const QByteArray good = QByteArrayLiteral("{\"bodyBase64\":\"") + QByteArray(pingBody).toBase64() +
                                "\",\"signature\":\"" + pingSignature + "\"}";
        const auto outcome = CliProcess::run(
            {u"webhook"_s, u"verify"_s, u"--secret-file"_s, path("secret"), u"--batch"_s},
            good + "\n\nnot json\n" + QByteArray(good).replace("sha256=a", "sha256=b") + "\n" + good);
        QCOMPARE(outcome.exitCode, 0);
        const auto lines = outcome.lines();
        QCOMPARE(lines.size(), 5U);
        QVERIFY(lines[0] == (Json{{"valid", true}}));
        QVERIFY(lines[1].contains("error"));
        QVERIFY(lines[2].contains("error"));
        QVERIFY(lines[3] == (Json{{"valid", false}}));
        QVERIFY(lines[4] == (Json{{"valid", true}}));
    }

    void webhookBatchOfBodies()
    {
        const auto outcome =
            CliProcess::run({u"webhook"_s, u"verify"_s, u"--secret-file"_s, path("secret"), u"--signature"_s,
                             QString::fromLatin1(pingSignature), u"--batch"_s},
                            QByteArray(pingBody) + "\n " + pingBody + "\n\n");
        QCOMPARE(outcome.exitCode, 0);
        QCOMPARE(outcome.output, QByteArray("{\"valid\":true}\n{\"valid\":false}\n{\"valid\":false}\n"));
    }

    void unreadableInputIsNoFinishedBatch()
    {
        QProcess process;
        process.setStandardInputFile(m_folder.path());
        process.start(programPath("countersign-cli"),
                      {u"webhook"_s, u"verify"_s, u"--secret-file"_s, path("secret"), u"--batch"_s});
        QVERIFY(process.waitForFinished(patienceMs));
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(process.readAllStandardOutput().isEmpty());
        QVERIFY(process.readAllStandardError().contains("Standard input"));
    }

    // --- envelope open
    // -----------------------------------------------------------------------------------------------

    void envelopeRevealsExactly_data()
    {
        QTest::addColumn<QByteArray>("plaintext");
        QTest::newRow("share") << QByteArray(R"({"pubkey":{},"secretShare":"00ff"})");
        QTest::newRow("newline at the end") << QByteArray("line\n");
        QTest::newRow("binary") << QByteArray("\0\xff\n\r", 4);
        QTest::newRow("longest") << QByteArray(3072, 'x');
    }
    void envelopeRevealsExactly()
    {
        QFETCH(const QByteArray, plaintext);
        for (const char* end : {"", "\n"}) {
            const auto outcome =
                CliProcess::run({u"envelope"_s, u"open"_s, u"--key"_s, path("key"), u"--reveal"_s},
                                envelope(0, plaintext) + end);
            QCOMPARE(outcome.exitCode, 0);
            QCOMPARE(outcome.output, plaintext);
            QVERIFY(outcome.errors.isEmpty());
        }
    }

    void envelopeHidesUnlessAsked_data()
    {
        QTest::addColumn<QByteArray>("plaintext");
        QTest::addColumn<QString>("kind");
        QTest::newRow("share") << QByteArray(R"({"pubkey":{},"secretShare":"5ec4e7"})") << u"key-share"_s;
        QTest::newRow("container")
            << QByteArray(
                   R"({"salt":"c2FsdHNhbHRzYWx0c2E=","iv":"aXZpdml2aXZpdml2","cipher":"5ec4e7","version":"v3"})")
            << u"password-protected"_s;
        QTest::newRow("text") << QByteArray("dyn_5ec4e7") << u"text"_s;
    }
    void envelopeHidesUnlessAsked()
    {
        QFETCH(const QByteArray, plaintext);
        QFETCH(const QString, kind);
        const auto outcome =
            CliProcess::run({u"envelope"_s, u"open"_s, u"--key"_s, path("key")}, envelope(0, plaintext));
        QCOMPARE(outcome.exitCode, 0);
        QVERIFY(outcome.json() == (Json{{"length", plaintext.size()}, {"kind", kind.toStdString()}}));
        QVERIFY(!outcome.output.contains("5ec4e7"));
        QVERIFY(!outcome.errors.contains("5ec4e7"));
    }

    void envelopeTriesEveryKey()
    {
        const auto outcome =
            CliProcess::run({u"envelope"_s, u"open"_s, u"--key"_s, path("key"), u"--key"_s, path("key2"),
                             u"--reveal"_s, QString::fromUtf8(envelope(1, "found"))});
        QCOMPARE(outcome.exitCode, 0);
        QCOMPARE(outcome.output, QByteArray("found"));
    }

    void envelopeBatch()
    {
        const QByteArray input = envelope(0, "one") + "\n\n" + envelope(1, "foreign") + "\n{}\n" +
                                 QByteArray(2'000'000, 'x') + "\n" + envelope(0, "two\n");
        const auto revealed = CliProcess::run(
            {u"envelope"_s, u"open"_s, u"--key"_s, path("key"), u"--reveal"_s, u"--batch"_s}, input);
        QCOMPARE(revealed.exitCode, 0);
        const auto lines = revealed.lines();
        QCOMPARE(lines.size(), 6U);
        QVERIFY(lines[0] == (Json{{"plaintextBase64", toBase64(asBytes("one"))}}));
        for (const std::size_t bad : {1, 2, 3, 4}) {
            QVERIFY(lines[bad].at("error").is_string());
            QCOMPARE(lines[bad].size(), 1U);
        }
        QVERIFY(lines[5] == (Json{{"plaintextBase64", toBase64(asBytes("two\n"))}}));

        const auto hidden =
            CliProcess::run({u"envelope"_s, u"open"_s, u"--key"_s, path("key"), u"--batch"_s}, input);
        QVERIFY(hidden.lines().at(0) == (Json{{"length", 3}, {"kind", "text"}}));
    }

    void envelopeRefuses_data()
    {
        QTest::addColumn<QByteArray>("input");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("not json") << QByteArray("envelope");
        QTest::newRow("empty object") << QByteArray("{}");
        QTest::newRow("foreign key") << envelope(1, "foreign");
        QTest::newRow("changed tag") << changed("tag");
        QTest::newRow("changed ciphertext") << changed("ct");
        QTest::newRow("changed content key") << changed("ek");
        QTest::newRow("trailing garbage") << envelope(0, "x") + "x";
        QTest::newRow("deep") << QByteArray(100'000, '[');
        QTest::newRow("long") << QByteArray(3'000'000, ' ');
    }
    void envelopeRefuses()
    {
        QFETCH(const QByteArray, input);
        const auto outcome =
            CliProcess::run({u"envelope"_s, u"open"_s, u"--key"_s, path("key"), u"--reveal"_s}, input);
        QCOMPARE(outcome.exitCode, 3);
        QVERIFY(outcome.output.isEmpty());
        QVERIFY(!outcome.errors.isEmpty());
    }

    void envelopeKeyProblems()
    {
        writePrivateFile(path("garbage"), "not a key");
        const QByteArray input = envelope(0, "x");
        QCOMPARE(CliProcess::run({u"envelope"_s, u"open"_s, u"--key"_s, path("absent")}, input).exitCode, 2);
        QCOMPARE(CliProcess::run({u"envelope"_s, u"open"_s, u"--key"_s, path("garbage")}, input).exitCode, 3);
    }

    // --- profiles
    // ----------------------------------------------------------------------------------------------------

    void initRefuses_data()
    {
        QTest::addColumn<QStringList>("change");
        QTest::addColumn<QString>("named");
        QTest::newRow("no passphrase") << QStringList{u"--keychain"_s, u"none"_s} << u"--passphrase-file"_s;
        QTest::newRow("odd keychain") << QStringList{u"--keychain"_s, u"file"_s} << u"--keychain"_s;
        QTest::newRow("unencrypted relay")
            << QStringList{u"--relay"_s, u"http://relay.example"_s} << u"relay.url"_s;
        QTest::newRow("relay is no address") << QStringList{u"--relay"_s, u"relay"_s} << u"relay.url"_s;
        QTest::newRow("environment") << QStringList{u"--environment"_s, u"a b"_s} << u"environment"_s;
        QTest::newRow("no token file")
            << QStringList{u"--relay-token-file"_s, path("absent")} << u"--relay-token-file"_s;
        QTest::newRow("empty passphrase")
            << QStringList{u"--passphrase-file"_s, path("empty")} << u"--passphrase-file"_s;
        QTest::newRow("sandbox info")
            << QStringList{u"--sandbox-info"_s, path("secret")} << u"--sandbox-info"_s;
    }
    void initRefuses()
    {
        QFETCH(const QStringList, change);
        QFETCH(const QString, named);
        QStringList arguments = initArguments();
        for (qsizetype i = 0; i < arguments.size(); ++i) {
            if (arguments.at(i) == change.first()) {
                arguments.remove(i, 2);
            }
        }
        if (change.first() == u"--keychain"_s) {
            arguments.remove(arguments.indexOf(u"--passphrase-file"_s), 2);
        }
        const auto outcome =
            CliProcess::run(QStringList{u"--profile"_s, path("refused")} + arguments + change);
        QCOMPARE(outcome.exitCode, 2);
        QVERIFY2(outcome.errors.contains(named.toUtf8()), outcome.errors.constData());
        QVERIFY(!QFileInfo::exists(path("refused")));
    }

    void profileOpensWithItsPassphraseOnly()
    {
        const auto made = CliProcess::run(QStringList{u"--profile"_s, path("profile")} + initArguments());
        QVERIFY2(made.exitCode == 0, made.errors.constData());
        QVERIFY(made.json().at("keychain") == Json("none"));
        const auto mode = QFileInfo(path("profile")).permissions();
        QVERIFY(!(mode & (QFile::ReadGroup | QFile::ExeGroup | QFile::ReadOther | QFile::ExeOther)));

        // design.md §7: a profile is never replaced.
        QCOMPARE(CliProcess::run(QStringList{u"--profile"_s, path("profile")} + initArguments()).exitCode, 3);

        const QStringList list{u"wallets"_s, u"list"_s, u"--profile"_s, path("profile")};
        const auto missing = CliProcess::run(list);
        QCOMPARE(missing.exitCode, 4);
        QVERIFY(missing.errors.contains("--passphrase-file"));
        const auto wrong = CliProcess::run(list + QStringList{u"--passphrase-file"_s, path("secret")});
        QCOMPARE(wrong.exitCode, 4);
        const auto fromStdin =
            CliProcess::run(list + QStringList{u"--passphrase-file"_s, u"-"_s}, "correct horse\n");
        QCOMPARE(fromStdin.exitCode, 0);
        QVERIFY(fromStdin.json() == Json::array());
        // Exactly one newline is dropped.
        QCOMPARE(
            CliProcess::run(list + QStringList{u"--passphrase-file"_s, u"-"_s}, "correct horse\n\n").exitCode,
            4);
    }

    void profileCommands()
    {
        const CliProcess cli(path("profile"), path("passphrase"));
        QCOMPARE(cli.inProfile({u"wallets"_s, u"show"_s, u"nobody"_s}).exitCode, 3);
        QCOMPARE(cli.inProfile({u"events"_s, u"show"_s, u"99"_s}).exitCode, 3);
        QCOMPARE(cli.inProfile({u"quarantine"_s, u"retry"_s, u"99"_s}).exitCode, 3);
        QCOMPARE(cli.inProfile({u"quarantine"_s, u"drop"_s, u"99"_s}).exitCode, 3);
        for (const auto& command : {u"list"_s, u"drop"_s}) {
            const auto odd = cli.inProfile({u"quarantine"_s, command, u"--reason"_s, u"weather"_s});
            QCOMPARE(odd.exitCode, 2);
            QVERIFY2(odd.errors.contains("undecryptable"), odd.errors.constData());
        }
        QVERIFY(cli.inProfile({u"quarantine"_s, u"drop"_s, u"--reason"_s, u"job"_s}).json() ==
                Json({{"dropped", 0}, {"genuine", 0}}));
        // Nobody listens there.
        QCOMPARE(cli.inProfile({u"sync"_s, u"--once"_s}).exitCode, 1);

        const auto made = cli.inProfile({u"keys"_s, u"new"_s, u"--bits"_s, u"2048"_s, u"--kid"_s, u"one"_s});
        QCOMPARE(made.exitCode, 0);
        QVERIFY(made.json().at("kid") == Json("one"));
        QVERIFY(made.json().at("publicKeyPem").get<std::string>().starts_with("-----BEGIN PUBLIC KEY-----"));
        QCOMPARE(cli.inProfile({u"keys"_s, u"new"_s, u"--bits"_s, u"2048"_s, u"--kid"_s, u"one"_s}).exitCode,
                 3);
        const auto imported = cli.inProfile({u"keys"_s, u"import"_s, u"--kid"_s, u"two"_s, path("key")});
        QVERIFY2(imported.exitCode == 0, imported.errors.constData());
        QCOMPARE(imported.json().at("publicKeyPem").get<std::string>(), m_publicKeys[0].spkiPem());
        QCOMPARE(cli.inProfile({u"keys"_s, u"import"_s, u"--kid"_s, u"three"_s, path("secret")}).exitCode, 3);
        QCOMPARE(cli.inProfile({u"keys"_s, u"list"_s}).json().size(), 2U);

        QCOMPARE(cli.inProfile({u"webhook-secret"_s, u"add"_s, u"--name"_s, u"next"_s, u"--secret-file"_s,
                                path("other")})
                     .exitCode,
                 0);
        QCOMPARE(cli.inProfile({u"webhook-secret"_s, u"list"_s}).json().size(), 2U);
        QCOMPARE(cli.inProfile({u"webhook-secret"_s, u"remove"_s, u"--name"_s, u"next"_s}).exitCode, 0);
        QCOMPARE(cli.inProfile({u"webhook-secret"_s, u"remove"_s, u"--name"_s, u"next"_s}).exitCode, 3);

        QCOMPARE(cli.inProfile({u"settings"_s, u"set"_s, u"relay.inbox"_s, u"other"_s}).exitCode, 0);
        const auto setting =
            CliProcess::run({u"settings"_s, u"get"_s, u"relay.inbox"_s, u"--profile"_s, path("profile")});
        QVERIFY(setting.json() == (Json{{"relay.inbox", "other"}}));
        // design.md §7: every command on a profile takes a passphrase file, also one that does not need it.
        QVERIFY(cli.inProfile({u"settings"_s, u"get"_s, u"relay.inbox"_s}).json() == setting.json());
        QVERIFY(cli.inProfile({u"settings"_s, u"list"_s}).json().at("relay.inbox") == Json("other"));

        const auto record = cli.inProfile({u"audit"_s, u"list"_s}).json();
        QStringList kinds;
        for (const Json& entry : record) {
            kinds << QString::fromStdString(entry.at("kind").get<std::string>());
        }
        for (const char* kind : {"profile.created", "key.generated", "key.imported", "secret.stored",
                                 "secret.removed", "setting.changed"}) {
            QVERIFY2(kinds.contains(QString::fromLatin1(kind)), kind);
        }
        const auto verified = cli.inProfile({u"audit"_s, u"verify"_s});
        QCOMPARE(verified.exitCode, 0);
        QVERIFY(verified.json().at("intact") == Json(true));
        QCOMPARE(verified.json().at("entries").get<std::size_t>(), record.size());
    }

    void aDamagedRecordIsResealedWithAReason()
    {
        const CliProcess cli(path("profile"), path("passphrase"));
        const QString reason = u"the disk was restored"_s;
        QCOMPARE(cli.inProfile({u"audit"_s, u"reseal"_s, u"--reason"_s, reason}).exitCode, 3);
        QCOMPARE(cli.inProfile({u"audit"_s, u"reseal"_s}).exitCode, 2);

        const auto keys = cli.inProfile({u"keys"_s, u"list"_s}).json().size();
        QVERIFY(QFile::remove(path("profile") + u"/audit.head"_s));
        QCOMPARE(cli.inProfile({u"audit"_s, u"verify"_s}).exitCode, 3);
        // Without a record nothing is done.
        QCOMPARE(cli.inProfile({u"keys"_s, u"new"_s, u"--bits"_s, u"2048"_s}).exitCode, 1);

        const auto resealed = cli.inProfile({u"audit"_s, u"reseal"_s, u"--reason"_s, reason});
        QCOMPARE(resealed.exitCode, 0);
        QVERIFY(resealed.json().at("intact") == Json(true));
        const Json last = cli.inProfile({u"audit"_s, u"list"_s, u"--limit"_s, u"1"_s}).json().at(0);
        QVERIFY(last.at("kind") == Json("audit.resealed"));
        QVERIFY(last.at("detail").at("reason") == Json(reason.toStdString()));
        QCOMPARE(cli.inProfile({u"audit"_s, u"verify"_s}).exitCode, 0);
        QCOMPARE(cli.inProfile({u"keys"_s, u"list"_s}).json().size(), keys);
    }

    void doctorSaysWhatIsWrong()
    {
        const CliProcess cli(path("profile"), path("passphrase"));
        const auto examined = cli.inProfile({u"doctor"_s});
        QCOMPARE(examined.exitCode, 1);
        std::map<std::string, bool> checks;
        for (const Json& check : examined.json()) {
            checks[check.at("check").get<std::string>()] = check.at("ok").get<bool>();
            QVERIFY(!check.at("sentence").get<std::string>().empty());
        }
        QVERIFY(checks.at("profile"));
        QVERIFY(checks.at("vault"));
        QVERIFY(checks.at("webhook secret"));
        QVERIFY(checks.at("RSA keys"));
        QVERIFY(checks.at("audit"));
        QVERIFY(!checks.at("relay"));
    }

private:
    QString path(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)); }

    QStringList initArguments() const
    {
        return {u"init"_s,
                u"--relay"_s,
                u"https://127.0.0.1:1"_s,
                u"--inbox"_s,
                u"main"_s,
                u"--environment"_s,
                u"env-1"_s,
                u"--relay-token-file"_s,
                path("token"),
                u"--keychain"_s,
                u"none"_s,
                u"--webhook-secret-file"_s,
                path("secret"),
                u"--passphrase-file"_s,
                path("passphrase")};
    }

    QByteArray envelope(std::size_t key, const QByteArray& plaintext) const
    {
        const auto sealed = sealEnvelope(
            m_publicKeys[key], asBytes({plaintext.constData(), static_cast<std::size_t>(plaintext.size())}));
        return QByteArray::fromStdString(dumpJson(toJson(*sealed)));
    }

    QByteArray changed(const char* member) const
    {
        const QByteArray text = envelope(0, "x plaintext");
        Json json = Json::parse(text.begin(), text.end());
        auto& value = json[member].get_ref<std::string&>();
        value[0] = value[0] == 'A' ? 'B' : 'A';
        return QByteArray::fromStdString(dumpJson(json));
    }

    QTemporaryDir m_folder;
    std::vector<RsaPublicKey> m_publicKeys;
};

COUNTERSIGN_GUILESS_TEST(CliContractTest)
#include "CliContract_test.moc"
