#include "ui/session/worker/WorkerChange.h"

#include "core/base/ThreadCall.h"

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
    callOnThread(&worker, [&worker, change = std::move(change), answer] { answer(change(worker)); });
}

}  // namespace countersign
