#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/vault/Vault.h"
#include "core/vault/keychain/RootKeyStore.h"
#include "tests/support/Patience.h"
#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"

#include <QDirIterator>
#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace countersign;
using namespace Qt::StringLiterals;

// Runs inside with-keyring.sh: a real gnome-keyring, unlocked, in a session of its own.

namespace {

QString tool()
{
    return QCoreApplication::applicationDirPath() + u"/keychain_tool"_s;
}

QString script()
{
    return sourcePath("tests/integration/with-keyring.sh");
}

struct Answer
{
    int exitCode = -1;
    Json json;
    QString text(const char* member) const
    {
        return QString::fromStdString(json.is_object() ? json.value(member, std::string()) : std::string());
    }
    bool isOk() const { return json.is_object() && json.value("ok", false); }
    ErrorCode code() const { return static_cast<ErrorCode>(json.value("code", -1)); }
};

// Starts the program and waits, with a deadline far above every time-out under test: a hang is a failure.
Answer run(const QString& program, const QStringList& arguments,
           const QProcessEnvironment& environment = QProcessEnvironment::systemEnvironment())
{
    QProcess process;
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(program, arguments);
    if (!process.waitForFinished(patienceMs) || process.exitStatus() != QProcess::NormalExit) {
        process.kill();
        process.waitForFinished();
        return {};
    }
    const QByteArray output = process.readAllStandardOutput().trimmed();
    const QByteArray lastLine = output.mid(output.lastIndexOf('\n') + 1);
    auto json = parseJson(lastLine.toStdString());
    return {process.exitCode(), json ? *json : Json()};
}

Answer run(const QStringList& arguments)
{
    return run(tool(), arguments);
}

// The same tool in a session without a keychain, beside a service that misbehaves.
Answer besideOddService(const QString& kind, const QString& arguments)
{
    const QString line =
        u"coproc odd { exec '%1' serve %2; }; read -r -u \"${odd[0]}\" _; '%1' %3; status=$?; "
        "kill $odd_PID; exit $status"_s.arg(tool(), kind, arguments);
    return run(script(), {u"--no-keyring"_s, u"bash"_s, u"-c"_s, line});
}

void compareUnavailable(const Answer& answer, KeychainState state)
{
    QVERIFY2(!answer.isOk(), dumpJson(answer.json).c_str());
    QVERIFY2(answer.json.is_object(), "no answer: the tool crashed or hung");
    QCOMPARE(answer.code(), ErrorCode::KeychainUnavailable);
    QCOMPARE(answer.text("sentence"), keychainSentence(state));
}

}  // namespace

