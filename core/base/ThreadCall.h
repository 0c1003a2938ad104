#pragma once

#include <QMetaObject>
#include <QObject>

#include <utility>

namespace countersign {

/// Takes and releases one lock of the process. Whatever a thread did before its call happens before what
/// another one does after its own, later one. Qt's queues order that too, with locks that ThreadSanitizer
/// does not see, since Qt is not built with it: it calls all that travels by them alone a race, and what is
/// really one would not be found among that. Behind QThread::wait() and QThreadPool::waitForDone(), too.
void passThreadLock();

/// Work on its way to another thread. Passes the lock when it was put where it is found there, and when it is
/// found.
template <typename Work>
class HandedOver
{
public:
    explicit HandedOver(Work work) : m_work(std::move(work)) {}
    HandedOver(HandedOver&& other) noexcept : m_work(std::move(other.m_work)) { passThreadLock(); }
    HandedOver(const HandedOver& other) : m_work(other.m_work) { passThreadLock(); }
    HandedOver& operator=(HandedOver&&) = delete;
    HandedOver& operator=(const HandedOver&) = delete;
    /// Whichever thread drops it last: behind the one that ran it.
    ~HandedOver() { passThreadLock(); }

    void operator()()
    {
        passThreadLock();
        m_work();
        passThreadLock();
    }

private:
    Work m_work;
};

/// Runs work on the thread of context, through its event loop and in the order of the calls, never within
/// this call; not at all where context is deleted before.
template <typename Work>
void callOnThread(QObject* context, Work work)
{
    QMetaObject::invokeMethod(context, HandedOver<Work>(std::move(work)), Qt::QueuedConnection);
}

}  // namespace countersign
