#include "services/relay/store/GroupCommitter.h"

#include <QCoreApplication>
#include <QLoggingCategory>

#include <utility>

namespace countersign::relay {

namespace {

struct GroupCommitterText
{
    Q_DECLARE_TR_FUNCTIONS(GroupCommitterText)
};

Q_LOGGING_CATEGORY(logStore, "countersign.relay.store")

std::size_t heldBytes(const JobChange& change)
{
    return std::visit(
        [](const auto& one) {
            if constexpr (requires { one.envelope; }) {
                return one.envelope.size();
            } else {
                return one.desk.size();
            }
        },
        change);
}

InboxId inboxOf(const JobChange& change)
{
    return std::visit([](const auto& one) { return one.inbox; }, change);
}

}  // namespace

GroupCommitter::GroupCommitter(std::unique_ptr<RelayStore> store, Limits limits, RelayMetrics& metrics,
                               Committed committed)
    : m_store(std::move(store)),
      m_limits(limits),
      m_metrics(metrics),
      m_committed(std::move(committed)),
      m_thread([this] { serve(); })
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

bool GroupCommitter::reserve(std::size_t size)
{
    if (m_queue.size() + m_jobs.size() >= m_limits.queueEntries ||
        m_queueBytes + size > m_limits.queueBytes) {
        return false;
    }
    m_queueBytes += size;
    return true;
}

bool GroupCommitter::submit(NewEntry entry, Done done)
{
    {
        const std::lock_guard lock(m_mutex);
        if (!reserve(sizeOf(entry))) {
            return false;
        }
        m_queue.push_back({std::move(entry), std::move(done)});
        m_metrics.setQueue(m_queue.size() + m_jobs.size(), m_queueBytes);
    }
    m_wake.notify_one();
    return true;
}

bool GroupCommitter::submit(JobChange change, JobDone done)
{
    const std::size_t size = heldBytes(change);
    {
        const std::lock_guard lock(m_mutex);
        if (!reserve(size)) {
            return false;
        }
        m_jobs.push_back({std::move(change), std::move(done), size});
        m_metrics.setQueue(m_queue.size() + m_jobs.size(), m_queueBytes);
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

void GroupCommitter::run(std::function<void(RelayStore&)> work)
{
    {
        const std::lock_guard lock(m_mutex);
        m_work.push_back(std::move(work));
    }
    m_wake.notify_one();
}

std::deque<GroupCommitter::Waiting> GroupCommitter::takeEntries()
{
    std::deque<Waiting> batch;
    while (!m_queue.empty() && batch.size() < m_limits.batchEntries) {
        m_queueBytes -= sizeOf(m_queue.front().entry);
        batch.push_back(std::move(m_queue.front()));
        m_queue.pop_front();
    }
    return batch;
}

std::deque<GroupCommitter::WaitingJob> GroupCommitter::takeJobs()
{
    std::deque<WaitingJob> batch;
    while (!m_jobs.empty() && batch.size() < m_limits.batchEntries) {
        m_queueBytes -= m_jobs.front().size;
        batch.push_back(std::move(m_jobs.front()));
        m_jobs.pop_front();
    }
    return batch;
}

void GroupCommitter::serve()
{
    const auto isIdle = [this] {
        return m_queue.empty() && m_jobs.empty() && m_probes.empty() && m_work.empty();
    };
    std::unique_lock lock(m_mutex);
    while (true) {
        m_wake.wait(lock, [&] { return m_finishing || !isIdle(); });
        if (isIdle()) {
            return;
        }
        std::deque<Waiting> entries = takeEntries();
        std::deque<WaitingJob> jobs = takeJobs();
        m_metrics.setQueue(m_queue.size() + m_jobs.size(), m_queueBytes);
        const std::deque<Probe> probes = std::exchange(m_probes, {});
        const auto housekeeping = std::exchange(m_work, {});
        lock.unlock();
        if (!entries.empty()) {
            commit(std::move(entries));
        }
        if (!jobs.empty()) {
            commit(std::move(jobs));
        }
        answerProbes(probes);
        for (const auto& work : housekeeping) {
            work(*m_store);
        }
        lock.lock();
    }
}

void GroupCommitter::answerProbes(const std::deque<Probe>& probes)
{
    if (probes.empty()) {
        return;
    }
    const Status writable = m_store->probeWrite(probes.back().now);
    for (const Probe& probe : probes) {
        probe.done(writable);
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
    std::vector<InboxId> inboxes;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (numbers->at(i) > 0) {
            inboxes.push_back(entries[i].inbox);
        }
    }
    m_metrics.committed(inboxes.size(), std::chrono::steady_clock::now() - start);
    m_committed(inboxes);
    for (std::size_t i = 0; i < batch.size(); ++i) {
        answer(batch[i], numbers->at(i));
    }
}

void GroupCommitter::answer(const Waiting& waiting, std::int64_t seq)
{
    switch (seq) {
        case noSuchInbox:
            waiting.done(failure(ErrorCode::NotFound, GroupCommitterText::tr("The inbox does not exist.")));
            break;
        case noRoomInInbox:
            waiting.done(
                failure(ErrorCode::Denied, GroupCommitterText::tr("The inbox keeps as much as it may.")));
            break;
        default:
            waiting.done(seq);
    }
}

void GroupCommitter::commit(std::deque<WaitingJob> batch)
{
    std::vector<JobChange> changes;
    changes.reserve(batch.size());
    for (WaitingJob& waiting : batch) {
        changes.push_back(std::move(waiting.change));
    }
    const auto start = std::chrono::steady_clock::now();
    const auto answers = m_store->changeJobs(changes);
    if (!answers) {
        m_metrics.commitFailed();
        qCWarning(logStore, "%zu changes of jobs could not be stored: %s", changes.size(),
                  qPrintable(answers.error().detail));
        for (const WaitingJob& waiting : batch) {
            waiting.done(failure(answers.error()));
        }
        return;
    }
    std::vector<InboxId> inboxes;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (answers->at(i).outcome == JobAnswer::Outcome::Done && answers->at(i).seq != 0) {
            inboxes.push_back(inboxOf(changes[i]));
        }
    }
    m_metrics.committed(inboxes.size(), std::chrono::steady_clock::now() - start);
    m_committed(inboxes);
    for (std::size_t i = 0; i < batch.size(); ++i) {
        batch[i].done(answers->at(i));
    }
}

}  // namespace countersign::relay
