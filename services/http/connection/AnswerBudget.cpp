#include "services/http/connection/AnswerBudget.h"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace countersign::http {

struct AnswerBudget::Claim
{
    Claim(std::string who, std::size_t size, const boost::asio::any_io_executor& executor)
        : holder(std::move(who)), bytes(size), timer(executor)
    {}

    std::string holder;
    std::size_t bytes;
    boost::asio::steady_timer timer;     ///< used on its executor only
    std::shared_ptr<AnswerShare> share;  ///< once admitted; guarded by the budget's lock
};

class AnswerBudget::Turn
{
public:
    Turn(std::shared_ptr<AnswerBudget> budget, std::shared_ptr<Claim> claim)
        : m_budget(std::move(budget)), m_claim(std::move(claim))
    {
        const std::lock_guard lock(m_budget->m_mutex);
        m_budget->m_waiting.push_back(m_claim);
        m_budget->admitWaiting();
    }
    ~Turn() { (void)end(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    bool isAdmitted() const
    {
        const std::lock_guard lock(m_budget->m_mutex);
        return m_claim->share != nullptr;
    }
    std::shared_ptr<AnswerShare> end()
    {
        const std::lock_guard lock(m_budget->m_mutex);
        m_budget->m_waiting.remove(m_claim);
        m_budget->admitWaiting();
        return std::exchange(m_claim->share, nullptr);
    }

private:
    std::shared_ptr<AnswerBudget> m_budget;
    std::shared_ptr<Claim> m_claim;
};

bool AnswerBudget::fitsAll(std::size_t bytes) const
{
    return m_inUse == 0 || (m_inUse < m_limits.bytes && bytes <= m_limits.bytes - m_inUse);
}

bool AnswerBudget::fitsHolder(const std::string& holder, std::size_t bytes) const
{
    const auto found = m_byHolder.find(holder);
    const std::size_t held = found == m_byHolder.end() ? 0 : found->second;
    return held == 0 || (held < m_limits.bytesPerHolder && bytes <= m_limits.bytesPerHolder - held);
}

std::shared_ptr<AnswerShare> AnswerBudget::take(const std::string& holder, std::size_t bytes)
{
    m_inUse += bytes;
    m_byHolder[holder] += bytes;
    return std::shared_ptr<AnswerShare>(new AnswerShare(shared_from_this(), holder, bytes));
}

/// In order, but one holder that has enough does not keep the others.
void AnswerBudget::admitWaiting()
{
    auto claim = m_waiting.begin();
    while (claim != m_waiting.end() && fitsAll((*claim)->bytes)) {
        if (!fitsHolder((*claim)->holder, (*claim)->bytes)) {
            ++claim;
            continue;
        }
        (*claim)->share = take((*claim)->holder, (*claim)->bytes);
        boost::asio::post((*claim)->timer.get_executor(), [admitted = *claim] { admitted->timer.cancel(); });
        claim = m_waiting.erase(claim);
    }
}

void AnswerBudget::change(const std::string& holder, std::size_t from, std::size_t to)
{
    const std::lock_guard lock(m_mutex);
    m_inUse = m_inUse - from + to;
    std::size_t& held = m_byHolder[holder];
    held = held - from + to;
    if (held == 0) {
        m_byHolder.erase(holder);
    }
    admitWaiting();
}

std::shared_ptr<AnswerShare> AnswerBudget::tryReserve(std::string_view holder, std::size_t bytes)
{
    const std::string who(holder);
    const std::lock_guard lock(m_mutex);
    return fitsAll(bytes) && fitsHolder(who, bytes) ? take(who, bytes) : nullptr;
}

boost::asio::awaitable<std::shared_ptr<AnswerShare>> AnswerBudget::reserve(std::string holder,
                                                                           std::size_t bytes)
{
    const auto executor = co_await boost::asio::this_coro::executor;
    const auto claim = std::make_shared<Claim>(std::move(holder), bytes, executor);
    claim->timer.expires_after(m_limits.patience);
    Turn turn(shared_from_this(), claim);
    if (!turn.isAdmitted()) {
        boost::system::error_code ignored;
        co_await claim->timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
    }
    co_return turn.end();
}

std::size_t AnswerBudget::bytesInUse() const
{
    const std::lock_guard lock(m_mutex);
    return m_inUse;
}

std::size_t AnswerBudget::waiting() const
{
    const std::lock_guard lock(m_mutex);
    return m_waiting.size();
}

AnswerShare::AnswerShare(std::shared_ptr<AnswerBudget> budget, std::string holder, std::size_t bytes)
    : m_budget(std::move(budget)), m_holder(std::move(holder)), m_bytes(bytes)
{}

AnswerShare::~AnswerShare()
{
    m_budget->change(m_holder, m_bytes, 0);
}

void AnswerShare::resize(std::size_t bytes)
{
    m_budget->change(m_holder, m_bytes, bytes);
    m_bytes = bytes;
}

}  // namespace countersign::http
