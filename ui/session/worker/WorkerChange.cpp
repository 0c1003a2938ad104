#include "ui/session/worker/WorkerChange.h"

#include <utility>

namespace countersign {

void changeOnWorker(QObject* owner, QObject* context, SessionWorker& worker,
                    std::function<Status(SessionWorker&)> change, Callback<void> done,
                    std::function<void()> changed)
{
    const auto answer = marshalToThread<void>(owner, owner,
                                              [guard = QPointer<QObject>(context), done = std::move(done),
                                               changed = std::move(changed)](const Status& status) {
                                                  if (guard) {
                                                      done(status);
                                                  }
                                                  if (status) {
                                                      changed();
                                                  }
                                              });
    QMetaObject::invokeMethod(
        &worker, [&worker, change = std::move(change), answer] { answer(change(worker)); },
        Qt::QueuedConnection);
}

}  // namespace countersign
