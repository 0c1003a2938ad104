#pragma once

#include "core/addressbook/AddressBook.h"

#include <memory>
#include <mutex>

namespace countersign {

/// The entries of one profile's address book for whoever reads them again and again: checking and reading
/// 100,000 rows takes a good part of a second. What was read under a fingerprint counts as long as the
/// profile's programs vouch for that fingerprint, whatever became of the rows meanwhile (AddressBook::entries
/// tells that). From any thread.
class AddressBookCache
{
public:
    using Entries = std::shared_ptr<const std::vector<AddressEntry>>;

    /// As AddressBook::entries(), with its errors. database: of the calling thread.
    Result<Entries> entries(Database& database, const Vault& vault);

private:
    std::mutex m_mutex;
    Entries m_entries;  ///< null before the first reading
    std::optional<std::string> m_fingerprint;
};

}  // namespace countersign
