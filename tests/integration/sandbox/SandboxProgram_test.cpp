#include "tests/support/Patience.h"
#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/WebhookRecorder.h"
#include "tests/support/fixtures/dynamic/SandboxScene.h"
#include "tests/support/processes/SandboxProcess.h"

#include <QRandomGenerator>
#include <QTcpSocket>
#include <QTest>

#include <signal.h>

#include <map>
#include <set>

using namespace countersign;
using namespace countersign::testing;

/// The program as its users run it: a process, HTTP, and what is left of it after a kill.
class SandboxProgramTest : public QObject, private SandboxScene
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { begin(); }

    void printsOneLineAndSaysWhatIsSimulated()
    {
        WebhookRecorder receiver;
        QVERIFY(receiver.listen());
        SandboxProcess sandbox;
        QVERIFY2(sandbox.start(options(receiver)), sandbox.errors().constData());
        QStringList members;
        for (const auto& [member, value] : sandbox.ready().items()) {
            members << QString::fromStdString(member);
            QVERIFY(value.is_string() && !value.get<std::string>().empty());
        }
        QCOMPARE(members.join(u' '),
                 QStringLiteral("url enclaveUrl environmentId apiToken webhookId webhookSecret "
                                "enclaveRootPem enclavePcr8 relayDomain"));
        QVERIFY(sandbox.value("enclaveUrl").starts_with("ws://127.0.0.1:"));
        QCOMPARE(sandbox.terminate(), 0);
        QVERIFY(sandbox.moreOutput().isEmpty());
        QVERIFY(sandbox.errors().contains("SIMULATES multi-party computation"));

        QProcess help;
        help.start(programPath("countersign-sandbox"), {QStringLiteral("--help")});
        QVERIFY(help.waitForFinished(patienceMs));
        QVERIFY(help.readAllStandardOutput().contains("SIMULATES multi-party computation"));
    }

    void wrongUsageExitsWith2_data()
    {
        QTest::addColumn<QStringList>("arguments");
        for (const char* line :
             {"", "run", "serve more", "serve --unknown", "serve --listen nowhere", "serve --listen",
              "serve --webhook-url http://example.com/", "serve --retry-schedule 60,15",
              "serve --encryption-key /does/not/exist", "serve --webhook-secret-file /dev/null"}) {
            QTest::newRow(line) << QString::fromLatin1(line).split(u' ', Qt::SkipEmptyParts);
        }
    }

    void wrongUsageExitsWith2()
    {
        QFETCH(QStringList, arguments);
        QProcess process;
        process.start(programPath("countersign-sandbox"), arguments);
        QVERIFY(process.waitForFinished(patienceMs));
        QCOMPARE(process.exitCode(), 2);
        QVERIFY(process.readAllStandardOutput().isEmpty());
        QVERIFY(!process.readAllStandardError().isEmpty());
    }

    /// It speaks without TLS and knows every key.
    void otherMachinesAreLetInOnRequestOnly()
    {
        const auto run = [](const QStringList& options) {
            QProcess process;
            process.start(programPath("countersign-sandbox"), QStringList{QStringLiteral("serve")} + options);
            process.waitForFinished(patienceMs);
            return std::pair(process.exitCode(), process.readAllStandardError());
        };
        for (const char* address : {"0.0.0.0:0", "[::]:0", "192.0.2.1:0", "[::ffff:0.0.0.0]:0"}) {
            const auto [status, said] = run({QStringLiteral("--listen"), QString::fromLatin1(address)});
            QCOMPARE(status, 2);
            QVERIFY2(said.contains("--allow-remote"), said.constData());
        }
        SandboxProcess remote;
        QVERIFY2(remote.start({QStringLiteral("--listen"), QStringLiteral("0.0.0.0:0"),
                               QStringLiteral("--allow-remote")}),
                 remote.errors().constData());
        QVERIFY2(remote.errors().contains("WARNING: it listens for other machines too"),
                 remote.errors().constData());
        QCOMPARE(remote.terminate(), 0);
        SandboxProcess local;
        QVERIFY(local.start(
            {QStringLiteral("--listen"), QStringLiteral("127.0.0.3:0"), QStringLiteral("--allow-remote")}));
        QVERIFY(!local.errors().contains("WARNING"));
        QCOMPARE(local.terminate(), 0);
    }

    /// Its standard error is no terminal here.
    void aServiceSurvivesAHangup()
    {
        SandboxProcess sandbox;
        QVERIFY2(sandbox.start({}), sandbox.errors().constData());
        for (int i = 1; i <= 3; ++i) {
            ::kill(static_cast<pid_t>(sandbox.processId()), SIGHUP);
            QVERIFY(waitUntil(
                [&] { return sandbox.errors().count("SIGHUP: there is nothing to read again") == i; },
                patienceMs));
        }
        QCOMPARE(sandbox.call("GET", QStringLiteral("/sandbox")).status, 200);
        QCOMPARE(sandbox.terminate(), 0);
    }

    void hostileCallers()
    {
        WebhookRecorder receiver;
        QVERIFY(receiver.listen());
        SandboxProcess sandbox;
        QVERIFY2(sandbox.start(options(receiver)), sandbox.errors().constData());
        const QString delegations = QStringLiteral("/sandbox/delegations");
        QCOMPARE(sandbox.call("POST", delegations, R"({"chain":"EVM"})", "").status, 401);
        QCOMPARE(sandbox.call("POST", delegations, R"({"chain":"EVM"})", "dyn_wrong").status, 401);
        QCOMPARE(sandbox.call("GET", QStringLiteral("/sandbox/wallets"), {}, "").status, 401);
        QCOMPARE(sandbox.call("PATCH", delegations).status, 405);
        QCOMPARE(sandbox.call("GET", QStringLiteral("/sandbox/nothing")).status, 404);
        for (const QByteArray& body :
             {QByteArray(), QByteArray("{"), QByteArray(100'000, '['),
              QByteArray("{\"chain\":\"EVM\",\"count\":1e99}"), QByteArray("{\"chain\":\"\xff\"}")}) {
            QCOMPARE(sandbox.call("POST", delegations, body).status, 400);
        }
        QTcpSocket huge;
        huge.connectToHost(QStringLiteral("127.0.0.1"),
                           static_cast<quint16>(QUrl(QString::fromStdString(sandbox.value("url"))).port()));
        QVERIFY(huge.waitForConnected(patienceMs));
        huge.write("POST /sandbox/delegations HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n");
        QVERIFY(huge.waitForReadyRead(patienceMs));
        QVERIFY(huge.readAll().startsWith("HTTP/1.1 413"));
        QCOMPARE(sandbox.call("GET", QStringLiteral("/sandbox/wallets")).body, QByteArray("[]"));
    }

    void aKillLosesNothing()
    {
        const QString state = newPath();
        WebhookRecorder receiver;
        QVERIFY(receiver.listen());
        const quint16 port = receiver.port();
        receiver.close();
        const QStringList withState = options(receiver, state);
        std::string readyBefore;
        Json wallet;
        {
            SandboxProcess sandbox;
            QVERIFY2(sandbox.start(withState), sandbox.errors().constData());
            wallet =
                sandbox.call("POST", QStringLiteral("/sandbox/delegations"), R"({"chain":"EVM"})").json()[0];
            readyBefore = sandbox.value("apiToken") + sandbox.value("webhookSecret") +
                          sandbox.value("environmentId") + sandbox.value("webhookId") +
                          sandbox.value("enclaveRootPem") + sandbox.value("enclavePcr8");
            sandbox.kill();
        }
        QVERIFY(receiver.listen(port));
        SandboxProcess sandbox;
        QVERIFY2(sandbox.start(withState), sandbox.errors().constData());
        QCOMPARE(sandbox.value("apiToken") + sandbox.value("webhookSecret") + sandbox.value("environmentId") +
                     sandbox.value("webhookId") + sandbox.value("enclaveRootPem") +
                     sandbox.value("enclavePcr8"),
                 readyBefore);
        QTRY_COMPARE_WITH_TIMEOUT(countOf(receiver, createdEvent, wallet["walletId"].get<std::string>()), 1,
                                  patienceMs);
        QVERIFY(isSigned(sandbox, receiver.deliveries().first()));
        QTRY_COMPARE_WITH_TIMEOUT(receiver.bodies("ping").size(), 2, patienceMs);
    }

    void manyKillsLoseNothing()
    {
        const QString state = newPath();
        WebhookRecorder receiver;
        QVERIFY(receiver.listen());
        const QStringList withState = options(receiver, state);
        std::set<std::string> promised;
        for (int round = 0; round < 8; ++round) {
            SandboxProcess sandbox;
            QVERIFY2(sandbox.start(withState), sandbox.errors().constData());
            const auto made =
                sandbox.call("POST", QStringLiteral("/sandbox/delegations"), R"({"chain":"SVM","count":25})");
            QCOMPARE(made.status, 200);
            for (const Json& wallet : made.json()) {
                promised.insert(wallet["walletId"].get<std::string>());
            }
            QTest::qWait(static_cast<int>(QRandomGenerator::global()->bounded(30)));
            sandbox.kill();
        }
        SandboxProcess sandbox;
        QVERIFY2(sandbox.start(withState), sandbox.errors().constData());
        QCOMPARE(sandbox.call("GET", QStringLiteral("/sandbox/wallets")).json().size(), promised.size());
        const auto delivered = [&] {
            std::map<std::string, std::set<std::string>> messages;
            for (const QByteArray& body : receiver.bodies(createdEvent)) {
                const Json json = parsed(body);
                messages[json["data"]["walletId"].get<std::string>()].insert(
                    json["messageId"].get<std::string>());
            }
            return messages;
        };
        QTRY_COMPARE_WITH_TIMEOUT(delivered().size(), promised.size(), patienceMs);
        for (const auto& [walletId, messages] : delivered()) {
            QVERIFY(promised.contains(walletId));
            QCOMPARE(messages.size(), std::size_t(1));  // sent twice perhaps, but never as two messages
        }
    }
};

COUNTERSIGN_GUILESS_TEST(SandboxProgramTest)
#include "SandboxProgram_test.moc"
