#pragma once

#include <functional>

// Work on background threads, with the answer on the caller's thread. Keychain answers, key derivations and
// file syncs must not hold up the thread that shows the window, and whoever called expects the answer on its
// own thread, once, never before its call has returned.

class QRunnable;

namespace countersign {

/// Runs work on a worker thread (QThreadPool), then done on the calling thread through its event loop.
void runInBackground(std::function<void()> work, std::function<void()> done);

/// The same work for a pool of one's own, which deletes it (QThreadPool::start).
QRunnable* asRunnable(std::function<void()> work);

/// Runs work on a worker thread; nobody waits for it.
void runDetached(std::function<void()> work);

/// Runs done on the calling thread when it is back in its event loop.
void runLater(std::function<void()> done);

/// Ends the program even when a worker thread hangs. A program waits for its worker threads when it ends, and
/// one that hangs in somebody else's library (a bus that stops answering while it is connected to) would keep
/// it from ending for ever. To be declared behind the application in main(), before everything that has
/// something to finish: gives worker threads a moment, and then ends the program without them.
class BackgroundEnd
{
public:
    BackgroundEnd() = default;
    ~BackgroundEnd();
    BackgroundEnd(const BackgroundEnd&) = delete;
    BackgroundEnd& operator=(const BackgroundEnd&) = delete;

    int status = 0;  ///< what the program ends with
};

}  // namespace countersign
