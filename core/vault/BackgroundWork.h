#pragma once

#include <functional>

// Why: keychain answers, key derivations and file syncs must not hold up the thread that shows the window,
// and whoever called expects the answer on its own thread, once, never before its call has returned.

namespace countersign {

/// Runs work on a worker thread (QThreadPool), then done on the calling thread through its event loop.
void runInBackground(std::function<void()> work, std::function<void()> done);

/// Runs done on the calling thread when it is back in its event loop.
void runLater(std::function<void()> done);

}  // namespace countersign
