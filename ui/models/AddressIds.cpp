#include "ui/models/AddressIds.h"

namespace countersign {

std::vector<std::int64_t> AddressIds::of(std::span<const AddressKey> keys)
{
    const std::lock_guard lock(m_mutex);
    std::vector<std::int64_t> ids;
    ids.reserve(keys.size());
    for (const AddressKey& key : keys) {
        const auto [place, isNew] = m_ids.try_emplace(key, static_cast<std::int64_t>(m_keys.size()) + 1);
        if (isNew) {
            m_keys.push_back(&place->first);
        }
        ids.push_back(place->second);
    }
    return ids;
}

std::vector<AddressKey> AddressIds::keys(std::span<const std::int64_t> ids) const
{
    const std::lock_guard lock(m_mutex);
    std::vector<AddressKey> keys;
    keys.reserve(ids.size());
    for (const std::int64_t id : ids) {
        const bool isKnown = id >= 1 && id <= static_cast<std::int64_t>(m_keys.size());
        keys.push_back(isKnown ? *m_keys[static_cast<std::size_t>(id - 1)] : AddressKey());
    }
    return keys;
}

}  // namespace countersign
