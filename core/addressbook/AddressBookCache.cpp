#include "core/addressbook/AddressBookCache.h"

#include "core/vault/AddressRows.h"

namespace countersign {

Result<AddressBookCache::Entries> AddressBookCache::entries(Database& database, const Vault& vault)
{
    const std::lock_guard lock(m_mutex);
    return inSnapshot(database, [&]() -> Result<Entries> {
        ASSIGN_OR_RETURN(const auto vouched, TrustedRows(database, vault).manifest());
        auto fingerprint = vouched.value(trustedTables::addressBook, addressBookKey);
        if (m_entries && fingerprint == m_fingerprint) {
            return m_entries;
        }
        ASSIGN_OR_RETURN(auto rows, AddressBook(database, vault).entries());
        m_entries = std::make_shared<const std::vector<AddressEntry>>(std::move(rows));
        m_fingerprint = std::move(fingerprint);
        return m_entries;
    });
}

}  // namespace countersign
