#include "core/vault/database/StorageErrors.h"

#include "core/base/process/ProcessHardening.h"
#include "core/vault/Settings.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/SyscallFaults.h"
#include "tests/support/fixtures/profile/TestProfile.h"

#include <QDir>
#include <QTest>

#include <sys/resource.h>
#include <sys/wait.h>

#include <functional>
#include <random>
#include <set>

using namespace countersign;
using countersign::testing::SyscallFaults;

namespace {

/// Lowers a limit of this process for as long as it lives.
class Limited
{
public:
    Limited(__rlimit_resource resource, rlim_t soft) : m_resource(resource)
    {
        ::getrlimit(m_resource, &m_former);
        const rlimit lower{soft, m_former.rlim_max};
        ::setrlimit(m_resource, &lower);
    }
    ~Limited() { ::setrlimit(m_resource, &m_former); }
    Limited(const Limited&) = delete;
    Limited& operator=(const Limited&) = delete;

private:
    __rlimit_resource m_resource;
    rlimit m_former{};
};

constexpr const char* sayings[] = {"disk is full", "quota",     "read-only",    "owner and permissions",
                                   "Too many",     "ulimit -f", "input/output", "file locks"};
constexpr int errors[] = {ENOSPC, EDQUOT, EROFS, EACCES, EMFILE, EFBIG, EIO, ENOLCK};

/// What `work` says in a child process in which the kernel gives these faults; empty where there can be none.
/// The child is a copy of this thread alone and uses nothing that another one may have locked but the heap,
/// which fork keeps whole.
std::string saidWith(SyscallFaults faults, const std::function<std::string()>& work)
{
    int ends[2] = {-1, -1};
    if (::pipe(ends) != 0) {
        return "no pipe";
    }
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        const std::string said = faults.install() ? work() : std::string("cannot");
        (void)!::write(ends[1], said.data(), said.size());
        ::_exit(0);
    }
    ::close(ends[1]);
    std::string said;
    char bytes[512];
    for (ssize_t count = ::read(ends[0], bytes, sizeof bytes); count > 0;
         count = ::read(ends[0], bytes, sizeof bytes)) {
        said.append(bytes, static_cast<std::size_t>(count));
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? said : "ended by signal " + std::to_string(WTERMSIG(status));
}

/// A process that has the profile open for as long as this lives, so that its -wal and -shm files stay.
class OtherProgram
{
public:
    explicit OtherProgram(const std::filesystem::path& file) : m_process(::fork())
    {
        if (m_process == 0) {
            const auto database = Database::open(file, Database::Mode::ReadWrite);
            (void)(*database)->handle().execAndGet("SELECT count(*) FROM setting").getInt();
            for (;;) {
                ::pause();
            }
        }
        while (!std::filesystem::exists(file.string() + "-shm")) {
            QTest::qWait(1);
        }
        // What follows opens it for itself: waits until this one is done with its beginning.
        (void)Database::open(file, Database::Mode::ReadWrite);
    }
    ~OtherProgram()
    {
        ::kill(m_process, SIGKILL);
        ::waitpid(m_process, nullptr, 0);
    }
    OtherProgram(const OtherProgram&) = delete;
    OtherProgram& operator=(const OtherProgram&) = delete;

private:
    pid_t m_process;
};

}  // namespace

class StorageErrorsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { ignoreFileSizeSignal(); }

    void eachReasonHasItsSentence()
    {
        std::set<QString> sentences;
        for (std::size_t i = 0; i < std::size(errors); ++i) {
            const Error error = storageError(errors[i], "/x/y");
            QCOMPARE(error.code, ErrorCode::Storage);
            QVERIFY2(error.sentence.contains(QLatin1String(sayings[i])), qPrintable(error.sentence));
            QVERIFY(error.detail.startsWith(QStringLiteral("/x/y: ")));
            sentences.insert(error.sentence);
        }
        QCOMPARE(sentences.size(), std::size(errors));
        QVERIFY(!storageSentence(EINTR));
        QCOMPARE(
            storageErrorOr(std::make_error_code(std::errc::interrupted), "/x", QStringLiteral("y")).sentence,
            QStringLiteral("y"));
    }

    void aGoodFolderHasNoProblemAndNothingStays()
    {
        const QTemporaryDir folder;
        const std::filesystem::path path = folder.path().toStdString();
        const auto problem = storageOutlook(path);
        QVERIFY2(!problem, problem ? qPrintable(problem->sentence) : "");
        QVERIFY(QDir(folder.path()).isEmpty());
        QCOMPARE(storageProblem(path / "missing")->code, ErrorCode::Storage);
    }

    void tooManyOpenFilesAreTold()
    {
        TestProfile profile;
        // UndefinedBehaviorSanitizer reads an object's type through a pipe, which cannot be had below, the
        // first time that it meets it, and takes what it cannot read for no object.
        (void)databaseError(SQLite::Exception("met before"));
        const Limited limited(RLIMIT_NOFILE, 3);
        const auto opened = Database::open(profile.paths.database(), Database::Mode::ReadWrite);
        QVERIFY2(opened.error().sentence.contains(QStringLiteral("ulimit -n")),
                 qPrintable(opened.error().sentence + opened.error().detail));
        QVERIFY(storageProblem(profile.paths.root)->sentence.contains(QStringLiteral("ulimit -n")));
    }

    void aLimitOnFileSizesIsToldAndHarmsNothing()
    {
        TestProfile profile;
        const auto set = [&](const std::string& value) {
            return transact(*profile.database, [&] { return Settings(*profile.database).set("key", value); });
        };
        QVERIFY(set("before").has_value());
        {
            const Limited limited(RLIMIT_FSIZE, 64 * 1024);
            const auto refused = set(std::string(200'000, 'x'));
            QVERIFY(!refused);
            QVERIFY2(refused.error().sentence.contains(QStringLiteral("ulimit -f")),
                     qPrintable(refused.error().sentence + refused.error().detail));
        }
        QCOMPARE(Settings(*profile.database).get("key")->value(), std::string("before"));
        QVERIFY(set("after").has_value());
    }

    /// A read-only system, a quota, …: as the kernel says it, at opening and at writing.
    void whatTheSystemSaysIsTold_data()
    {
        QTest::addColumn<bool>("opening");
        QTest::newRow("at opening") << true;
        QTest::newRow("at writing") << false;
    }

    void whatTheSystemSaysIsTold()
    {
        QFETCH(const bool, opening);
        TestProfile profile;
        profile.database.reset();
        const std::filesystem::path file = profile.paths.database();
        const auto work = [&]() -> std::string {
            auto database = Database::open(file, Database::Mode::ReadWrite);
            if (!database) {
                return database.error().sentence.toStdString();
            }
            // Another value each time: SQLite does not write what is there already.
            const std::string value = std::to_string(::getpid());
            const Status set = transact(**database, [&] { return Settings(**database).set("key", value); });
            return set ? "done" : set.error().sentence.toStdString();
        };
        QCOMPARE(work(), std::string("done"));
        if (saidWith(SyscallFaults().fail(SYS_getpriority, EPERM), [] { return std::string("yes"); }) !=
            "yes") {
            QSKIP("system calls cannot be made to fail here");
        }
        // With another program opening writes nothing.
        std::optional<OtherProgram> other;
        if (!opening) {
            other.emplace(file);
        }
        const std::string unlocked = saidWith(SyscallFaults::noLocks(), work);
        QVERIFY2(unlocked.find("file locks") != std::string::npos, unlocked.c_str());
        for (const std::size_t i : {0U, 1U, 5U, 6U}) {
            const std::string said = saidWith(SyscallFaults().fail(SYS_pwrite64, errors[i]), work);
            QVERIFY2(said.find(sayings[i]) != std::string::npos, (std::to_string(i) + ": " + said).c_str());
        }
        const std::string said =
            saidWith(SyscallFaults().fail(SYS_fdatasync, EIO).fail(SYS_fsync, EIO), work);
        QVERIFY2(said == "done" || said.find("input/output") != std::string::npos, said.c_str());
        QCOMPARE(work(), std::string("done"));
    }

    /// The probe itself, with any of its calls failing.
    void theProbeTellsWhateverFails()
    {
        const QTemporaryDir folder;
        const std::filesystem::path path = folder.path().toStdString();
        const auto work = [&]() -> std::string {
            const auto problem = storageProblem(path);
            return problem ? problem->sentence.toStdString() : "none";
        };
        if (saidWith(SyscallFaults().fail(SYS_getpriority, EPERM), work) != "none") {
            QSKIP("system calls cannot be made to fail here");
        }
        const std::uint32_t seed = std::random_device{}();
        std::mt19937 random(seed);
        for (int round = 0; round < 16; ++round) {
            const std::size_t which = random() % std::size(errors);
            const long calls[] = {SYS_openat, SYS_fdatasync};
            const std::string said =
                saidWith(SyscallFaults().fail(calls[random() % std::size(calls)], errors[which]), work);
            QVERIFY2(said.find(sayings[which]) != std::string::npos,
                     (std::to_string(seed) + ": " + std::to_string(which) + ": " + said).c_str());
        }
        QVERIFY(saidWith(SyscallFaults::noLocks(), work).find("file locks") != std::string::npos);
        QVERIFY(QDir(folder.path()).isEmpty());
    }
};

COUNTERSIGN_GUILESS_TEST(StorageErrorsTest)
#include "StorageErrors_test.moc"
