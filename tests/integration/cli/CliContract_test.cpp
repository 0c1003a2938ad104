#include "core/crypto/keys/RsaPrivateKey.h"
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

/// Exit statuses of commands, and of making and opening a profile.
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
        const auto key = RsaPrivateKey::generate(2048);
        QVERIFY(key);
        m_publicKey = key->publicKey();
        writePrivateFile(path("key"), QByteArray::fromStdString(pem::pkcs8(key->handle())));
    }

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
        QCOMPARE(imported.json().at("publicKeyPem").get<std::string>(), m_publicKey->spkiPem());
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

    QTemporaryDir m_folder;
    std::optional<RsaPublicKey> m_publicKey;
};

COUNTERSIGN_GUILESS_TEST(CliContractTest)
#include "CliContract_test.moc"
