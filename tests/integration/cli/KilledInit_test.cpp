#include "tests/support/Patience.h"
#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/SyscallFaults.h"
#include "tests/support/processes/CliProcess.h"

#include <QDir>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <optional>
#include <random>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

/// `init` is killed anywhere: the next one with the same arguments succeeds, and neither the folder nor the
/// keychain keeps anything of the killed one. Runs inside with-keyring.sh: a real gnome-keyring.
class KilledInitTest : public QObject
{
    Q_OBJECT

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    QString root() const { return path(u"deep/profile%1"_s.arg(m_profiles)); }

    QStringList arguments() const
    {
        QStringList all{u"--profile"_s,
                        root(),
                        u"init"_s,
                        u"--relay"_s,
                        u"http://127.0.0.1:9"_s,
                        u"--inbox"_s,
                        u"x"_s,
                        u"--relay-token-file"_s,
                        path(u"token"_s),
                        u"--webhook-secret-file"_s,
                        path(u"token"_s),
                        u"--environment"_s,
                        u"e"_s,
                        u"--keychain"_s,
                        m_keychain ? u"os"_s : u"none"_s};
        if (!m_keychain) {
            all << u"--passphrase-file"_s << path(u"passphrase"_s);
        }
        return all;
    }

    QStringList in(QStringList command) const
    {
        QStringList all = QStringList{u"--profile"_s, root()} + command;
        if (!m_keychain) {
            all << u"--passphrase-file"_s << path(u"passphrase"_s);
        }
        return all;
    }

    /// How many items the keychain holds.
    static int keychainItems()
    {
        QProcess process;
        process.start(
            u"dbus-send"_s,
            {u"--session"_s, u"--print-reply"_s, u"--dest=org.freedesktop.secrets"_s,
             u"/org/freedesktop/secrets/collection/login"_s, u"org.freedesktop.DBus.Properties.Get"_s,
             u"string:org.freedesktop.Secret.Collection"_s, u"string:Items"_s});
        if (!process.waitForFinished(patienceMs) || process.exitCode() != 0) {
            return -1;
        }
        return static_cast<int>(process.readAllStandardOutput().count("object path"));
    }

