#include "core/base/ThreadCall.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"

#include <QTest>
#include <QThread>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

using namespace countersign;

class ThreadCallTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void runsThereInTheOrderOfTheCalls()
    {
        QThread thread;
        auto* there = new QObject;
        there->moveToThread(&thread);
        std::vector<int> seen;
        const QThread* where = nullptr;
        for (int i = 0; i < 100; ++i) {
            callOnThread(there, [&seen, &where, i] {
                seen.push_back(i);
                where = QThread::currentThread();
            });
        }
        QVERIFY(seen.empty());
        thread.start();
        callOnThread(there, [there, &thread] {
            delete there;
            thread.quit();
        });
        QVERIFY(thread.wait(patienceMs));
        passThreadLock();
        QCOMPARE(seen.size(), 100U);
        QVERIFY(std::ranges::is_sorted(seen));
        QVERIFY(where == &thread);
    }

    void isNeverWithinTheCall()
    {
        bool isDone = false;
        callOnThread(this, [&isDone] { isDone = true; });
        QVERIFY(!isDone);
        QTRY_VERIFY_WITH_TIMEOUT(isDone, patienceMs);
    }

    /// What it holds goes with it.
    void isDroppedWithItsContext()
    {
        const auto held = std::make_shared<int>(1);
        {
            QObject context;
            callOnThread(&context, [held] { QFAIL("nobody is there"); });
            QCOMPARE(held.use_count(), 2L);
        }
        QCOMPARE(held.use_count(), 1L);
    }

    void mayChangeWhatItHolds()
    {
        std::string got;
        callOnThread(this, [text = std::string("a"), &got]() mutable {
            text += 'b';
            got = std::move(text);
        });
        QTRY_COMPARE_WITH_TIMEOUT(got, std::string("ab"), patienceMs);
    }
};

COUNTERSIGN_GUILESS_TEST(ThreadCallTest)
#include "ThreadCall_test.moc"
