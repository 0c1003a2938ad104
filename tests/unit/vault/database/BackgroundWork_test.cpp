#include "core/vault/database/BackgroundWork.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"

#include <QCoreApplication>
#include <QTest>
#include <QThread>
#include <QThreadPool>

#include <memory>
#include <semaphore>

using namespace countersign;

class BackgroundWorkTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comesBackOnceToTheCallingThread()
    {
        int calls = 0;
        const QThread* worker = nullptr;
        const QThread* home = nullptr;
        runInBackground([&] { worker = QThread::currentThread(); },
                        [&] {
                            ++calls;
                            home = QThread::currentThread();
                        });
        QCOMPARE(calls, 0);  // never within the call
        QVERIFY(waitUntil([&] { return calls != 0; }, patienceMs));
        QTest::qWait(10);
        QCOMPARE(calls, 1);
        QVERIFY(home == QThread::currentThread() && worker != home && worker != nullptr);
    }

    void laterIsNotWithinTheCall()
    {
        int calls = 0;
        runLater([&] { ++calls; });
        QCOMPARE(calls, 0);
        QVERIFY(waitUntil([&] { return calls == 1; }, patienceMs));
    }

    /// Whoever sends deferred deletions alone must not send away what is about to come back.
    void deletionsThatComeFirstLoseNothing()
    {
        for (int i = 0; i < 50; ++i) {
            bool isBack = false;
            runInBackground([] {}, [&] { isBack = true; });
            // When the worker is free again, it has posted what it had to, and dropped what it held.
            QVERIFY(QThreadPool::globalInstance()->waitForDone(patienceMs));
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
            QVERIFY(waitUntil([&] { return isBack; }, patienceMs));
        }
        bool isBack = false;
        runLater([&] { isBack = true; });
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QVERIFY(waitUntil([&] { return isBack; }, patienceMs));
    }

    /// It may hold keys, and nobody comes to take it.
    void whatComesBackToNobodyIsDropped()
    {
        for (int i = 0; i < 20; ++i) {
            const auto held = std::make_shared<int>(i);
            const std::weak_ptr<int> watched = held;
            std::binary_semaphore mayEnd(0);
            std::unique_ptr<QThread> home(QThread::create([&mayEnd, held, i] {
                runInBackground(
                    [&mayEnd, i] {
                        if (i % 2 == 0) {
                            mayEnd.acquire();  // it comes back too late
                        }
                    },
                    [held] { QFAIL("nobody is there"); });
                if (i % 2 == 1) {
                    QThreadPool::globalInstance()->waitForDone(patienceMs);  // it waits, and is not taken
                }
            }));
            home->start();
            QVERIFY(home->wait(patienceMs));
            mayEnd.release();
            QVERIFY(QThreadPool::globalInstance()->waitForDone(patienceMs));
            home.reset();
            QCOMPARE(watched.use_count(), 1L);
        }
    }

    void mayRunAnEventLoopOfItsOwn()
    {
        bool isOver = false;
        runInBackground([] {},
                        [&] {
                            QTest::qWait(20);
                            isOver = true;
                        });
        QVERIFY(waitUntil([&] { return isOver; }, patienceMs));
    }
};

COUNTERSIGN_GUILESS_TEST(BackgroundWorkTest)
#include "BackgroundWork_test.moc"
