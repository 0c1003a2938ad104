#include "tests/support/Patience.h"
#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/SyscallFaults.h"
#include "tests/support/processes/CliProcess.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <sys/resource.h>

#include <functional>
#include <random>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

struct Said
{
    int exitCode = -1;  ///< -1 when it did not end, or by a signal
    QByteArray output;
    QByteArray errors;
};

Said runProgram(const QString& program, const QStringList& arguments,
                const std::function<void()>& inChild = {})
{
    QProcess process;
    if (inChild) {
        process.setChildProcessModifier(inChild);
    }
    process.start(program, arguments);
    process.closeWriteChannel();
    if (!process.waitForFinished(longPatienceMs) || process.exitStatus() != QProcess::NormalExit) {
        process.kill();
        process.waitForFinished();
        return {-1, process.readAllStandardOutput(), process.readAllStandardError()};
    }
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

}  // namespace

/// Full disks, quotas, missing locks, limits: each is named with what to do, by every command, and `doctor`
/// finds it before.
class StorageFaultsTest : public QObject
{
    Q_OBJECT

private:
    QString path(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)); }
    QStringList in(const QString& profile, QStringList arguments) const
    {
        return QStringList{u"--profile"_s, profile} + arguments +
               QStringList{u"--passphrase-file"_s, path("passphrase")};
    }
    QStringList initArguments(const QString& profile) const
    {
        return in(profile, {u"init"_s, u"--relay"_s, u"http://127.0.0.1:9"_s, u"--inbox"_s, u"x"_s,
                            u"--relay-token-file"_s, path("token"), u"--environment"_s, u"e"_s,
                            u"--keychain"_s, u"none"_s});
    }
    QStringList writing() const
    {
        return in(path("profile"),
                  {u"webhook-secret"_s, u"add"_s, u"--name"_s, u"x"_s, u"--secret-file"_s, path("token")});
    }

    Said withFaults(SyscallFaults faults, const QStringList& arguments) const
    {
        return runProgram(programPath("countersign-cli"), arguments,
                          [faults]() mutable { faults.installOrEnd(); });
    }

    /// A shell as root in a mount namespace of its own; $1 is an empty folder, $2 the profile, $3 the
    /// passphrase file, $4 the program. Exit status 98: no such thing here.
    Said inNamespace(const char* script) const
    {
        const QString folder = m_folder.filePath(u"mounted"_s);
        QDir().mkpath(folder);
        const QString line = u"mount -t tmpfs -o size=4m none \"$1\" || exit 98\n"_s + QLatin1String(script);
        return runProgram(u"unshare"_s,
                          {u"-m"_s, u"bash"_s, u"-c"_s, line, u"bash"_s, folder, path("profile"),
                           path("passphrase"), programPath("countersign-cli")});
    }

    static QByteArray sentenceOf(const QByteArray& doctor, const char* check)
    {
        const Json checks = Json::parse(doctor.begin(), doctor.end(), nullptr, false);
        for (const Json& one : checks) {
            if (one.is_object() && one.at("check") == Json(check)) {
                return one.at("ok") == Json(true)
                           ? QByteArray("ok")
                           : QByteArray::fromStdString(one.at("sentence").get<std::string>());
            }
        }
        return "none";
    }

