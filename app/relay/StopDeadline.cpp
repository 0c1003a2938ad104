#include "app/relay/StopDeadline.h"

#include <cstdio>
#include <cstdlib>

namespace countersign::relay {

StopDeadline::~StopDeadline()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isOver = true;
    }
    m_wake.notify_all();
    if (m_thread.joinable()) {
        m_thread.join();
    }
}

void StopDeadline::start(std::chrono::milliseconds time)
{
    m_thread = std::thread([this, end = std::chrono::steady_clock::now() + time] { wait(end); });
}

void StopDeadline::wait(std::chrono::steady_clock::time_point end)
{
    std::unique_lock lock(m_mutex);
    if (m_wake.wait_until(lock, end, [this] { return m_isOver; })) {
        return;
    }
    std::fputs(
        "countersign-relay: the database did not answer in time; what it did not confirm was not "
        "acknowledged\n",
        stderr);
    std::_Exit(EXIT_SUCCESS);
}

}  // namespace countersign::relay
