#include "core/base/encoding/Json.h"
#include "tests/support/Patience.h"
#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/RawHttp.h"
#include "tests/support/processes/RelayProcess.h"

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
        QCOMPARE(status("serve --max-connections-per-address 0"), 2);
        for (const char* proxies :
             {"10.0.0.0/33", "10.0.0.0/8,10.1.0.0/16", "proxy.example", "::1/129", "a:b"}) {
            QCOMPARE(relay
                         .run({QStringLiteral("serve"), QStringLiteral("--behind-proxy"),
                               QString::fromLatin1(proxies)})
                         .exitCode,
                     2);
        }
        QCOMPARE(status("serve --behind-proxy="), 2);
        QCOMPARE(status("inbox list --behind-proxy"), 2);
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

    /// Whose X-Forwarded-For counts: 20 failed tokens of one client, then 429; a client is whom a trusted
    /// proxy names.
    void believesTheProxiesThatAreNamed_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<bool>("isBelieved");
        QTest::newRow("nobody") << QStringList() << false;
        QTest::newRow("this machine, the old spelling") << words("--behind-proxy") << true;
        QTest::newRow("the old spelling before others")
            << words("--behind-proxy --max-connections 50") << true;
        QTest::newRow("loopback") << words("--behind-proxy loopback") << true;
        QTest::newRow("an address") << words("--behind-proxy 127.0.0.1") << true;
        QTest::newRow("a range") << words("--behind-proxy=127.0.0.0/29") << true;
        QTest::newRow("several") << words("--behind-proxy 10.0.0.0/8 --behind-proxy 127.0.0.1/32") << true;
        QTest::newRow("another") << words("--behind-proxy 127.0.0.2") << false;
        QTest::newRow("another range") << words("--behind-proxy 10.0.0.0/8 --behind-proxy ::1") << false;
    }

    void believesTheProxiesThatAreNamed()
    {
        QFETCH(QStringList, options);
        QFETCH(bool, isBelieved);
        QTemporaryDir folder;
        RelayProcess relay(folder.filePath(QStringLiteral("relay.sqlite")));
        QVERIFY(relay.createInbox(QStringLiteral("demo")));
        QVERIFY2(relay.start(options), relay.errors().constData());
        const auto ask = [&relay](const std::string& forwarded) {
            return RawHttp::exchange(
                       relay.port(),
                       "GET /v1/inboxes/demo/entries HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer cs_x\r\n" +
                           forwarded + "\r\n")
                .value()
                .status;
        };
        for (int i = 0; i < 20; ++i) {
            QCOMPARE(ask("X-Forwarded-For: 9.9.9." + std::to_string(i) + ", 203.0.113.7\r\n"), 401);
        }
        QTRY_COMPARE_WITH_TIMEOUT(ask("X-Forwarded-For: 203.0.113.7\r\n"), 429, patienceMs);
        for (const char* other :
             {"X-Forwarded-For: 203.0.113.8\r\n", "Forwarded: for=203.0.113.9;proto=https\r\n"}) {
            if (isBelieved) {
                QCOMPARE(ask(other), 401);
            } else {
                QTRY_COMPARE_WITH_TIMEOUT(ask(other), 429, patienceMs);
            }
        }
        QCOMPARE(relay.stop(), 0);
    }

    void aProxyElsewhereHasToBeNamed()
    {
        QTemporaryDir folder;
        RelayProcess relay(folder.filePath(QStringLiteral("relay.sqlite")));
        QVERIFY(relay.createInbox(QStringLiteral("demo")));
        QVERIFY(relay.start(words("--listen 0.0.0.0:0 --behind-proxy")));
        QVERIFY(waitUntil([&relay] { return relay.errors().contains("on this machine only"); }, patienceMs));
        QCOMPARE(relay.stop(), 0);
        QVERIFY(relay.start(words("--listen 0.0.0.0:0 --behind-proxy 192.0.2.1")));
        QVERIFY(!relay.errors().contains("behind-proxy"));
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
        const auto url = ready->at("url").get<std::string>();
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
