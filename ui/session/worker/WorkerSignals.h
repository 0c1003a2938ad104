#pragma once

#include "core/base/ThreadCall.h"
#include "ui/session/worker/SessionWorker.h"

#include <functional>
#include <type_traits>

namespace countersign {

/// Has slot run on context's thread for each signal of the session's worker, with copies of its arguments and
/// in the order of the signals (callOnThread). context outlives the worker's thread.
template <typename... Arguments, typename Slot>
void connectAcross(SessionWorker& worker, void (SessionWorker::*signal)(Arguments...), QObject* context,
                   Slot slot)
{
    const auto carry = [context, slot](Arguments... arguments) {
        callOnThread(context, [slot, ... copies = std::decay_t<Arguments>(arguments)] { slot(copies...); });
    };
    QObject::connect(&worker, signal, context, carry, Qt::DirectConnection);
}

/// The same for a function, or a signal, of the context.
template <typename Signal, typename Context, typename... Arguments>
void connectAcross(SessionWorker& worker, Signal signal, Context* context,
                   void (Context::*slot)(Arguments...))
{
    connectAcross(worker, signal, static_cast<QObject*>(context), std::bind_front(slot, context));
}

}  // namespace countersign
