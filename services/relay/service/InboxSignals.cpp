#include "services/relay/service/InboxSignals.h"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace countersign::relay {

namespace asio = boost::asio;

InboxSignals::Waiter::Waiter(std::shared_ptr<InboxSignals> signals, InboxId inbox,
                             const asio::any_io_executor& executor)
    : m_signals(std::move(signals)), m_inbox(inbox), m_state(std::make_shared<State>(executor))
{
    const std::lock_guard lock(m_signals->m_mutex);
    m_signals->m_waiting.emplace(inbox, m_state);
}

InboxSignals::Waiter::~Waiter()
{
    const std::lock_guard lock(m_signals->m_mutex);
    const auto [first, last] = m_signals->m_waiting.equal_range(m_inbox);
    const auto mine = std::find_if(first, last, [this](const auto& item) { return item.second == m_state; });
    if (mine != last) {
        m_signals->m_waiting.erase(mine);
    }
}

asio::awaitable<void> InboxSignals::Waiter::wait(std::chrono::steady_clock::time_point deadline)
{
    // Own reference: the frame may outlive the waiter when everything is torn down.
    const std::shared_ptr<State> state = m_state;
    if (!state->woken && !state->abandoned && !m_signals->isStopped()) {
        boost::system::error_code ignored;
        state->timer.expires_at(deadline);
        co_await state->timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    state->woken = false;
}

std::function<void()> InboxSignals::Waiter::abandon() const
{
    return [state = m_state] {
        state->abandoned = true;
        state->timer.cancel();
    };
}

void InboxSignals::wakeState(const std::shared_ptr<Waiter::State>& state)
{
    asio::post(state->timer.get_executor(), [state] {
        state->woken = true;
        state->timer.cancel();
    });
}

void InboxSignals::wake(InboxId inbox)
{
    const std::lock_guard lock(m_mutex);
    ++m_wakes[inbox];
    const auto [first, last] = m_waiting.equal_range(inbox);
    std::for_each(first, last, [](const auto& item) { wakeState(item.second); });
}

void InboxSignals::wakeAll()
{
    const std::lock_guard lock(m_mutex);
    ++m_wakesOfAll;
    for (const auto& [inbox, state] : m_waiting) {
        wakeState(state);
    }
}

std::uint64_t InboxSignals::wakes(InboxId inbox) const
{
    const std::lock_guard lock(m_mutex);
    const auto ofInbox = m_wakes.find(inbox);
    return m_wakesOfAll + (ofInbox == m_wakes.end() ? 0 : ofInbox->second);
}

void InboxSignals::stop()
{
    const std::lock_guard lock(m_mutex);
    m_stopped = true;
    for (const auto& [inbox, state] : m_waiting) {
        wakeState(state);
    }
}

bool InboxSignals::isStopped() const
{
    const std::lock_guard lock(m_mutex);
    return m_stopped;
}

std::size_t InboxSignals::waiting() const
{
    const std::lock_guard lock(m_mutex);
    return m_waiting.size();
}

}  // namespace countersign::relay
