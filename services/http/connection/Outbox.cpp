#include "services/http/connection/Outbox.h"

#include <utility>

namespace countersign::http {

bool Outbox::put(std::string item)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_ending != Ending::None || item.size() > m_options.maxWaitingBytes - m_waitingBytes) {
            return false;
        }
        m_waitingBytes += item.size();
        m_items.push_back(std::move(item));
    }
    wake();
    return true;
}

void Outbox::finish(std::uint16_t code, std::string reason)
{
    end(Ending::Finish, code, std::move(reason));
}

void Outbox::cut()
{
    end(Ending::Cut, 1006, {});
}

void Outbox::end(Ending ending, std::uint16_t code, std::string reason)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_ending != Ending::None) {
            return;
        }
        m_ending = ending;
        m_code = code;
        m_reason = std::move(reason);
    }
    wake();
}

bool Outbox::isOpen() const
{
    const std::lock_guard lock(m_mutex);
    return m_ending == Ending::None;
}

Outbox::Next Outbox::take()
{
    const std::lock_guard lock(m_mutex);
    if (m_ending != Ending::Abandoned && !m_items.empty()) {
        Next next{std::move(m_items.front()), Ending::None, m_code, {}};
        m_items.pop_front();
        m_waitingBytes -= next.item->size();
        return next;
    }
    return {std::nullopt, m_ending, m_code, m_reason};
}

void Outbox::abandon()
{
    {
        const std::lock_guard lock(m_mutex);
        m_ending = Ending::Abandoned;
        m_items.clear();
        m_waitingBytes = 0;
    }
    wake();
}

void Outbox::setWaker(std::function<void()> waker)
{
    {
        const std::lock_guard lock(m_mutex);
        m_waker = std::move(waker);
    }
    wake();
}

void Outbox::wake() const
{
    std::function<void()> waker;
    {
        const std::lock_guard lock(m_mutex);
        waker = m_waker;
    }
    if (waker) {
        waker();
    }
}

}  // namespace countersign::http
