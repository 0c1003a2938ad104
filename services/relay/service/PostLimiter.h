#pragma once

#include "services/relay/service/RateLimiter.h"

#include <optional>
#include <string>

namespace countersign::relay {

/// How much one client may post without a signature that the inbox knows. A burst of a few thousand ordinary
/// deliveries passes: that is what a bulk of delegations at Dynamic looks like.
struct PostRates
{
    RateLimiter::Rate requests{50, 6000};
    RateLimiter::Rate bytes{512.0 * 1024, 96.0 * 1024 * 1024};
};

/// A rate limit for posts to inboxes, by requests and by bytes. Whoever knows an inbox's name can post to it,
/// and every byte is kept. Both are limited per client, so that neither many small nor a few large ones get
/// far.
class PostLimiter
{
public:
    explicit PostLimiter(const PostRates& rates) : m_requests(rates.requests), m_bytes(rates.bytes) {}

    /// Nothing when it may go on, else how long to wait.
    std::optional<std::chrono::seconds> take(const std::string& client, std::size_t bytes,
                                             RateLimiter::Time now)
    {
        if (const auto wait = m_requests.take(client, now)) {
            return wait;
        }
        return m_bytes.take(client, now, static_cast<double>(bytes));
    }

private:
    RateLimiter m_requests;
    RateLimiter m_bytes;
};

}  // namespace countersign::relay
