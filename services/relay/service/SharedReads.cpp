#include "services/relay/service/SharedReads.h"

#include "services/relay/api/RelayRequests.h"

namespace countersign::relay {

void SharedReads::read(InboxId inbox, std::int64_t after, std::uint64_t wakes, Done done)
{
    const Key key(inbox, after);
    SharedPage page;
    {
        const std::lock_guard lock(m_mutex);
        const auto known = m_reads.find(key);
        const bool isServed = known != m_reads.end() && known->second->serves(wakes);
        if (isServed && !known->second->isDone) {
            known->second->waiting.push_back(std::move(done));
            return;
        }
        page = isServed ? known->second->page.lock() : nullptr;
        if (!page) {
            begin(key, std::move(done));
            return;
        }
    }
    done(std::move(page));
}

void SharedReads::begin(const Key& key, Done done)
{
    std::erase_if(m_reads,
                  [](const auto& item) { return item.second->isDone && item.second->page.expired(); });
    auto read = std::make_shared<Read>();
    read->waiting.push_back(std::move(done));
    m_reads[key] = read;
    m_reader.post([this, key, read](RelayStore& store) { serve(store, key, read); });
}

void SharedReads::serve(RelayStore& store, const Key& key, const std::shared_ptr<Read>& read)
{
    {
        const std::lock_guard lock(m_mutex);
        read->isStarted = true;
        read->wakes = m_signals->wakes(key.first);
    }
    auto page = std::make_shared<const Result<EntryPage>>(
        store.read(key.first, key.second, maxPageEntries, maxPageBytes));
    std::vector<Done> waiting;
    {
        const std::lock_guard lock(m_mutex);
        read->isDone = true;
        read->page = page;
        waiting.swap(read->waiting);
        m_latest = page;
    }
    for (const Done& done : waiting) {
        done(page);
    }
}

}  // namespace countersign::relay
