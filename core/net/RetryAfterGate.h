#pragma once

#include <QDeadlineTimer>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace countersign {

/// The pause that a service asked for with Retry-After. It binds whoever asks next, which is another call
/// than the one that was told.
class RetryAfterGate
{
public:
    /// Longer pauses are cut: a slip of the server must not lock the console out for a day.
    static constexpr std::chrono::milliseconds longest = std::chrono::minutes(5);

    void note(std::optional<std::chrono::milliseconds> pause)
    {
        if (pause) {
            m_until.setRemainingTime(std::min(*pause, longest));
        }
    }
    std::chrono::milliseconds left() const { return std::chrono::milliseconds(m_until.remainingTime()); }

private:
    QDeadlineTimer m_until{0};
};

/// The pauses of several services, one RetryAfterGate each. Clients are made anew for each job, and ten jobs
/// in a row must not each find out that the service asked for a pause. Kept for whoever outlives the clients;
/// of one thread, like them.
class RetryAfterGates
{
public:
    /// service: whatever tells one from another, such as its address.
    std::shared_ptr<RetryAfterGate> of(const std::string& service)
    {
        std::shared_ptr<RetryAfterGate>& pause = m_pauses[service];
        if (!pause) {
            pause = std::make_shared<RetryAfterGate>();
        }
        return pause;
    }

private:
    std::map<std::string, std::shared_ptr<RetryAfterGate>> m_pauses;
};

}  // namespace countersign
