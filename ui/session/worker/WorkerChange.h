#pragma once

#include "ui/session/worker/MarshalToThread.h"
#include "ui/session/worker/SessionWorker.h"

#include <functional>

namespace countersign {

/// Runs change on the session's thread. done comes on owner's thread as long as context lives; changed,
/// where change succeeded, whether or not whoever asked is still there: views read again. owner and worker
/// outlive the call.
void changeOnWorker(QObject* owner, QObject* context, SessionWorker& worker,
                    std::function<Status(SessionWorker&)> change, Callback<void> done,
                    std::function<void()> changed);

}  // namespace countersign
