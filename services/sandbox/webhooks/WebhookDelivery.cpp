#include "services/sandbox/webhooks/WebhookDelivery.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace countersign::sandbox {

namespace asio = boost::asio;
using asio::use_awaitable;

namespace {

/// After a failure of our own storage; the receiver is not to blame, so the schedule does not count it.
constexpr std::chrono::seconds storagePause{5};
constexpr std::chrono::hours longest{1};

std::shared_ptr<asio::ssl::context> makeClientTls()
{
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    context->set_default_verify_paths();
    context->set_verify_mode(asio::ssl::verify_peer);
    context->set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
    return context;
}

asio::awaitable<Result<WebhookRequest>> prepareOn(DeliverySource& source, std::string messageId)
{
    co_return source.prepare(messageId);
}

asio::awaitable<Result<std::vector<std::optional<UnixMillis>>>> recordOn(
    DeliverySource& source, const std::vector<AttemptOutcome>& outcomes)
{
    co_return source.record(outcomes);
}

}  // namespace

WebhookDelivery::WebhookDelivery(asio::io_context& context, DeliverySource& source, const Clock& clock,
                                 Options options)
    : m_strand(asio::make_strand(context)),
      m_source(source),
      m_clock(clock),
      m_options(std::move(options)),
      m_tls(makeClientTls()),
      m_queue(clock, m_options.maxInFlight),
      m_timer(m_strand)
{
    asio::co_spawn(m_strand, dispatch(), asio::detached);
}

void WebhookDelivery::add(std::vector<MessageStore::Due> messages)
{
    asio::post(m_strand, [this, messages = std::move(messages)] {
        for (const MessageStore::Due& due : messages) {
            m_queue.add(due.messageId, due.at);
        }
        wake();
    });
}

void WebhookDelivery::wake()
{
    m_timer.cancel();
}

asio::awaitable<void> WebhookDelivery::dispatch()
{
    while (true) {
        while (const std::optional<std::string> messageId = m_queue.take()) {
            asio::co_spawn(m_strand, deliver(*messageId), asio::detached);
        }
        // Steady time can drift from the clock that the queue reads; looking again after an hour is cheap.
        m_timer.expires_after(
            std::min<std::chrono::milliseconds>(m_queue.waitTime().value_or(longest), longest));
        boost::system::error_code woken;
        co_await m_timer.async_wait(asio::redirect_error(use_awaitable, woken));
    }
}

std::unique_ptr<WebhookConnection> WebhookDelivery::takeConnection()
{
    if (m_idle.empty()) {
        return std::make_unique<WebhookConnection>(m_strand, m_options.url, m_tls, m_options.timeout);
    }
    std::unique_ptr<WebhookConnection> connection = std::move(m_idle.back());
    m_idle.pop_back();
    return connection;
}

asio::awaitable<void> WebhookDelivery::deliver(std::string messageId)
{
    const Result<WebhookRequest> request =
        co_await asio::co_spawn(m_workers.get_executor(), prepareOn(m_source, messageId), use_awaitable);
    if (!request) {
        m_queue.finish(messageId, m_clock.now() + std::chrono::milliseconds(storagePause).count());
        wake();
        co_return;
    }
    AttemptOutcome outcome;
    outcome.messageId = messageId;
    outcome.startedAt = m_clock.now();
    const WebhookAnswer answer = request->instead ? *request->instead : co_await send(*request);
    outcome.httpStatus = answer.httpStatus;
    outcome.error = answer.error;
    outcome.delivered = answer.delivered();
    m_finished.push_back(std::move(outcome));
    if (!m_recording) {
        m_recording = true;
        asio::co_spawn(m_strand, recordFinished(), asio::detached);
    }
}

asio::awaitable<WebhookAnswer> WebhookDelivery::send(const WebhookRequest& request)
{
    if (request.delay.count() > 0) {
        asio::steady_timer pause(m_strand, request.delay);
        co_await pause.async_wait(use_awaitable);
    }
    std::unique_ptr<WebhookConnection> connection = takeConnection();
    WebhookAnswer answer = co_await connection->post(request);
    if (request.isTwice) {
        answer = co_await connection->post(request);
    }
    m_idle.push_back(std::move(connection));
    co_return request.losesAnswer ? WebhookAnswer{0, "A fault was asked for."} : answer;
}

asio::awaitable<void> WebhookDelivery::recordFinished()
{
    while (!m_finished.empty()) {
        const std::vector<AttemptOutcome> outcomes = std::exchange(m_finished, {});
        const Result<std::vector<std::optional<UnixMillis>>> next =
            co_await asio::co_spawn(m_workers.get_executor(), recordOn(m_source, outcomes), use_awaitable);
        settle(outcomes, next);
    }
    m_recording = false;
}

void WebhookDelivery::settle(const std::vector<AttemptOutcome>& outcomes,
                             const Result<std::vector<std::optional<UnixMillis>>>& next)
{
    for (std::size_t at = 0; at < outcomes.size(); ++at) {
        // Not recorded: delivered once more later, which "at least once" allows; forgetting is what it
        // forbids.
        m_queue.finish(outcomes[at].messageId,
                       next ? next->at(at) : m_clock.now() + std::chrono::milliseconds(storagePause).count());
    }
    wake();
}

}  // namespace countersign::sandbox
