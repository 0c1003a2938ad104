#pragma once

#include "services/relay/api/RelayMetrics.h"
#include "services/relay/store/RelayStore.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace countersign::relay {

/// Group commit: one thread takes all deliveries and changes of jobs that wait, stores them in one
/// transaction and only then answers all of them. A sync to disk costs the same for one delivery as for a
/// hundred, so load makes transactions larger, not more numerous. The queue is bounded: what does not fit is
/// refused at once instead of being remembered.
class GroupCommitter
{
public:
    /// Called on the committer's thread: the entry's seq, NotFound for an unknown inbox, Denied when the
    /// inbox keeps as much as it may, or the store's error.
    using Done = std::function<void(Result<std::int64_t>)>;
    /// As above; NotFound is an answer of its own here (JobAnswer).
    using JobDone = std::function<void(Result<JobAnswer>)>;
    /// Called on the committer's thread after a commit, before its callbacks, with an inbox for each new
    /// entry: inboxes may repeat.
    using Committed = std::function<void(std::span<const InboxId> inboxes)>;

    /// Deliveries and changes of jobs together.
    struct Limits
    {
        std::size_t queueEntries = 4096;
        std::size_t queueBytes = 64 * 1024 * 1024;
        std::size_t batchEntries = 1024;
    };

    GroupCommitter(std::unique_ptr<RelayStore> store, Limits limits, RelayMetrics& metrics,
                   Committed committed);
    /// Commits what was taken, then ends the thread.
    ~GroupCommitter();
    GroupCommitter(const GroupCommitter&) = delete;
    GroupCommitter& operator=(const GroupCommitter&) = delete;

    /// False, and done is not called, when the queue is full.
    bool submit(NewEntry entry, Done done);
    bool submit(JobChange change, JobDone done);
    /// Whether a commit works now; between two commits, so it does not compete with them.
    void probe(UnixMillis now, std::function<void(Status)> done);
    /// Housekeeping, likewise between two commits.
    void run(std::function<void(RelayStore&)> work);

private:
    struct Waiting
    {
        NewEntry entry;
        Done done;
    };
    struct Probe
    {
        UnixMillis now = 0;
        std::function<void(Status)> done;
    };

    struct WaitingJob
    {
        JobChange change;
        JobDone done;
        std::size_t size = 0;
    };

    void serve();
    void commit(std::deque<Waiting> batch);
    void commit(std::deque<WaitingJob> batch);
    /// With m_mutex held: whether so much more fits, which is then counted.
    bool reserve(std::size_t size);
    std::deque<Waiting> takeEntries();
    std::deque<WaitingJob> takeJobs();
    void answerProbes(const std::deque<Probe>& probes);
    static void answer(const Waiting& waiting, std::int64_t seq);
    static std::size_t sizeOf(const NewEntry& entry) { return entry.body.size() + entry.headersJson.size(); }

    std::unique_ptr<RelayStore> m_store;
    Limits m_limits;
    RelayMetrics& m_metrics;
    Committed m_committed;

    std::mutex m_mutex;  ///< guards what follows
    std::condition_variable m_wake;
    std::deque<Waiting> m_queue;
    std::deque<WaitingJob> m_jobs;
    std::deque<Probe> m_probes;
    std::deque<std::function<void(RelayStore&)>> m_work;
    std::size_t m_queueBytes = 0;
    bool m_finishing = false;

    std::thread m_thread;
};

}  // namespace countersign::relay