    QStringList filesOfProfile() const
    {
        return QDir(root()).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                                      QDir::Name);
    }

    /// Starts init with `faults`, or kills it after a time; true when it was killed.
    bool initAndKill(std::optional<SyscallFaults> faults, int afterMs)
    {
        QProcess process;
        if (faults) {
            process.setChildProcessModifier([faults]() mutable { faults->installOrEnd(); });
        }
        process.start(programPath("countersign-cli"), arguments());
        process.closeWriteChannel();
        if (!process.waitForFinished(faults ? longPatienceMs : afterMs)) {
            process.kill();
            process.waitForFinished(patienceMs);
        }
        m_lastExit = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
        return process.exitStatus() != QProcess::NormalExit;
    }

    /// What has to be so after a kill: the next init makes the profile, or it is there already, whole.
    void nextInitSucceeds(int itemsBefore)
    {
        const bool wasThere = QFileInfo::exists(root() + u"/profile.sqlite"_s);
        const auto again = CliProcess::run(arguments());
        QVERIFY2(again.exitCode == (wasThere ? 3 : 0), again.errors.constData());
        QCOMPARE(filesOfProfile(), (QStringList{u"audit.head"_s, u"profile.sqlite"_s}));
        if (m_keychain) {
            QCOMPARE(keychainItems(), itemsBefore + 1);
        }
        const auto settings = CliProcess::run(in({u"settings"_s, u"list"_s}));
        QVERIFY2(settings.json().value("relay.inbox", "") == "x", settings.output.constData());
        const auto secrets = CliProcess::run(in({u"webhook-secret"_s, u"list"_s}));
        QCOMPARE(secrets.json().size(), 1U);
        QVERIFY2(secrets.errors.isEmpty(), secrets.errors.constData());
        QCOMPARE(CliProcess::run(in({u"audit"_s, u"verify"_s})).exitCode, 0);
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(!qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS"), "run it inside with-keyring.sh");
        writePrivateFile(path(u"token"_s), "token");
        writePrivateFile(path(u"passphrase"_s), "open sesame");
    }

    void init() { ++m_profiles; }

    void whereItTouchesTheDisk_data()
    {
        QTest::addColumn<int>("call");
        QTest::newRow("a folder is made") << static_cast<int>(SYS_mkdir);
        QTest::newRow("the folder is locked") << static_cast<int>(SYS_flock);
        QTest::newRow("something is synced") << static_cast<int>(SYS_fsync);
        QTest::newRow("the database is synced") << static_cast<int>(SYS_fdatasync);
        QTest::newRow("the database is written") << static_cast<int>(SYS_pwrite64);
        QTest::newRow("the record's head gets its name") << static_cast<int>(SYS_rename);
        QTest::newRow("a file is removed") << static_cast<int>(SYS_unlink);
        QTest::newRow("the profile is published") << static_cast<int>(SYS_link);
        QTest::newRow("the draft is removed") << static_cast<int>(SYS_unlinkat);
    }

    void whereItTouchesTheDisk()
    {
        QFETCH(const int, call);
        for (const bool keychain : {true, false}) {
            m_keychain = keychain;
            ++m_profiles;
            const int items = keychainItems();
            const bool killed = initAndKill(SyscallFaults().kill(call), 0);
            if (m_lastExit == SyscallFaults::cannotInstall) {
                QSKIP("system calls cannot be watched here");
            }
            QVERIFY2(killed || call == SYS_unlinkat, "it was not killed; the test showed nothing");
            nextInitSucceeds(items);
            if (QTest::currentTestFailed()) {
                return;
            }
        }
    }

    void atRandom()
    {
        m_keychain = true;
        QElapsedTimer timer;
        timer.start();
        int items = keychainItems();
        QVERIFY(!initAndKill({}, longPatienceMs));
        QCOMPARE(m_lastExit, 0);
        int whole = static_cast<int>(timer.elapsed());
        std::mt19937 random(std::random_device{}());
        int killed = 0;
        for (int round = 0; round < 60 && killed < 15; ++round) {
            ++m_profiles;
            items = keychainItems();
            timer.restart();
            // Sometimes more than one after the other.
            const bool first = initAndKill({}, std::uniform_int_distribution(0, whole)(random));
            if (!first) {
                whole = std::max(1, std::min(whole, static_cast<int>(timer.elapsed())));
            } else if (random() % 3 == 0) {
                (void)initAndKill({}, std::uniform_int_distribution(0, whole)(random));
            }
            killed += first ? 1 : 0;
            nextInitSucceeds(items);
            if (QTest::currentTestFailed()) {
                return;
            }
        }
        QVERIFY2(killed >= 15, qPrintable(QString::number(killed)));
    }

    /// The other commands that make something: one transaction each, so that there is nothing to complete.
    void keysAreThereWholeOrNotAtAll()
    {
        m_keychain = true;
        QVERIFY(!initAndKill({}, longPatienceMs));
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(CliProcess::run(in({u"keys"_s, u"new"_s, u"--bits"_s, u"2048"_s})).exitCode, 0);
        const int whole = static_cast<int>(timer.elapsed());
        std::mt19937 random(std::random_device{}());
        for (int round = 0; round < 8; ++round) {
            QProcess process;
            process.start(programPath("countersign-cli"),
                          in({u"keys"_s, u"new"_s, u"--bits"_s, u"2048"_s, u"--kid"_s, u"round"_s}));
            if (!process.waitForFinished(std::uniform_int_distribution(whole / 2, whole)(random))) {
                process.kill();
                process.waitForFinished(patienceMs);
            }
            const auto listed = CliProcess::run(in({u"keys"_s, u"list"_s}));
            QCOMPARE(listed.exitCode, 0);
            QVERIFY2(listed.errors.isEmpty(), listed.errors.constData());
            QCOMPARE(CliProcess::run(in({u"audit"_s, u"verify"_s})).exitCode, 0);
            if (listed.json().size() == 2U) {
                break;  // it was made, and cannot be made again
            }
        }
    }

private:
    QTemporaryDir m_folder;
    int m_profiles = 0;
    int m_lastExit = -1;
    bool m_keychain = true;
};

COUNTERSIGN_GUILESS_TEST(KilledInitTest)
#include "KilledInit_test.moc"
