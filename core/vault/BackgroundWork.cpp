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
// kept here, under a lock of ours, and the event carries nothing: Qt's own locks are invisible to
// ThreadSanitizer, which called every functor that travelled inside an event a race.
class Return : public QObject
{
public:
    void post(std::function<void()> done)
    {
        {
            const std::scoped_lock lock(mutex_);
            waiting_.push_back(std::move(done));
        }
        QCoreApplication::postEvent(this, new QEvent(arrival()));
    }

    bool event(QEvent* event) override
    {
        if (event->type() != arrival()) {
            return QObject::event(event);
        }
        if (const std::function<void()> done = next()) {
            done();  // may run an event loop that deletes this object: nothing of it is touched behind
        }
        return true;
    }

private:
    static QEvent::Type arrival()
    {
        static const auto type = static_cast<QEvent::Type>(QEvent::registerEventType());
        return type;
    }

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
