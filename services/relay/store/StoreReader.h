#pragma once

#include "services/relay/service/AwaitCallback.h"
#include "services/relay/store/RelayStore.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace countersign::relay {

/// A thread with a store connection of its own that does reads in order. Reads wait for the disk, and the
/// threads that serve connections must not. In SQLite's WAL it never waits for the writer. How many wait is
/// bounded by the server's connections.
class StoreReader
{
public:
    using Work = std::function<void(RelayStore&)>;

    /// tick runs on the reader's thread about every interval.
    StoreReader(std::unique_ptr<RelayStore> store, std::chrono::milliseconds interval, Work tick);
    /// Does what was posted, then ends the thread.
    ~StoreReader();
    StoreReader(const StoreReader&) = delete;
    StoreReader& operator=(const StoreReader&) = delete;

    void post(Work work);

    /// work's result, awaited on the caller's executor.
    template <typename T>
    boost::asio::awaitable<T> run(std::function<T(RelayStore&)> work)
    {
        return awaitCallback<T>([this, work = std::move(work)](std::function<void(T)> done) {
            post([work, done = std::move(done)](RelayStore& store) { done(work(store)); });
        });
    }

private:
    void serve();

    std::unique_ptr<RelayStore> m_store;
    std::chrono::milliseconds m_interval;
    Work m_tick;

    std::mutex m_mutex;  ///< guards what follows
    std::condition_variable m_wake;
    std::deque<Work> m_queue;
    bool m_finishing = false;

    std::thread m_thread;
};

}  // namespace countersign::relay
