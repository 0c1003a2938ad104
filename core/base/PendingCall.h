#pragma once

#include "core/base/Result.h"

#include <functional>
#include <memory>

namespace countersign {

/// The handle of an asynchronous call, which cancels it when destroyed. Whoever asks the network a question
/// may lose interest in the answer. Holding the call keeps it alive; destroying it abandons the work, and its
/// callback is then never called. The callback runs once, on the thread of the call, never before the
/// function that started it has returned, and may destroy the call itself.
class PendingCall
{
public:
    PendingCall() = default;
    virtual ~PendingCall() = default;
    PendingCall(const PendingCall&) = delete;
    PendingCall& operator=(const PendingCall&) = delete;
};

using PendingCallPtr = std::unique_ptr<PendingCall>;

template <typename T>
using Callback = std::function<void(Result<T>)>;

}  // namespace countersign
