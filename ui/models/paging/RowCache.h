#pragma once

#include <cstdint>
#include <list>
#include <unordered_map>

namespace countersign {

/// A cache of a table's rows by id (LRU): it keeps a bounded number, the most recently used ones. A row has
/// the generation of the data that it was read in, so that an old row can still be shown while a fresh one is
/// fetched.
template <typename Row>
class RowCache
{
public:
    struct Entry
    {
        Row row;
        std::uint64_t generation = 0;
    };

    explicit RowCache(std::size_t capacity) : m_capacity(capacity) {}

    /// Marks the row as used; nullptr when it is not there. Valid until the next put.
    const Entry* find(std::int64_t id)
    {
        const auto found = m_index.find(id);
        if (found == m_index.end()) {
            return nullptr;
        }
        m_entries.splice(m_entries.begin(), m_entries, found->second);
        return &found->second->second;
    }

    void put(std::int64_t id, Row row, std::uint64_t generation)
    {
        if (const auto found = m_index.find(id); found != m_index.end()) {
            m_entries.erase(found->second);
            m_index.erase(found);
        }
        m_entries.emplace_front(id, Entry{std::move(row), generation});
        m_index[id] = m_entries.begin();
        while (m_entries.size() > m_capacity) {
            m_index.erase(m_entries.back().first);
            m_entries.pop_back();
        }
    }

    void clear()
    {
        m_entries.clear();
        m_index.clear();
    }

    std::size_t size() const { return m_entries.size(); }

private:
    using List = std::list<std::pair<std::int64_t, Entry>>;
    std::size_t m_capacity;
    List m_entries;
    std::unordered_map<std::int64_t, typename List::iterator> m_index;
};

}  // namespace countersign
