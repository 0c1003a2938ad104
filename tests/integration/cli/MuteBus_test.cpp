#include "core/vault/keychain/RootKeyStore.h"
#include "tests/support/Patience.h"
#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/OddBus.h"
#include "tests/support/fixtures/profile/TestProfile.h"
#include "tests/support/processes/CliProcess.h"

#include <QTemporaryDir>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

/// A session bus that does not do its part ends no program's life by keeping it waiting: exit 4, with the
/// sentence that names the keychain and the step.
class MuteBusTest : public QObject
{
    Q_OBJECT

private:
    /// All of them at once: they wait most of the time.
    static std::vector<CliProcess::Outcome> runOver(const QByteArray& address,
                                                    const std::vector<QStringList>& commands)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"DBUS_SESSION_BUS_ADDRESS"_s, QString::fromLatin1(address));
        std::vector<std::unique_ptr<QProcess>> running;
        for (const QStringList& command : commands) {
            const auto& process = running.emplace_back(std::make_unique<QProcess>());
            process->setProcessEnvironment(environment);
            process->start(programPath("countersign-cli"), command);
            process->closeWriteChannel();
        }
        std::vector<CliProcess::Outcome> outcomes;
        for (const auto& process : running) {
            // Not longPatienceMs: whoever waits for ever does that also where it is short.
            if (!process->waitForFinished(patienceMs) || process->exitStatus() != QProcess::NormalExit) {
                process->kill();
                process->waitForFinished();
                outcomes.emplace_back();
            } else {
                outcomes.push_back(
                    {process->exitCode(), process->readAllStandardOutput(), process->readAllStandardError()});
            }
        }
        return outcomes;
    }

    void ends(const QByteArray& address, const char* words) const
    {
        const QString made = m_folder.filePath(u"never/made"_s);
        const auto outcomes = runOver(
            address,
            {{u"--profile"_s, made, u"init"_s, u"--relay"_s, u"http://127.0.0.1:9"_s, u"--inbox"_s, u"x"_s,
              u"--relay-token-file"_s, m_folder.filePath(u"token"_s), u"--environment"_s, u"e"_s},
             {u"--profile"_s, m_profile, u"keys"_s, u"list"_s},
             {u"--profile"_s, m_profile, u"doctor"_s}});
        for (std::size_t i = 0; i < 2; ++i) {
            const auto& outcome = outcomes[i];
            QVERIFY2(outcome.exitCode == 4,
                     QByteArray(QByteArray::number(outcome.exitCode) + outcome.errors).constData());
            QVERIFY2(outcome.errors.contains("keychain"), outcome.errors.constData());
            QVERIFY2(outcome.errors.contains(words), outcome.errors.constData());
        }
        QVERIFY(!QFileInfo::exists(m_folder.filePath(u"never"_s)));
        QCOMPARE(outcomes[2].exitCode, 1);
        QVERIFY2(outcomes[2].output.contains(words), outcomes[2].output.constData());
    }

private Q_SLOTS:
    void initTestCase()
    {
        writePrivateFile(m_folder.filePath(u"token"_s), "token");
        m_profile = m_folder.filePath(u"profile"_s);
        QVERIFY(createVault(ProfilePaths(m_profile.toStdString()), {}, std::make_shared<MemoryRootKeyStore>(),
                            SystemClock())
                    .has_value());
    }

    void aMuteBusIsTold_data()
    {
        QTest::addColumn<QByteArray>("toAuthentication");
        QTest::addColumn<QByteArray>("toHello");
        QTest::addColumn<bool>("hangsUp");
        QTest::newRow("says nothing") << QByteArray() << QByteArray() << false;
        QTest::newRow("says nothing after the greeting") << OddBus::greeting() << QByteArray() << false;
        QTest::newRow("hangs up") << QByteArray() << QByteArray() << true;
        QTest::newRow("hangs up after the greeting") << OddBus::greeting() << QByteArray() << true;
        QTest::newRow("stops in the middle") << OddBus::greeting() << OddBus::helloReply().left(20) << false;
        QTest::newRow("talks nonsense") << OddBus::greeting() << QByteArray(500, '?') << false;
    }

    void aMuteBusIsTold()
    {
        QFETCH(const QByteArray, toAuthentication);
        QFETCH(const QByteArray, toHello);
        QFETCH(const bool, hangsUp);
        const OddBus bus({toAuthentication, toHello, hangsUp});
        ends(bus.address(), "session bus");
    }

    void aWrongAddressIsTold()
    {
        ends("unix:path=/nowhere/bus", "No keychain service");
        ends("nonsense", "No keychain service");
        ends("tcp:host=127.0.0.1,port=1", "No keychain service");
    }

    /// It answers until it is connected to in earnest, and then no more.
    void aBusThatFallsSilentLaterKeepsNobody()
    {
        const OddBus bus({OddBus::greeting(), OddBus::helloReply()});
        const auto outcome =
            runOver(bus.address(), {{u"--profile"_s, m_profile, u"keys"_s, u"list"_s}}).front();
        QVERIFY2(outcome.exitCode == 4,
                 QByteArray(QByteArray::number(outcome.exitCode) + outcome.errors).constData());
        QVERIFY2(outcome.errors.contains("keychain"), outcome.errors.constData());
    }

private:
    QTemporaryDir m_folder;
    QString m_profile;
};

COUNTERSIGN_GUILESS_TEST(MuteBusTest)
#include "MuteBus_test.moc"
