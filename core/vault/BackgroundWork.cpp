#include "core/vault/BackgroundWork.h"

#include <QCoreApplication>
#include <QObject>
#include <QThreadPool>

#include <cstdlib>
#include <memory>

namespace countersign {

namespace {

// Names the thread to come back to. The last reference may fall on a worker thread, hence deleteLater; where
// it falls with the application, which holds the lock that posting needs, the process ends and takes it
// along.
std::shared_ptr<QObject> callingThread()
{
    return {new QObject, [](QObject* context) {
                if (!QCoreApplication::closingDown()) {
                    context->deleteLater();
                }
            }};
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

void runDetached(std::function<void()> work)
{
    QThreadPool::globalInstance()->start(std::move(work));
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
