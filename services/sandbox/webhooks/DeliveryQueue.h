#pragma once

#include "core/base/Clock.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace countersign::sandbox {

/// The schedule of webhook deliveries: which message is tried next, and how many at once. It is decided apart
/// from sockets and timers, so that it can be tested with a clock that stands still. A message is never in
/// flight twice, which keeps its attempts in order. Not thread-safe.
class DeliveryQueue
{
public:
    DeliveryQueue(const Clock& clock, std::size_t maxInFlight) : m_clock(clock), m_maxInFlight(maxInFlight) {}

    /// Waits until dueAt. A message that is waiting already stays as it is; one in flight waits again once it
    /// is finished.
    void add(const std::string& messageId, UnixMillis dueAt);
    /// The message that is due longest, now in flight; nothing when none is due or enough are in flight.
    std::optional<std::string> take();
    /// The message left the wire; with nextAt it waits again.
    void finish(const std::string& messageId, std::optional<UnixMillis> nextAt);

    /// How long until take() can succeed; zero when it can now, nothing when only add or finish can change
    /// that.
    std::optional<std::chrono::milliseconds> waitTime() const;

    std::size_t waiting() const { return m_waiting.size(); }
    std::size_t inFlight() const { return m_inFlight.size(); }

private:
    const Clock& m_clock;
    std::size_t m_maxInFlight;
    std::uint64_t m_sequence = 0;
    std::map<std::pair<UnixMillis, std::uint64_t>, std::string> m_waiting;
    std::set<std::string> m_known;
    std::set<std::string> m_inFlight;
    std::map<std::string, UnixMillis> m_again;
};

}  // namespace countersign::sandbox
