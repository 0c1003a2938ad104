#pragma once

#include "core/base/PendingCall.h"
#include "core/base/ThreadCall.h"

#include <QObject>
#include <QPointer>

#include <memory>

namespace countersign {

/// A callback that hands its answer over to another thread: an answer is made on the session's thread and
/// belongs to the GUI's. The function that is returned may be called there; it carries the answer to home's
/// thread, where done is called as long as context lives. done itself is carried along unopened: it is
/// touched on home's thread only. home must outlive the calls.
template <typename T>
Callback<T> marshalToThread(QObject* home, QObject* context, Callback<T> done)
{
    auto answer = std::make_shared<Callback<T>>(std::move(done));
    return [home, answer, guard = QPointer<QObject>(context)](Result<T> result) {
        auto carried = std::make_shared<Result<T>>(std::move(result));
        callOnThread(home, [guard, answer, carried] {
            if (guard) {
                (*answer)(std::move(*carried));
            }
        });
    };
}

}  // namespace countersign
