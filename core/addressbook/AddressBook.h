#pragma once

#include "core/addressbook/AddressEntry.h"
#include "core/audit/trust/TrustedRows.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace countersign {

/// What a change did.
struct AddressChanges
{
    std::size_t added = 0;
    std::size_t changed = 0;
    std::size_t unchanged = 0;

    // Of these, addresses that come into a list that the console knows, or leave it.
    std::size_t newlyAllowed = 0;
    std::size_t newlyBlocked = 0;
    std::size_t noLongerAllowed = 0;
    std::size_t noLongerBlocked = 0;

    /// An entry and another address that begins and ends like it.
    struct LookAlike
    {
        AddressEntry entry;
        AddressEntry other;
    };
    std::vector<LookAlike> lookAlikes;
};

/// The profile's address book. Names, tags and lists decide what policies allow and what a review says of a
/// recipient, so the book counts only as this profile's programs wrote it (TrustedRows), and as a whole: a
/// row that was changed, put in or taken away by somebody else makes all of it doubted. The way out is a
/// backup, or "settings seal" after a look at every entry.
class AddressBook
{
public:
    AddressBook(Database& database, const Vault& vault)
        : m_database(database), m_vault(vault), m_trusted(database, vault)
    {}

    /// By chain and address. BadSignature when it is not what was written; the errors of
    /// TrustedRows::manifest.
    Result<std::vector<AddressEntry>> entries() const;

    /// Addresses that people take for one another (lookAlikeKey): an entry that was copied from a history
    /// that somebody poisoned. Refuse: InvalidInput, and nothing is changed.
    enum class OnLookAlike { Refuse, Accept };

    // Each inside the caller's transaction behind its entry in the record. BadSignature as entries().

    /// Behind "address.added". AlreadyExists for a chain and address that are there; the errors of
    /// checkedEntry; InvalidInput where there are 100,000 already.
    Status add(const AddressEntry& entry, OnLookAlike onLookAlike, UnixMillis now);
    /// Behind "addresses.imported". Entries of the same chain and address are replaced, others stay. Errors
    /// as add().
    Result<AddressChanges> import(std::span<const AddressEntry> entries, OnLookAlike onLookAlike,
                                  UnixMillis now);
    /// Behind "address.tagged". Adds the tags to those of the entry that is there; stores it where there is
    /// none. For the profile's own wallets: look-alikes are accepted. Gives the entry as it is now.
    Result<AddressEntry> tag(const AddressEntry& entry, UnixMillis now);
    /// Behind "address.changed". Name, tags and lists of an entry that is there, replaced. NotFound; the
    /// errors of checkedEntry.
    Status change(const AddressEntry& entry, UnixMillis now);
    /// Behind "address.removed", or "addresses.removed" for several: all or none. NotFound.
    Status remove(std::span<const AddressKey> keys);

    /// What import() would do with look-alikes accepted; nothing is written. The errors of entries() and
    /// import().
    Result<AddressChanges> preview(std::span<const AddressEntry> entries) const;

    /// The bare rows, by chain and address: for showing them.
    static Result<std::vector<AddressEntry>> rows(Database& database);

private:
    /// The rows, inside a transaction that changes them.
    Result<std::vector<AddressEntry>> genuineRows() const;
    Status note();

    Database& m_database;
    const Vault& m_vault;
    TrustedRows m_trusted;
};

}  // namespace countersign
