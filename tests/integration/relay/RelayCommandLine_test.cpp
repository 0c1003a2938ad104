#include "core/base/Json.h"
#include "tests/support/Patience.h"
#include "tests/support/RawHttp.h"
#include "tests/support/RelayProcess.h"
#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

QStringList words(const char* text)
{
    return QString::fromLatin1(text).split(QLatin1Char(' '));
}

}  // namespace

class RelayCommandLineTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void exitStatuses()
    {
        QTemporaryDir folder;
        const RelayProcess relay(folder.filePath(QStringLiteral("relay.sqlite")));
        const auto status = [&relay](const char* text) { return relay.run(words(text)).exitCode; };
        // Not there yet: a mistyped file must not look like an empty relay.
        QCOMPARE(status("inbox list"), 3);
        QVERIFY(!QFile::exists(folder.filePath(QStringLiteral("relay.sqlite"))));
        QCOMPARE(status("inbox create demo"), 0);
        QCOMPARE(status("inbox create demo"), 3);
        for (const char* name :
             {"inbox create Demo", "inbox create -x", "inbox create a/b", "inbox create a.b"}) {
            QVERIFY(status(name) == 3 || status(name) == 2);
        }
        QCOMPARE(relay.run({QStringLiteral("inbox"), QStringLiteral("create"), QString(65, QLatin1Char('a'))})
                     .exitCode,
                 3);
        QCOMPARE(relay.run({QStringLiteral("inbox"), QStringLiteral("create"), QString()}).exitCode, 3);
        QCOMPARE(status("token create --inbox demo --role consumer"), 0);
        QCOMPARE(status("token create --inbox nobody --role consumer"), 3);
        QCOMPARE(status("token create --inbox demo --role king"), 2);
        QCOMPARE(status("token create --inbox demo"), 2);
        QCOMPARE(status("token revoke 0000000000000000"), 3);
        QCOMPARE(status("token revoke"), 2);
        QCOMPARE(status("token list extra"), 2);
        QCOMPARE(status("nonsense"), 2);
        QCOMPARE(status("inbox list --role consumer"), 2);
        QCOMPARE(status("serve --listen nowhere"), 2);
        QCOMPARE(status("serve --listen 127.0.0.1:65536"), 2);
        QCOMPARE(status("serve --tls-cert a.pem"), 2);
        QCOMPARE(status("serve --claim-lease 0"), 2);
        QCOMPARE(status("serve --claim-lease 3601"), 2);
        QCOMPARE(status("serve --max-pending-jobs none"), 2);
        QCOMPARE(status("serve --max-job-changes 0"), 2);
        QCOMPARE(status("serve --max-job-changes 100001"), 2);
        for (const char* text :
             {"serve --post-rate -1", "serve --post-rate many", "serve --keep-days 36501",
              "serve --inbox-quota 0", "serve --strangers-quota 0", "serve --token-quota 0",
              "inbox trim demo", "inbox trim demo --up-to 0", "inbox create x --create",
              "inbox list --up-to 3", "token list --keep-days 1"}) {
            QVERIFY2(status(text) == 2, text);
        }
        QCOMPARE(status("inbox secret demo"), 2);
        QCOMPARE(status("inbox secret demo --webhook-secret-file /does/not/exist"), 1);
        QCOMPARE(status("inbox trim nobody --up-to 1"), 3);
        QCOMPARE(status("inbox trim demo --up-to 1"), 0);
        QCOMPARE(status("token create --inbox demo --role submitter"), 0);
        QCOMPARE(status("serve --listen 0.0.0.0:0"), 2);
        // No server there (a port that nobody listens on), no URL at all.
        QCOMPARE(
            RelayProcess::runRelay(words("inbox list --database postgresql://u@127.0.0.1:1/relay")).exitCode,
            1);
        QCOMPARE(RelayProcess::runRelay(words("inbox list --database postgresql://[/relay")).exitCode, 3);
        QCOMPARE(RelayProcess::runRelay(words("--help")).exitCode, 0);
        QCOMPARE(RelayProcess::runRelay({}).exitCode, 2);
    }

    /// A database that is not there must not come back as an empty one.
    void serveMakesADatabaseOnlyWhenAsked()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("relay.sqlite"));
        RelayProcess relay(file);
        const auto refused = relay.run(words("serve --listen 127.0.0.1:0"));
        QCOMPARE(refused.exitCode, 3);
        QVERIFY(refused.errors.contains("--create"));
        QVERIFY(!QFile::exists(file));
        QVERIFY(relay.start({QStringLiteral("--create")}));
        QVERIFY(QFile::exists(file));
        // One relay has it, and the command line works beside it.
        const auto second = relay.run(words("serve --listen 127.0.0.1:0"));
        QCOMPARE(second.exitCode, 1);
        QVERIFY(second.errors.contains("Another relay"));
        QVERIFY(second.output.isEmpty());
        QCOMPARE(relay.run(words("inbox create demo")).exitCode, 0);
        relay.kill();
        QVERIFY(relay.start());
        QCOMPARE(relay.stop(), 0);
    }

    void listsShowNoSecrets()
    {
        QTemporaryDir folder;
        const RelayProcess relay(folder.filePath(QStringLiteral("relay.sqlite")));
        const auto created =
            RelayProcess::runRelay({QStringLiteral("inbox"), QStringLiteral("create"), QStringLiteral("demo"),
                                    QStringLiteral("--webhook-secret-file"), QStringLiteral("-"),
                                    QStringLiteral("--database"), relay.databaseUrl()},
                                   "planted-webhook-secret\n");
        QCOMPARE(created.exitCode, 0);
        const std::string token = relay.createToken(QStringLiteral("demo"), QStringLiteral("consumer"));
        const auto inboxes = relay.run(words("inbox list"));
        const Json inbox = parseJson(inboxes.output.toStdString()).value().at(0);
        QCOMPARE(inbox.at("name").get<std::string>(), std::string("demo"));
        QCOMPARE(inbox.at("webhookSecret").get<bool>(), true);
        const auto replaced =
            RelayProcess::runRelay({QStringLiteral("inbox"), QStringLiteral("secret"), QStringLiteral("demo"),
                                    QStringLiteral("--webhook-secret-file"), QStringLiteral("-"),
                                    QStringLiteral("--database"), relay.databaseUrl()},
                                   "planted-webhook-secret-2\n");
        QCOMPARE(replaced.exitCode, 0);
        const auto tokens = relay.run(words("token list"));
        const Json record = parseJson(tokens.output.toStdString()).value().at(0);
        QCOMPARE(record.at("role").get<std::string>(), std::string("consumer"));
        QVERIFY(record.at("revokedAt").is_null());
        const QByteArray all =
            created.output + created.errors + replaced.output + inboxes.output + tokens.output;
        QVERIFY(!all.contains("planted-webhook-secret"));
        QVERIFY(!all.contains(QByteArray::fromStdString(token)));
        QCOMPARE(relay
                     .run({QStringLiteral("token"), QStringLiteral("revoke"),
                           QString::fromStdString(record.at("id").get<std::string>())})
                     .exitCode,
                 0);
        const Json revoked = parseJson(relay.run(words("token list")).output.toStdString()).value().at(0);
        QVERIFY(revoked.at("revokedAt").is_string());
    }

    void refusesAForeignDatabase()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("notes.sqlite")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("This is no database, and it is longer than any header of one could be. ");
        file.write(QByteArray(4096, 'x'));
        file.close();
        const RelayProcess relay(file.fileName());
        QCOMPARE(relay.run(words("inbox create demo")).exitCode, 1);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().startsWith("This is no database"));
    }

    void listensOnIpv6()
    {
        QTemporaryDir folder;
        RelayProcess relay(folder.filePath(QStringLiteral("relay.sqlite")));
        QProcess process;
        process.start(programPath("countersign-relay"),
                      {QStringLiteral("serve"), QStringLiteral("--database"), relay.databaseUrl(),
                       QStringLiteral("--create"), QStringLiteral("--listen"), QStringLiteral("[::1]:0")});
        while (!process.canReadLine() && process.waitForReadyRead(patienceMs)) {
        }
        const QByteArray line = process.readLine();
        const auto ready = parseJson(line.trimmed().toStdString());
        if (!ready) {
            QSKIP("This machine has no IPv6 loopback.");
        }
        const std::string url = ready->at("url");
        QVERIFY2(url.starts_with("http://[::1]:"), url.c_str());
        RawHttp client(static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))), true);
        QVERIFY(client.send(RawHttp::get("/metrics")));
        QCOMPARE(client.receive().value().status, 200);
        process.terminate();
        QVERIFY(process.waitForFinished(patienceMs));
    }
};

COUNTERSIGN_GUILESS_TEST(RelayCommandLineTest)
#include "RelayCommandLine_test.moc"