private Q_SLOTS:
    void initTestCase()
    {
        writePrivateFile(path("passphrase"), "open sesame");
        writePrivateFile(path("token"), "token");
        const auto made = CliProcess::run(initArguments(path("profile")));
        QVERIFY2(made.exitCode == 0, made.errors.constData());
        m_canFail = withFaults(SyscallFaults().fail(SYS_getpriority, EPERM), {u"--version"_s}).exitCode !=
                    SyscallFaults::cannotInstall;
        const Said healthy = runProgram(programPath("countersign-cli"), in(path("profile"), {u"doctor"_s}));
        QCOMPARE(sentenceOf(healthy.output, "disk"), QByteArray("ok"));
    }

    void withoutLocksNobodyElseIsBlamed()
    {
        if (!m_canFail) {
            QSKIP("system calls cannot be made to fail here");
        }
        for (const QStringList& arguments :
             {writing(), in(path("profile"), {u"wallets"_s, u"list"_s}), initArguments(path("other"))}) {
            const Said said = withFaults(SyscallFaults::noLocks(), arguments);
            QCOMPARE(said.exitCode, 1);
            QVERIFY2(said.errors.contains("file locks"), said.errors.constData());
            QVERIFY2(!said.errors.contains("nother program"), said.errors.constData());
        }
        QVERIFY(!QFileInfo::exists(path("other")));
        const Said doctor = withFaults(SyscallFaults::noLocks(), in(path("profile"), {u"doctor"_s}));
        QCOMPARE(doctor.exitCode, 1);
        QVERIFY2(sentenceOf(doctor.output, "disk").contains("file locks"), doctor.output.constData());
    }

    void theSystemsReasonIsTold()
    {
        if (!m_canFail) {
            QSKIP("system calls cannot be made to fail here");
        }
        const std::pair<int, const char*> reasons[] = {
            {ENOSPC, "disk is full"}, {EDQUOT, "quota"}, {EIO, "input/output error"}, {EFBIG, "ulimit -f"}};
        for (const auto& [error, words] : reasons) {
            const SyscallFaults faults = SyscallFaults().fail(SYS_pwrite64, error).fail(SYS_fallocate, error);
            for (const QStringList& arguments : {writing(), initArguments(path("other"))}) {
                const Said said = withFaults(faults, arguments);
                QCOMPARE(said.exitCode, 1);
                QVERIFY2(said.errors.contains(words), said.errors.constData());
            }
            QVERIFY(!QFileInfo::exists(path("other")));
        }
        QCOMPARE(runProgram(programPath("countersign-cli"), writing()).exitCode, 0);
    }

    /// The shell's limit is a signal that ends a program, unless it is ignored.
    void aLimitOnFileSizesIsAnErrorAndNoEnd()
    {
        const auto limit = [] {
            const rlimit small{20 * 1024, 20 * 1024};
            ::setrlimit(RLIMIT_FSIZE, &small);
        };
        const Said said = runProgram(programPath("countersign-cli"), writing(), limit);
        QCOMPARE(said.exitCode, 1);
        QVERIFY2(said.errors.contains("ulimit -f"), said.errors.constData());
        const Said init = runProgram(programPath("countersign-cli"), initArguments(path("other")), limit);
        QCOMPARE(init.exitCode, 1);
        QVERIFY2(init.errors.contains("ulimit -f"), init.errors.constData());
        QVERIFY(!QFileInfo::exists(path("other")));
        QCOMPARE(runProgram(programPath("countersign-cli"), writing()).exitCode, 0);
    }

    void aFullDiskIsNamedAndDoctorFindsIt()
    {
        const Said said = inNamespace(
            "cp -a \"$2\" \"$1/p\" && { head -c 100M /dev/zero >\"$1/filler\" || true; } 2>/dev/null\n"
            "\"$4\" --profile \"$1/p\" keys list --passphrase-file \"$3\"; echo \"status $?\" >&2\n"
            "\"$4\" --profile \"$1/p\" doctor --passphrase-file \"$3\"\n");
        if (said.exitCode == 98 || said.errors.contains("unshare failed")) {
            QSKIP("no file system can be mounted here");
        }
        QVERIFY2(said.errors.contains("status 1") && said.errors.contains("disk is full"),
                 said.errors.constData());
        QVERIFY2(sentenceOf(said.output, "disk").contains("disk is full"), said.output.constData());
        const Said nearly =
            inNamespace("cp -a \"$2\" \"$1/p\"\n\"$4\" --profile \"$1/p\" doctor --passphrase-file \"$3\"\n");
        QVERIFY2(sentenceOf(nearly.output, "disk").contains("MiB are free"), nearly.output.constData());
    }

    void aReadOnlyFileSystemIsNamed()
    {
        const Said said = inNamespace(
            "cp -a \"$2\" \"$1/p\" && mount -o remount,ro \"$1\" || exit 98\n"
            "\"$4\" --profile \"$1/p\" keys list --passphrase-file \"$3\"; echo \"status $?\" >&2\n"
            "\"$4\" --profile \"$1/p\" doctor --passphrase-file \"$3\"\n");
        if (said.exitCode == 98 || said.errors.contains("unshare failed")) {
            QSKIP("no file system can be mounted here");
        }
        QVERIFY2(said.errors.contains("status 1") && said.errors.contains("read-only"),
                 said.errors.constData());
        QVERIFY2(sentenceOf(said.output, "disk").contains("read-only"), said.output.constData());
    }

private:
    QTemporaryDir m_folder;
    bool m_canFail = false;
};

COUNTERSIGN_GUILESS_TEST(StorageFaultsTest)
#include "StorageFaults_test.moc"
