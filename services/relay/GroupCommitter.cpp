#include "services/relay/GroupCommitter.h"

#include <QCoreApplication>
#include <QLoggingCategory>

#include <utility>

namespace countersign {

namespace {

Q_LOGGING_CATEGORY(logStore, "countersign.relay.store")

}  // namespace

GroupCommitter::GroupCommitter(std::unique_ptr<RelayStore> store, Limits limits, RelayMetrics& metrics,
                               Committed committed)
    : m_store(std::move(store)),
      m_limits(limits),
      m_metrics(metrics),
      m_committed(std::move(committed)),
      m_thread([this] { run(); })
{}

GroupCommitter::~GroupCommitter()
{
    {
        const std::lock_guard lock(m_mutex);
        m_finishing = true;
    }
    m_wake.notify_all();
    m_thread.join();
}

bool GroupCommitter::submit(NewEntry entry, Done done)
{
    {
        const std::lock_guard lock(m_mutex);
        const std::size_t size = sizeOf(entry);
        if (m_queue.size() >= m_limits.queueEntries || m_queueBytes + size > m_limits.queueBytes) {
            return false;
        }
        m_queueBytes += size;
        m_queue.push_back({std::move(entry), std::move(done)});
        m_metrics.setQueue(m_queue.size(), m_queueBytes);
    }
    m_wake.notify_one();
    return true;
}

void GroupCommitter::probe(UnixMillis now, std::function<void(Status)> done)
{
    {
        const std::lock_guard lock(m_mutex);
        m_probes.push_back({now, std::move(done)});
    }
    m_wake.notify_one();
}

void GroupCommitter::run()
{
    std::unique_lock lock(m_mutex);
    while (true) {
        m_wake.wait(lock, [this] { return m_finishing || !m_queue.empty() || !m_probes.empty(); });
        if (m_queue.empty() && m_probes.empty()) {
            return;
        }
        std::deque<Waiting> batch;
        while (!m_queue.empty() && batch.size() < m_limits.batchEntries) {
            m_queueBytes -= sizeOf(m_queue.front().entry);
            batch.push_back(std::move(m_queue.front()));
            m_queue.pop_front();
        }
        m_metrics.setQueue(m_queue.size(), m_queueBytes);
        const std::deque<Probe> probes = std::exchange(m_probes, {});
        lock.unlock();
        if (!batch.empty()) {
            commit(std::move(batch));
        }
        if (!probes.empty()) {
            const Status writable = m_store->probeWrite(probes.back().now);
            for (const Probe& probe : probes) {
                probe.done(writable);
            }
        }
        lock.lock();
    }
}

void GroupCommitter::commit(std::deque<Waiting> batch)
{
    std::vector<NewEntry> entries;
    entries.reserve(batch.size());
    for (Waiting& waiting : batch) {
        entries.push_back(std::move(waiting.entry));
    }
    const auto start = std::chrono::steady_clock::now();
    const auto numbers = m_store->append(entries);
    if (!numbers) {
        m_metrics.commitFailed();
        qCWarning(logStore, "%zu deliveries could not be stored: %s", entries.size(),
                  qPrintable(numbers.error().detail));
        for (const Waiting& waiting : batch) {
            waiting.done(failure(numbers.error()));
        }
        return;
    }
    m_metrics.committed(entries.size(), std::chrono::steady_clock::now() - start);
    m_committed(entries);
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const std::int64_t seq = numbers->at(i);
        if (seq == 0) {
            batch[i].done(failure(ErrorCode::NotFound, QCoreApplication::translate(
                                                           "GroupCommitter", "The inbox does not exist.")));
        } else {
            batch[i].done(seq);
        }
    }
}

}  // namespace countersign
