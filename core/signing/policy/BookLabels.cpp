#include "core/signing/policy/BookLabels.h"

#include "core/policy/document/PolicyEntries.h"

namespace countersign {

BookLabels::BookLabels(AddressBookCache::Entries entries) : m_entries(std::move(entries))
{
    m_byAddress.reserve(m_entries->size());
    for (const AddressEntry& entry : *m_entries) {
        m_byAddress.emplace(comparableAddress(entry.address), &entry);
    }
}

std::optional<AddressLabels> BookLabels::of(std::string_view chain, std::string_view address) const
{
    AddressLabels labels;
    const auto [first, last] = m_byAddress.equal_range(comparableAddress(address));
    for (auto found = first; found != last; ++found) {
        const AddressEntry& entry = *found->second;
        if (chainKind(entry.chain) != chainKind(chain)) {
            continue;
        }
        if (!coversChain(entry.chain, chain)) {
            // Of another chain, or of one of several that it could be.
            if (chain == chainKind(chain) && !entry.lists.empty()) {
                return std::nullopt;
            }
            continue;
        }
        labels.tags.insert(labels.tags.end(), entry.tags.begin(), entry.tags.end());
        labels.lists.insert(labels.lists.end(), entry.lists.begin(), entry.lists.end());
    }
    return labels;
}

}  // namespace countersign
