#pragma once

#include "core/addressbook/AddressBook.h"
#include "core/audit/AuditLog.h"

namespace countersign {

/// Changes a profile's address book, each change with the entry in the record that belongs to it: both or
/// neither. The window and the command line write through it, so that the record tells the same whoever
/// wrote. Every function has the errors of AuditLog::record and of the AddressBook's function of its name.
class AddressRecorder
{
public:
    AddressRecorder(Database& database, const Vault& vault, const Clock& clock)
        : m_book(database, vault), m_audit(database, vault, clock), m_clock(clock)
    {}

    /// "address.added": chain, name, tags and lists.
    Status add(const AddressEntry& entry, AddressBook::OnLookAlike onLookAlike);
    /// "address.changed": the same, as they are now.
    Status change(const AddressEntry& entry);
    /// "addresses.imported": how many, and the SHA-256 of the file that they came from (lower-case hex).
    Result<AddressChanges> import(std::span<const AddressEntry> entries, const std::string& fileSha256,
                                  AddressBook::OnLookAlike onLookAlike);
    /// "address.tagged", of one of the profile's wallets.
    Result<AddressEntry> tag(const std::string& walletId, const AddressEntry& entry);
    /// "address.removed" with its chain; for several "addresses.removed", which names them all up to
    /// mostNamed, and otherwise has their number and the SHA-256 of their keys. InvalidInput for none.
    Status remove(std::span<const AddressKey> keys);

    static constexpr std::size_t mostNamed = 200;

private:
    AddressBook m_book;
    AuditLog m_audit;
    const Clock& m_clock;
};

}  // namespace countersign
