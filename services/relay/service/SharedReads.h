#pragma once

#include "services/relay/service/InboxSignals.h"
#include "services/relay/store/StoreReader.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace countersign::relay {

using SharedPage = std::shared_ptr<const Result<EntryPage>>;

/// Coalesces equal reads of a feed. A delivery wakes every poller of its inbox, and all of them stand at the
/// same place. The page behind it is read once and given to all. A read serves whoever was woken before it
/// began; who was woken later needs another.
class SharedReads
{
public:
    SharedReads(StoreReader& reader, std::shared_ptr<const InboxSignals> signals)
        : m_reader(reader), m_signals(std::move(signals))
    {}
    SharedReads(const SharedReads&) = delete;
    SharedReads& operator=(const SharedReads&) = delete;
    ~SharedReads() = default;

    /// A full page (maxPageEntries, maxPageBytes) behind after, as it stood when the inbox had been woken so
    /// often, or later. done is called once, at once or on the reader's thread.
    void read(InboxId inbox, std::int64_t after, std::uint64_t wakes, std::function<void(SharedPage)> done);

private:
    using Key = std::pair<InboxId, std::int64_t>;
    using Done = std::function<void(SharedPage)>;
    struct Read
    {
        bool isStarted = false;
        std::uint64_t wakes = 0;  ///< when it started
        std::vector<Done> waiting;
        std::weak_ptr<const Result<EntryPage>> page;  ///< once it is there
        bool isDone = false;

        bool serves(std::uint64_t since) const { return !isStarted || wakes >= since; }
    };

    /// With m_mutex held.
    void begin(const Key& key, Done done);
    void serve(RelayStore& store, const Key& key, const std::shared_ptr<Read>& read);

    StoreReader& m_reader;
    std::shared_ptr<const InboxSignals> m_signals;

    std::mutex m_mutex;  ///< guards what follows
    std::map<Key, std::shared_ptr<Read>> m_reads;
    SharedPage m_latest;  ///< for the last of those that were woken together
};

}  // namespace countersign::relay
