#include "services/relay/service/RateLimiter.h"

#include <algorithm>
#include <cmath>

namespace countersign::relay {

RateLimiter::RateLimiter(Rate rate, std::size_t maxClients) : m_rate(rate), m_maxClients(maxClients) {}

std::optional<std::chrono::seconds> RateLimiter::take(const std::string& client, Time now, double cost)
{
    const std::lock_guard lock(m_mutex);
    if (m_buckets.size() >= m_maxClients && !m_buckets.contains(client)) {
        makeRoom(now);
    }
    Bucket& bucket = m_buckets.try_emplace(client, Bucket{m_rate.burst, now}).first->second;
    bucket.tokens = refilled(bucket, now);
    bucket.at = now;
    const double needed = std::min(cost, m_rate.burst);
    if (bucket.tokens >= needed) {
        bucket.tokens -= needed;
        return std::nullopt;
    }
    const double wait = std::ceil((needed - bucket.tokens) / m_rate.perSecond);
    return std::chrono::seconds(std::max(1L, std::lround(wait)));
}

double RateLimiter::refilled(const Bucket& bucket, Time now) const
{
    const double seconds = std::chrono::duration<double>(now - bucket.at).count();
    return std::min(m_rate.burst, bucket.tokens + std::max(0.0, seconds) * m_rate.perSecond);
}

void RateLimiter::makeRoom(Time now)
{
    std::erase_if(m_buckets, [&](const auto& item) { return refilled(item.second, now) >= m_rate.burst; });
    if (m_buckets.size() >= m_maxClients) {
        m_buckets.clear();
    }
}

}  // namespace countersign::relay
