#include "core/base/process/TerminationSignals.h"

#include "tests/support/TestProgram.h"

#include <QSignalSpy>
#include <QTest>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

using namespace countersign;

namespace {

/// The signal that ended a copy of this program which did that; 0 when none did.
int endedBy(const std::function<void()>& work)
{
    const pid_t child = ::fork();
    if (child == 0) {
        work();
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

}  // namespace

class TerminationSignalsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFirstIsTold_data()
    {
        QTest::addColumn<int>("signal");
        QTest::newRow("SIGINT") << SIGINT;
        QTest::newRow("SIGTERM") << SIGTERM;
        QTest::newRow("SIGHUP, a terminal that is closed") << SIGHUP;
    }

    void theFirstIsTold()
    {
        QFETCH(const int, signal);
        const TerminationSignals signals;
        QSignalSpy told(&signals, &TerminationSignals::received);
        ::raise(signal);
        QCOMPARE(told.count(), 0);  // through the event loop
        QTRY_COMPARE_WITH_TIMEOUT(told.count(), 1, 30000);
        QTest::qWait(20);
        QCOMPARE(told.count(), 1);
    }

    void theSecondEndsTheProgram()
    {
        QCOMPARE(endedBy([] {
                     const TerminationSignals signals;
                     ::raise(SIGINT);
                 }),
                 0);
        QCOMPARE(endedBy([] {
                     const TerminationSignals signals;
                     ::raise(SIGINT);
                     ::raise(SIGTERM);
                 }),
                 SIGTERM);
    }

    /// nohup(1): the work goes on although the terminal is gone.
    void anIgnoredHangupStaysIgnored()
    {
        QCOMPARE(endedBy([] {
                     std::signal(SIGHUP, SIG_IGN);
                     {
                         const TerminationSignals signals;
                         ::raise(SIGHUP);
                         ::raise(SIGHUP);
                     }
                     ::raise(SIGHUP);
                 }),
                 0);
    }

    void afterwardsAllIsAsBefore()
    {
        QCOMPARE(endedBy([] {
                     {
                         const TerminationSignals signals;
                     }
                     ::raise(SIGINT);
                 }),
                 SIGINT);
    }
};

COUNTERSIGN_GUILESS_TEST(TerminationSignalsTest)
#include "TerminationSignals_test.moc"
