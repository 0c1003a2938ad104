#include "core/signing/store/JobLock.h"

#include "tests/support/TestProgram.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <thread>
#include <vector>

using namespace countersign;

namespace {

const std::string jobLockJobId(64, 'a');
const std::string otherId(64, 'b');

std::filesystem::path pathOf(const QTemporaryDir& folder)
{
    return folder.path().toStdString();
}

QString fileIn(const QTemporaryDir& folder)
{
    return folder.filePath(QStringLiteral("job-") + QString::fromStdString(jobLockJobId.substr(0, 32)) +
                           QStringLiteral(".lock"));
}

/// Another process takes the lock and stays; its id, or 0 when it did not get it.
pid_t holdElsewhere(const std::filesystem::path& folder)
{
    int pipeEnds[2];
    if (pipe(pipeEnds) != 0) {
        return 0;
    }
    const pid_t child = fork();
    if (child == 0) {
        const auto lock = JobLock::take(folder, jobLockJobId);
        const char said = lock ? 'y' : 'n';
        (void)!write(pipeEnds[1], &said, 1);
        pause();
        _exit(0);
    }
    char said = 'n';
    (void)!::read(pipeEnds[0], &said, 1);
    close(pipeEnds[0]);
    close(pipeEnds[1]);
    return said == 'y' ? child : 0;
}

void kill(pid_t child)
{
    ::kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
}

}  // namespace

class JobLockTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theSecondTakerWaits()
    {
        const QTemporaryDir folder;
        auto first = JobLock::take(pathOf(folder), jobLockJobId);
        QVERIFY(first.has_value());
        QCOMPARE(JobLock::take(pathOf(folder), jobLockJobId).error().code, ErrorCode::Busy);
        QVERIFY(JobLock::take(pathOf(folder), otherId).has_value());
        first->reset();
        QVERIFY(JobLock::take(pathOf(folder), jobLockJobId).has_value());
        QVERIFY(std::filesystem::is_empty(pathOf(folder)));
    }

    void whatACrashLeftIsNoLock()
    {
        const QTemporaryDir folder;
        QFile left(fileIn(folder));
        QVERIFY(left.open(QIODevice::WriteOnly));
        left.write("of somebody who is no more");
        left.close();
        QVERIFY(JobLock::take(pathOf(folder), jobLockJobId).has_value());
        QVERIFY(std::filesystem::is_empty(pathOf(folder)));
    }

    /// Whoever waits for a lock whose file its holder then removes must not hold a file that nobody finds.
    void takersTakeTurns()
    {
        const QTemporaryDir folder;
        std::atomic<int> holders = 0;
        std::atomic<int> most = 0;
        std::atomic<int> taken = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int n = 0; n < 100; ++n) {
                    const auto lock = JobLock::take(pathOf(folder), jobLockJobId);
                    if (lock) {
                        const int now = ++holders;
                        most = std::max(most.load(), now);
                        ++taken;
                        std::this_thread::yield();
                        --holders;
                    }
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        QVERIFY(taken > 0);
        QCOMPARE(most.load(), 1);
    }

    void aLinkInItsPlaceIsNotFollowed()
    {
        const QTemporaryDir folder;
        const QTemporaryDir elsewhere;
        QVERIFY(QFile::link(elsewhere.filePath(QStringLiteral("victim")), fileIn(folder)));
        QCOMPARE(JobLock::take(pathOf(folder), jobLockJobId).error().code, ErrorCode::Storage);
        QVERIFY(std::filesystem::is_empty(pathOf(elsewhere)));
    }

    void anotherProcessHoldsIt()
    {
        const QTemporaryDir folder;
        const pid_t child = holdElsewhere(pathOf(folder));
        QVERIFY(child != 0);
        QCOMPARE(JobLock::take(pathOf(folder), jobLockJobId).error().code, ErrorCode::Busy);
        kill(child);
        // What the dead left is taken over at once.
        QVERIFY(JobLock::take(pathOf(folder), jobLockJobId).has_value());
    }

    void tellsWhetherSomebodyHoldsIt()
    {
        const QTemporaryDir folder;
        QVERIFY(!JobLock::isHeld(pathOf(folder), jobLockJobId));
        {
            const auto lock = JobLock::take(pathOf(folder), jobLockJobId);
            QVERIFY(JobLock::isHeld(pathOf(folder), jobLockJobId));
            QVERIFY(!JobLock::isHeld(pathOf(folder), otherId));
        }
        const pid_t child = holdElsewhere(pathOf(folder));
        QVERIFY(child != 0);
        QVERIFY(JobLock::isHeld(pathOf(folder), jobLockJobId));
        kill(child);
        // Looking takes nothing from whoever comes next.
        QVERIFY(!JobLock::isHeld(pathOf(folder), jobLockJobId));
        QVERIFY(JobLock::take(pathOf(folder), jobLockJobId).has_value());
        QVERIFY(!JobLock::isHeld(pathOf(folder) / "missing", jobLockJobId));
    }

    void anUnusableFolderIsToldApart()
    {
        const QTemporaryDir folder;
        QCOMPARE(JobLock::take(pathOf(folder) / "missing", jobLockJobId).error().code, ErrorCode::Storage);
    }
};

COUNTERSIGN_GUILESS_TEST(JobLockTest)
#include "JobLock_test.moc"
