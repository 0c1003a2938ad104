#pragma once

#include "core/addressbook/AddressBookCache.h"
#include "core/signing/policy/JobFacts.h"

#include <string>
#include <string_view>
#include <unordered_map>

namespace countersign {

/// What the address book calls addresses, for policies: found by the address, since a job may name many and
/// the book has up to 100,000.
class BookLabels
{
public:
    explicit BookLabels(AddressBookCache::Entries entries);

    /// Tags and lists of every entry that speaks of the address on that chain (LabelsOfAddress). Nothing
    /// where the chain is not known and lists of the address depend on it.
    std::optional<AddressLabels> of(std::string_view chain, std::string_view address) const;
    const AddressBookCache::Entries& entries() const { return m_entries; }

private:
    AddressBookCache::Entries m_entries;
    std::unordered_multimap<std::string, const AddressEntry*> m_byAddress;  ///< by comparable address
};

}  // namespace countersign