class KeychainTest : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    QString m_profile = m_folder.filePath(u"profile"_s);

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(!qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS"), "run it inside with-keyring.sh");
    }

    void isAvailable() { QCOMPARE(run({u"probe"_s}).text("state"), u"available"_s); }

    void keepsAndForgetsAKey()
    {
        QCOMPARE(run({u"read"_s, u"some-id"_s}).code(), ErrorCode::NotFound);
        QVERIFY(run({u"write"_s, u"some-id"_s}).isOk());
        QCOMPARE(run({u"read"_s, u"some-id"_s}).text("key").size(), qsizetype{64});
        QCOMPARE(run({u"read"_s, u"other-id"_s}).code(), ErrorCode::NotFound);
        QVERIFY(run({u"remove"_s, u"some-id"_s}).isOk());
        QVERIFY(run({u"remove"_s, u"some-id"_s}).isOk());
        QCOMPARE(run({u"read"_s, u"some-id"_s}).code(), ErrorCode::NotFound);
    }

    void rootKeyIsInTheKeychainAndNowhereInTheProfile()
    {
        QVERIFY(run({u"create"_s, m_profile}).isOk());
        QVERIFY(run({u"unlock"_s, m_profile}).isOk());
        const auto vault = Vault::open(ProfilePaths(m_profile.toStdString()), nullptr).value();
        const QString hex = run({u"read"_s, QString::fromStdString(vault->info().profileId)}).text("key");
        QCOMPARE(hex.size(), qsizetype{64});
        const Bytes key = fromHex(hex.toStdString()).value();
        int files = 0;
        QDirIterator iterator(m_profile, QDir::Files | QDir::Hidden);
        while (iterator.hasNext()) {
            QFile file(iterator.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QByteArray content = file.readAll();
            QVERIFY(!content.contains(hex.toLatin1()));
            QVERIFY(!content.contains(QByteArray::fromStdString(toBase64(key))));
            QVERIFY(!content.contains(QByteArray::fromHex(hex.toLatin1())));
            ++files;
        }
        QVERIFY(files > 0);
        QVERIFY(run({u"remove"_s, QString::fromStdString(vault->info().profileId)}).isOk());
        QCOMPARE(run({u"unlock"_s, m_profile}).code(), ErrorCode::NotFound);
    }

    void withoutASessionItIsAbsent()
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.remove(u"DBUS_SESSION_BUS_ADDRESS"_s);
        environment.insert(u"XDG_RUNTIME_DIR"_s, m_folder.path());
        QCOMPARE(run(tool(), {u"probe"_s}, environment).text("state"), u"absent"_s);
        compareUnavailable(run(tool(), {u"read"_s, u"x"_s}, environment), KeychainState::Absent);
        environment.insert(u"DBUS_SESSION_BUS_ADDRESS"_s, u"unix:path=/nowhere/bus"_s);
        QCOMPARE(run(tool(), {u"probe"_s}, environment).text("state"), u"absent"_s);
        compareUnavailable(run(tool(), {u"write"_s, u"x"_s}, environment), KeychainState::Absent);
    }

    void withoutAServiceItIsAbsentAndNothingIsLeftBehind()
    {
        const QString profile = m_folder.filePath(u"never/made"_s);
        compareUnavailable(run(script(), {u"--no-keyring"_s, tool(), u"create"_s, profile}),
                           KeychainState::Absent);
        QVERIFY(!QFileInfo::exists(m_folder.filePath(u"never"_s)));
        QCOMPARE(run(script(), {u"--no-keyring"_s, tool(), u"probe"_s}).text("state"), u"absent"_s);
    }

    void silentServiceTimesOut()
    {
        QCOMPARE(besideOddService(u"silent"_s, u"probe"_s).text("state"), u"timed out"_s);
        compareUnavailable(besideOddService(u"silent"_s, u"read x"_s), KeychainState::TimedOut);
    }

    void serviceThatStallsLaterTimesOutAndDoesNoHarmAfterwards()
    {
        const Answer answer = besideOddService(u"stalling"_s, u"read x --linger"_s);
        compareUnavailable(answer, KeychainState::TimedOut);
        QCOMPARE(answer.exitCode, 0);
        compareUnavailable(besideOddService(u"stalling"_s, u"write x"_s), KeychainState::TimedOut);
    }

    void refusingServiceIsDenied()
    {
        QCOMPARE(besideOddService(u"refusing"_s, u"probe"_s).text("state"), u"denied"_s);
        compareUnavailable(besideOddService(u"refusing"_s, u"read x"_s), KeychainState::Denied);
    }

    // Last: what is locked here cannot be unlocked without a prompt.
    void lockedKeychainIsToldWithoutAHang()
    {
        QVERIFY(run({u"write"_s, u"kept"_s}).isOk());
        QCOMPARE(run({u"lock"_s}).exitCode, 0);
        QCOMPARE(run({u"probe"_s}).text("state"), u"locked"_s);
        compareUnavailable(run({u"read"_s, u"kept"_s}), KeychainState::Locked);
        compareUnavailable(run({u"write"_s, u"new"_s}), KeychainState::Locked);
        compareUnavailable(run({u"create"_s, m_folder.filePath(u"locked"_s)}), KeychainState::Locked);
        QVERIFY(!QFileInfo::exists(m_folder.filePath(u"locked"_s)));
    }
};

COUNTERSIGN_GUILESS_TEST(KeychainTest)
#include "Keychain_test.moc"
