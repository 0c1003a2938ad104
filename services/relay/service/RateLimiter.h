#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace countersign::relay {

/// A token bucket per client: burst at once, then perSecond. One stranger must not use up what belongs to
/// all. Thread-safe, and bounded: with too many clients those that are full again are forgotten first, then
/// all (whoever fills the table with addresses gains a fresh burst, not memory).
class RateLimiter
{
public:
    using Time = std::chrono::steady_clock::time_point;

    struct Rate
    {
        double perSecond = 1;
        double burst = 10;
    };

    explicit RateLimiter(Rate rate, std::size_t maxClients = 10'000);

    /// Nothing when the client may go on (and cost tokens are taken), else the whole seconds to wait, at
    /// least 1. A cost beyond the burst takes all of it.
    std::optional<std::chrono::seconds> take(const std::string& client, Time now, double cost = 1);

private:
    struct Bucket
    {
        double tokens = 0;
        Time at;
    };

    double refilled(const Bucket& bucket, Time now) const;
    void makeRoom(Time now);

    Rate m_rate;
    std::size_t m_maxClients;
    std::mutex m_mutex;
    std::unordered_map<std::string, Bucket> m_buckets;
};

}  // namespace countersign::relay
