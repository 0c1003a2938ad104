#pragma once

#include "core/base/Result.h"
#include "services/sandbox/state/MessageStore.h"
#include "services/sandbox/webhooks/DeliveryQueue.h"
#include "services/sandbox/webhooks/WebhookConnection.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace countersign::sandbox {

/// Where messages come from and what became of them goes. Called on a worker thread; may block.
class DeliverySource
{
public:
    virtual ~DeliverySource() = default;
    /// Body and signature of a message as it is to be sent now.
    virtual Result<WebhookRequest> prepare(const std::string& messageId) = 0;
    /// Keeps the outcomes durably, in one go. Answers, in the same order, when to try again (nothing:
    /// settled).
    virtual Result<std::vector<std::optional<UnixMillis>>> record(
        const std::vector<AttemptOutcome>& outcomes) = 0;
};

/// The sender of webhooks. They go out beside everything else, several at a time, each message's attempts in
/// order, and what happened is on disk before the next attempt is planned. Outcomes that arrive together are
/// written together, so that a burst does not cost one disk sync per message.
class WebhookDelivery
{
public:
    struct Options
    {
        WebhookUrl url;
        std::chrono::milliseconds timeout{10'000};  ///< of one attempt; DNS look-ups have the system's own
        std::size_t maxInFlight = 16;
    };

    /// source, clock and context must outlive the delivery; destroy it only when no thread runs the context.
    WebhookDelivery(boost::asio::io_context& context, DeliverySource& source, const Clock& clock,
                    Options options);

    /// Thread-safe.
    void add(std::vector<MessageStore::Due> messages);

private:
    boost::asio::awaitable<void> dispatch();
    boost::asio::awaitable<void> deliver(std::string messageId);
    boost::asio::awaitable<WebhookAnswer> send(const WebhookRequest& request);
    boost::asio::awaitable<void> recordFinished();
    void settle(const std::vector<AttemptOutcome>& outcomes,
                const Result<std::vector<std::optional<UnixMillis>>>& next);
    void wake();
    std::unique_ptr<WebhookConnection> takeConnection();

    boost::asio::strand<boost::asio::io_context::executor_type> m_strand;
    DeliverySource& m_source;
    const Clock& m_clock;
    Options m_options;
    std::shared_ptr<boost::asio::ssl::context> m_tls;
    DeliveryQueue m_queue;
    boost::asio::steady_timer m_timer;
    std::vector<std::unique_ptr<WebhookConnection>> m_idle;
    std::vector<AttemptOutcome> m_finished;
    bool m_recording = false;
    boost::asio::thread_pool m_workers{1};
};

}  // namespace countersign::sandbox
