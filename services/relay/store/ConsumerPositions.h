#pragma once

#include "services/relay/store/RelayStore.h"

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace countersign::relay {

/// A write-behind cache of consumers' cursors: the highest that each token came with, until somebody writes
/// it down. Retention must know what every consumer has read, and a write for each page would cost as much as
/// a delivery. Forgetting some in a crash only keeps entries longer. Thread-safe; as large as there are
/// tokens.
class ConsumerPositions
{
public:
    void note(const std::string& token, std::int64_t seq)
    {
        const std::lock_guard lock(m_mutex);
        Position& position = m_positions[token];
        if (seq > position.seq) {
            position = {seq, true};
        }
    }

    /// Those that have changed since the last time, by token.
    std::vector<ConsumerPosition> takeChanged()
    {
        const std::lock_guard lock(m_mutex);
        std::vector<ConsumerPosition> changed;
        for (auto& [token, position] : m_positions) {
            if (position.isChanged) {
                changed.push_back({token, position.seq});
                position.isChanged = false;
            }
        }
        return changed;
    }

    /// What could not be written after all.
    void putBack(const std::vector<ConsumerPosition>& positions)
    {
        const std::lock_guard lock(m_mutex);
        for (const ConsumerPosition& one : positions) {
            m_positions[one.token].isChanged = true;
        }
    }

private:
    struct Position
    {
        std::int64_t seq = 0;
        bool isChanged = false;
    };

    std::mutex m_mutex;
    std::map<std::string, Position> m_positions;
};

}  // namespace countersign::relay
