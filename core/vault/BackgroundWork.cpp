#include "core/vault/BackgroundWork.h"

#include <QCoreApplication>
#include <QEvent>
#include <QObject>
#include <QThreadPool>

#include <cstdlib>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

namespace countersign {

namespace {

// Names the thread to come back to and hands over what is to run there. What passes from thread to thread is
// kept here, under a lock of ours, and not in the event: Qt's own locks are invisible to ThreadSanitizer,
// which called every functor that travelled inside an event a race. The event keeps this object alive until
// it has arrived: whoever sends deferred deletions alone (QTest::qWait does) would delete it before.
class Return : public QObject, public std::enable_shared_from_this<Return>
{
public:
    void post(std::function<void()> done)
    {
        auto arrival = std::make_unique<Arrival>(shared_from_this());
        {
            // Behind the event's making, so that the lock vouches for the event, too.
            const std::scoped_lock lock(mutex_);
            waiting_.push_back(std::move(done));
        }
        QCoreApplication::postEvent(this, arrival.release());
    }

    bool event(QEvent* event) override
    {
        if (event->type() != Arrival::ownType()) {
            return QObject::event(event);
        }
        if (const std::function<void()> done = next()) {
            done();
        }
        return true;
    }

private:
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
};

// The last reference may fall on a worker thread, hence deleteLater; where it falls with the application,
// which holds the lock that posting needs, the process ends and takes it along.
std::shared_ptr<Return> callingThread()
{
    return {new Return, [](Return* home) {
                if (!QCoreApplication::closingDown()) {
                    home->deleteLater();
                }
            }};
}

}  // namespace

void runInBackground(std::function<void()> work, std::function<void()> done)
{
    // Not QFuture::then: for work that is finished already it calls back at once, within this very call.
    QThreadPool::globalInstance()->start(
        [home = callingThread(), work = std::move(work), done = std::move(done)]() mutable {
            work();
            work = nullptr;
            home->post(std::move(done));
        });
}

void runDetached(std::function<void()> work)
{
    QThreadPool::globalInstance()->start(std::move(work));
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
