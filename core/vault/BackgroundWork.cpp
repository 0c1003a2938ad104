#include "core/vault/BackgroundWork.h"

#include <QObject>
#include <QThreadPool>

#include <cstdlib>
#include <memory>

namespace countersign {

namespace {

// Names the thread to come back to. The last reference may fall on a worker thread, hence deleteLater.
std::shared_ptr<QObject> callingThread()
{
    return {new QObject, [](QObject* context) { context->deleteLater(); }};
}

void post(const std::shared_ptr<QObject>& context, std::function<void()> done)
{
    QMetaObject::invokeMethod(
        context.get(), [context, done = std::move(done)] { done(); }, Qt::QueuedConnection);
}

}  // namespace

void runInBackground(std::function<void()> work, std::function<void()> done)
{
    // Not QFuture::then: for work that is finished already it calls back at once, within this very call.
    QThreadPool::globalInstance()->start(
        [context = callingThread(), work = std::move(work), done = std::move(done)]() mutable {
            work();
            work = nullptr;
            post(context, std::move(done));
        });
}

void runLater(std::function<void()> done)
{
    post(callingThread(), std::move(done));
}

BackgroundEnd::~BackgroundEnd()
{
    constexpr int patienceMs = 5'000;
    if (!QThreadPool::globalInstance()->waitForDone(patienceMs)) {
        std::_Exit(status);
    }
}

}  // namespace countersign
