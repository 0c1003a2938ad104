#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace countersign::relay {

/// A watchdog for the stop: when its time is over the process ends at once. A database server that has
/// stopped answering, or a disk that hangs, would hold a stop for as long as its own time limits are. Nothing
/// is lost by that end: what is not on disk was not acknowledged.
class StopDeadline
{
public:
    StopDeadline() = default;
    /// Everything ended in time.
    ~StopDeadline();
    StopDeadline(const StopDeadline&) = delete;
    StopDeadline& operator=(const StopDeadline&) = delete;

    void start(std::chrono::milliseconds time);

private:
    void wait(std::chrono::steady_clock::time_point end);

    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_isOver = false;
    std::thread m_thread;
};

}  // namespace countersign::relay
