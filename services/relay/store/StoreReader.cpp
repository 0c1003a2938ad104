#include "services/relay/store/StoreReader.h"

namespace countersign::relay {

StoreReader::StoreReader(std::unique_ptr<RelayStore> store, std::chrono::milliseconds interval, Work tick)
    : m_store(std::move(store)), m_interval(interval), m_tick(std::move(tick)), m_thread([this] { serve(); })
{}

StoreReader::~StoreReader()
{
    {
        const std::lock_guard lock(m_mutex);
        m_finishing = true;
    }
    m_wake.notify_all();
    m_thread.join();
}

void StoreReader::post(Work work)
{
    {
        const std::lock_guard lock(m_mutex);
        m_queue.push_back(std::move(work));
    }
    m_wake.notify_one();
}

void StoreReader::serve()
{
    auto nextTick = std::chrono::steady_clock::now() + m_interval;
    std::unique_lock lock(m_mutex);
    while (true) {
        m_wake.wait_until(lock, nextTick, [this] { return m_finishing || !m_queue.empty(); });
        if (!m_queue.empty()) {
            const Work work = std::move(m_queue.front());
            m_queue.pop_front();
            lock.unlock();
            work(*m_store);
            lock.lock();
        } else if (m_finishing) {
            return;
        }
        if (std::chrono::steady_clock::now() >= nextTick) {
            lock.unlock();
            m_tick(*m_store);
            lock.lock();
            nextTick = std::chrono::steady_clock::now() + m_interval;
        }
    }
}

}  // namespace countersign::relay
