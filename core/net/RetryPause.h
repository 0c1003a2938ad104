#pragma once

#include <QDeadlineTimer>

#include <algorithm>
#include <chrono>
#include <optional>

namespace countersign {

/// Why this class exists: a Retry-After binds whoever asks next, which is another call than the one that was
/// told.
class RetryPause
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

}  // namespace countersign
