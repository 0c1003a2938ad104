#pragma once

// Boost 1.74's awaitable.hpp uses std::exchange without including it, so <utility> has to come first.
// clang-format off
#include <utility>
// clang-format on

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace countersign::http {

class AnswerShare;

/// A memory budget for answers that wait for their clients, shared by all connections. An answer stays in
/// memory until its client has read it, and a client that asks for much and reads nothing costs it nothing.
/// All connections together may hold so many bytes, and one holder (who that is says the caller) only a part
/// of them; what goes beyond waits for its turn, in order, or is refused. Thread-safe.
class AnswerBudget : public std::enable_shared_from_this<AnswerBudget>
{
public:
    struct Limits
    {
        std::size_t bytes = 64 * 1024 * 1024;
        std::size_t bytesPerHolder = 24 * 1024 * 1024;
        std::chrono::milliseconds patience{10'000};  ///< how long reserve waits
    };

    explicit AnswerBudget(Limits limits) : m_limits(limits) {}

    /// Null when it does not fit now. Whoever holds nothing yet gets a share of any size while nobody else
    /// holds one: no answer is too large for ever.
    std::shared_ptr<AnswerShare> tryReserve(std::string_view holder, std::size_t bytes);
    /// Null when there was no turn in time. To be awaited on a strand.
    boost::asio::awaitable<std::shared_ptr<AnswerShare>> reserve(std::string holder, std::size_t bytes);

    std::size_t bytesInUse() const;
    std::size_t waiting() const;

private:
    friend class AnswerShare;
    struct Claim;
    using Claims = std::list<std::shared_ptr<Claim>>;

    /// Takes its claim back when the waiting coroutine ends, however it ends.
    class Turn;

    bool fitsAll(std::size_t bytes) const;
    bool fitsHolder(const std::string& holder, std::size_t bytes) const;
    std::shared_ptr<AnswerShare> take(const std::string& holder, std::size_t bytes);
    void admitWaiting();
    void change(const std::string& holder, std::size_t from, std::size_t to);

    const Limits m_limits;
    mutable std::mutex m_mutex;  ///< guards what follows
    std::size_t m_inUse = 0;
    std::unordered_map<std::string, std::size_t> m_byHolder;
    Claims m_waiting;
};

/// A part of the budget; given back when it is destroyed.
class AnswerShare
{
public:
    ~AnswerShare();
    AnswerShare(const AnswerShare&) = delete;
    AnswerShare& operator=(const AnswerShare&) = delete;

    /// What it turned out to be. Also more: the truth is counted, whether it fits or not.
    void resize(std::size_t bytes);
    std::size_t bytes() const { return m_bytes; }

private:
    friend class AnswerBudget;
    AnswerShare(std::shared_ptr<AnswerBudget> budget, std::string holder, std::size_t bytes);

    std::shared_ptr<AnswerBudget> m_budget;
    std::string m_holder;
    std::size_t m_bytes;
};

}  // namespace countersign::http
