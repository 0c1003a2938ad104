#pragma once

#include "core/addressbook/AddressEntry.h"

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <span>
#include <vector>

namespace countersign {

/// A number for each address of the book, for models that know rows by number: the table has a key of two
/// texts and no other. A number means the same address for as long as this lives, whatever happens to the
/// book. From any thread.
class AddressIds
{
public:
    /// From 1 on.
    std::vector<std::int64_t> of(std::span<const AddressKey> keys);
    /// Numbers that were never given name the empty key, which no entry has.
    std::vector<AddressKey> keys(std::span<const std::int64_t> ids) const;

private:
    mutable std::mutex m_mutex;
    std::map<AddressKey, std::int64_t> m_ids;
    std::deque<const AddressKey*> m_keys;  ///< of m_ids, whose nodes stay where they are
};

}  // namespace countersign
