#pragma once

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QTest>
#include <QTimer>

#include <chrono>

// How tests wait for what comes later. QTest's own ways sleep 10 ms between two looks at the events, QTRY_…
// 50 ms between two looks at its condition: a question over HTTP, which takes half a dozen events, took 70 ms
// for 2 ms of work, thousands of times. These wake with each event.

namespace countersign {

/// Lets events happen until there was one; 10 ms at most, since what is waited for may happen elsewhere.
inline void awaitEvents()
{
    QTimer wake;
    wake.setSingleShot(true);
    wake.start(std::chrono::milliseconds(10));
    QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
}

/// QTest::qWaitFor. False: it did not become true within so many milliseconds.
template <typename Condition>
[[nodiscard]] bool waitUntil(Condition isTrue, int timeoutMs)
{
    const QDeadlineTimer deadline(timeoutMs, Qt::PreciseTimer);
    while (!isTrue()) {
        if (deadline.hasExpired()) {
            return false;
        }
        awaitEvents();
    }
    return true;
}

}  // namespace countersign

// What QTRY_VERIFY, QTRY_COMPARE and their kin loop with (qtestcase.h). They read qt_test_i, the milliseconds
// waited.
#undef QTRY_LOOP_IMPL
#define QTRY_LOOP_IMPL(expr, timeoutValue, step)                                                           \
    const QDeadlineTimer qt_test_deadline(timeoutValue, Qt::PreciseTimer);                                 \
    int qt_test_i = 0;                                                                                     \
    for (; qt_test_i < (timeoutValue) && !(QTest::runningTest() && QTest::currentTestFailed()) && !(expr); \
         qt_test_i = (timeoutValue) - static_cast<int>(qt_test_deadline.remainingTime())) {                \
        static_cast<void>(step);                                                                           \
        countersign::awaitEvents();                                                                        \
    }
