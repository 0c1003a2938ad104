#pragma once

#include "services/relay/store/RelayStore.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace countersign::relay {

/// Wakes the long polls of an inbox. A long poll must end when something is committed to its inbox, and at
/// once when the relay stops. Register first, read second, wait third: then no commit falls between.
class InboxSignals : public std::enable_shared_from_this<InboxSignals>
{
public:
    /// One waiting poll; unregisters itself. Used on the executor that it was made for, except wake().
    class Waiter
    {
    public:
        Waiter(std::shared_ptr<InboxSignals> signals, InboxId inbox,
               const boost::asio::any_io_executor& executor);
        ~Waiter();
        Waiter(const Waiter&) = delete;
        Waiter& operator=(const Waiter&) = delete;

        /// Returns after a wake since the last wait (or since the registration), or at the deadline.
        boost::asio::awaitable<void> wait(std::chrono::steady_clock::time_point deadline);

        /// What to call, on the executor, when nobody wants the answer any more: this wait and later ones end
        /// at once. May be called after the waiter is gone.
        std::function<void()> abandon() const;
        bool isAbandoned() const { return m_state->abandoned; }

    private:
        friend class InboxSignals;
        struct State
        {
            explicit State(const boost::asio::any_io_executor& executor) : timer(executor) {}
            boost::asio::steady_timer timer;
            bool woken = false;
            bool abandoned = false;
        };

        std::shared_ptr<InboxSignals> m_signals;
        InboxId m_inbox;
        std::shared_ptr<State> m_state;
    };

    /// Thread-safe.
    void wake(InboxId inbox);
    void wakeAll();
    /// Thread-safe: grows with every wake of the inbox. What was committed before a wake is seen by every
    /// read that began when the count was as high already.
    std::uint64_t wakes(InboxId inbox) const;
    /// Thread-safe: wakes all, now and from now on.
    void stop();
    bool isStopped() const;
    std::size_t waiting() const;

private:
    static void wakeState(const std::shared_ptr<Waiter::State>& state);

    mutable std::mutex m_mutex;
    std::unordered_multimap<InboxId, std::shared_ptr<Waiter::State>> m_waiting;
    std::unordered_map<InboxId, std::uint64_t> m_wakes;  ///< of single inboxes: those that exist
    std::uint64_t m_wakesOfAll = 0;
    bool m_stopped = false;
};

}  // namespace countersign::relay
