#include "core/vault/database/BackgroundWork.h"

#include "core/base/ThreadCall.h"

#include <QCoreApplication>
#include <QEvent>
#include <QObject>
#include <QRunnable>
#include <QThread>
#include <QThreadPool>

#include <cstdlib>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

namespace countersign {

namespace {

// Work for a thread of the pool. What passes from thread to thread here passes a lock of ours, too
// (ThreadCall.h).
class Task : public QRunnable
{
public:
    explicit Task(std::function<void()> work) : work_(std::move(work)) { passThreadLock(); }

    void run() override
    {
        passThreadLock();
        work_();
        passThreadLock();
    }

private:
    std::function<void()> work_;
};

// Names the thread to come back to and hands over what is to run there. The event keeps this object alive
// until it has arrived: whoever sends deferred deletions alone (QTest::qWait does) would delete it before.
class Return : public QObject, public std::enable_shared_from_this<Return>
{
    Q_DISABLE_COPY_MOVE(Return)

public:
    Return()
    {
        connect(QThread::currentThread(), &QThread::finished, this, &Return::end, Qt::DirectConnection);
    }

    ~Return() override
    {
        // Behind whoever asked last whether it is over.
        const std::scoped_lock lock(mutex_);
    }

    /// Nothing arrives any more where the thread has ended; what done holds goes at once then.
    void post(std::function<void()> done)
    {
        auto arrival = std::make_unique<Arrival>(shared_from_this());
        // Behind the event's making, so that the lock vouches for the event, too.
        const std::scoped_lock lock(mutex_);
        if (isOver_) {
            return;
        }
        waiting_.push_back(std::move(done));
        QCoreApplication::postEvent(this, arrival.release());
    }

    bool isOver()
    {
        const std::scoped_lock lock(mutex_);
        return isOver_;
    }

protected:
    // Not event(), which would have to ask the event for its kind before the lock is taken.
    void customEvent(QEvent* /*arrival*/) override
    {
        if (const std::function<void()> done = next()) {
            done();
        }
    }

private:
    /// The thread has ended, and so would keep for ever what was on its way: the event, this object in the
    /// event, and what is to run with all that it holds, keys among it.
    void end()
    {
        // Nothing, where it only waits for its deletion, which comes now.
        const auto alive = weak_from_this().lock();
        std::deque<std::function<void()>> dropped;
        {
            const std::scoped_lock lock(mutex_);
            isOver_ = true;
            dropped.swap(waiting_);
        }
        QCoreApplication::removePostedEvents(this);
    }

    class Arrival : public QEvent
    {
    public:
        explicit Arrival(std::shared_ptr<Return> home) : QEvent(ownType()), home_(std::move(home)) {}
        static QEvent::Type ownType()
        {
            static const auto type = static_cast<QEvent::Type>(QEvent::registerEventType());
            return type;
        }

    private:
        std::shared_ptr<Return> home_;
    };

    std::function<void()> next()
    {
        const std::scoped_lock lock(mutex_);
        if (waiting_.empty()) {
            return {};
        }
        std::function<void()> done = std::move(waiting_.front());
        waiting_.pop_front();
        return done;
    }

    std::mutex mutex_;
    std::deque<std::function<void()>> waiting_;
    bool isOver_ = false;
};

// The last reference may fall on a worker thread, hence deleteLater, unless the object's thread has ended and
// would never do it; where it falls with the application, which holds the lock that posting needs, the
// process ends and takes it along.
std::shared_ptr<Return> callingThread()
{
    return {new Return, [](Return* home) {
                if (home->thread() != QThread::currentThread() && home->isOver()) {
                    delete home;
                } else if (!QCoreApplication::closingDown()) {
                    home->deleteLater();
                }
            }};
}

}  // namespace

void runInBackground(std::function<void()> work, std::function<void()> done)
{
    // Not QFuture::then: for work that is finished already it calls back at once, within this very call.
    QThreadPool::globalInstance()->start(
        new Task([home = callingThread(), work = std::move(work), done = std::move(done)]() mutable {
            work();
            work = nullptr;
            home->post(std::move(done));
        }));
}

QRunnable* asRunnable(std::function<void()> work)
{
    return new Task(std::move(work));
}

void runDetached(std::function<void()> work)
{
    QThreadPool::globalInstance()->start(new Task(std::move(work)));
}

void runLater(std::function<void()> done)
{
    callingThread()->post(std::move(done));
}

BackgroundEnd::~BackgroundEnd()
{
    constexpr int patienceMs = 5'000;
    if (!QThreadPool::globalInstance()->waitForDone(patienceMs)) {
        std::_Exit(status);
    }
}

}  // namespace countersign
