#include "core/signing/JobLock.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

using namespace countersign;

namespace {

const std::string jobId(64, 'a');
const std::string otherId(64, 'b');

std::filesystem::path pathOf(const QTemporaryDir& folder)
{
    return folder.path().toStdString();
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
        const auto lock = JobLock::take(folder, jobId);
        const char said = lock ? 'y' : 'n';
        (void)!write(pipeEnds[1], &said, 1);
        pause();
        _exit(0);
    }
    char said = 'n';
    (void)!read(pipeEnds[0], &said, 1);
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
        auto first = JobLock::take(pathOf(folder), jobId);
        QVERIFY(first.has_value());
        QCOMPARE(JobLock::take(pathOf(folder), jobId).error().code, ErrorCode::Busy);
        QVERIFY(JobLock::take(pathOf(folder), otherId).has_value());
        first->reset();
        QVERIFY(JobLock::take(pathOf(folder), jobId).has_value());
        QVERIFY(std::filesystem::is_empty(pathOf(folder)));
    }

    void aHalfMadeLockIsTakenOver()
    {
        const QTemporaryDir folder;
        const QString file = folder.filePath(
            QStringLiteral("job-") + QString::fromStdString(jobId.substr(0, 32)) + QStringLiteral(".lock"));
        QFile half(file);
        QVERIFY(half.open(QIODevice::WriteOnly));
        // It may be another's who is about to name itself in it.
        QCOMPARE(JobLock::take(pathOf(folder), jobId).error().code, ErrorCode::Busy);
        QVERIFY(
            half.setFileTime(QDateTime::currentDateTime().addSecs(-60), QFileDevice::FileModificationTime));
        half.close();
        QVERIFY(JobLock::take(pathOf(folder), jobId).has_value());
    }

    void anotherProcessHoldsIt()
    {
        const QTemporaryDir folder;
        const pid_t child = holdElsewhere(pathOf(folder));
        QVERIFY(child != 0);
        QCOMPARE(JobLock::take(pathOf(folder), jobId).error().code, ErrorCode::Busy);
        kill(child);
        // What the dead left is taken over at once.
        QVERIFY(JobLock::take(pathOf(folder), jobId).has_value());
    }

    void tellsWhetherSomebodyHoldsIt()
    {
        const QTemporaryDir folder;
        QVERIFY(!JobLock::isHeld(pathOf(folder), jobId));
        {
            const auto lock = JobLock::take(pathOf(folder), jobId);
            QVERIFY(JobLock::isHeld(pathOf(folder), jobId));
            QVERIFY(!JobLock::isHeld(pathOf(folder), otherId));
        }
        const pid_t child = holdElsewhere(pathOf(folder));
        QVERIFY(child != 0);
        QVERIFY(JobLock::isHeld(pathOf(folder), jobId));
        kill(child);
        // Looking takes nothing from whoever comes next.
        QVERIFY(!JobLock::isHeld(pathOf(folder), jobId));
        QVERIFY(JobLock::take(pathOf(folder), jobId).has_value());
        QVERIFY(!JobLock::isHeld(pathOf(folder) / "missing", jobId));
    }

    void anUnusableFolderIsToldApart()
    {
        const QTemporaryDir folder;
        QCOMPARE(JobLock::take(pathOf(folder) / "missing", jobId).error().code, ErrorCode::Storage);
    }
};

QTEST_GUILESS_MAIN(JobLockTest)
#include "JobLock_test.moc"
