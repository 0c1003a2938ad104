#include "services/sandbox/webhooks/DeliveryQueue.h"

#include <algorithm>

namespace countersign::sandbox {

void DeliveryQueue::add(const std::string& messageId, UnixMillis dueAt)
{
    if (m_inFlight.contains(messageId)) {
        m_again.insert_or_assign(messageId, dueAt);
    } else if (m_known.insert(messageId).second) {
        m_waiting.emplace(std::pair(dueAt, m_sequence++), messageId);
    }
}

std::optional<std::string> DeliveryQueue::take()
{
    if (waitTime() != std::chrono::milliseconds::zero()) {
        return std::nullopt;
    }
    const auto first = m_waiting.begin();
    std::string messageId = std::move(first->second);
    m_waiting.erase(first);
    m_inFlight.insert(messageId);
    return messageId;
}

void DeliveryQueue::finish(const std::string& messageId, std::optional<UnixMillis> nextAt)
{
    if (m_inFlight.erase(messageId) == 0) {
        return;
    }
    m_known.erase(messageId);
    if (const auto again = m_again.extract(messageId); again && !nextAt) {
        nextAt = again.mapped();
    }
    if (nextAt) {
        add(messageId, *nextAt);
    }
}

std::optional<std::chrono::milliseconds> DeliveryQueue::waitTime() const
{
    if (m_waiting.empty() || m_inFlight.size() >= m_maxInFlight) {
        return std::nullopt;
    }
    return std::chrono::milliseconds(std::max<UnixMillis>(0, m_waiting.begin()->first.first - m_clock.now()));
}

}  // namespace countersign::sandbox
