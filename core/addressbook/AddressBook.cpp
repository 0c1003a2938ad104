#include "core/addressbook/AddressBook.h"

#include "core/vault/AddressRows.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <unordered_map>

namespace countersign {

namespace {

struct AddressBookText
{
    Q_DECLARE_TR_FUNCTIONS(AddressBookText)
};

/// Whether the row is what the manifest vouches for.
Status checkVouched(const TrustManifest& vouched, Database& database)
{
    ASSIGN_OR_RETURN(const auto present, addressBookFingerprint(database));
    if (vouched.value(trustedTables::addressBook, addressBookKey) != present) {
        return failure(trustError({std::string(trustedTables::addressBook), std::string(addressBookKey),
                                   TrustFinding::What::Changed}));
    }
    return {};
}

/// Once for all rows of an import.
SQLite::Statement insertion(Database& database)
{
    return {database.handle(),
            "INSERT OR REPLACE INTO address_entry (chain, address, name, tags, lists, changed_at) "
            "VALUES (?, ?, ?, ?, ?, ?)"};
}

void insert(SQLite::Statement& statement, const AddressEntry& entry, UnixMillis now)
{
    int position = 0;
    for (const std::string& text :
         {entry.chain, entry.address, entry.name, joinedLabels(entry.tags), joinedLabels(entry.lists)}) {
        statement.bind(++position, text);
    }
    statement.bind(++position, now);
    statement.exec();
    statement.reset();
}

bool isOf(const AddressEntry& entry, const std::string& chain, const std::string& address)
{
    return entry.chain == chain && entry.address == address;
}

Error lookAlikeError(const AddressChanges::LookAlike& found)
{
    return {ErrorCode::InvalidInput,
            AddressBookText::tr("%1 (%2) begins and ends like %3 (%4), which is another address. Compare "
                                "every character before you accept it.")
                .arg(QString::fromStdString(found.entry.address), QString::fromStdString(found.entry.name),
                     QString::fromStdString(found.other.address), QString::fromStdString(found.other.name)),
            QStringLiteral("look-alike")};
}

/// Why this class exists: an import compares each of its entries with each that is there and with those
/// before it, 100,000 with 100,000.
class Shelf
{
public:
    explicit Shelf(const std::vector<AddressEntry>& rows)
    {
        for (const AddressEntry& row : rows) {
            put(row);
        }
    }

    const AddressEntry* find(const AddressEntry& entry) const
    {
        const auto found = m_entries.find({entry.chain, entry.address});
        return found == m_entries.end() ? nullptr : &found->second;
    }
    const AddressEntry* lookAlike(const AddressEntry& entry) const
    {
        const auto found = m_byLook.find(lookAlikeKey(entry.chain, entry.address));
        if (found != m_byLook.end()) {
            for (const AddressEntry* one : found->second) {
                if (one != nullptr && one->address != entry.address) {
                    return one;
                }
            }
        }
        return nullptr;
    }
    void put(const AddressEntry& entry)
    {
        const auto [place, isNew] = m_entries.insert_or_assign({entry.chain, entry.address}, entry);
        if (!isNew) {
            return;
        }
        auto& [first, second] = m_byLook[lookAlikeKey(entry.chain, entry.address)];
        if (first == nullptr) {
            first = &place->second;
        } else if (second == nullptr && first->address != entry.address) {
            second = &place->second;
        }
    }
    std::size_t size() const { return m_entries.size(); }

private:
    std::map<std::pair<std::string, std::string>, AddressEntry> m_entries;
    /// Two different addresses of each look: there is one unlike any that is asked for, however many there
    /// are, and on however many chains.
    std::unordered_map<std::string, std::array<const AddressEntry*, 2>> m_byLook;
};

using OnLookAlike = AddressBook::OnLookAlike;

void countLists(AddressChanges& changes, const AddressEntry* old, const AddressEntry& entry)
{
    const auto count = [old, &entry](std::string_view list, std::size_t& comes, std::size_t& leaves) {
        const bool was = old != nullptr && old->isInList(list);
        comes += !was && entry.isInList(list) ? 1 : 0;
        leaves += was && !entry.isInList(list) ? 1 : 0;
    };
    count(allowList, changes.newlyAllowed, changes.noLongerAllowed);
    count(blockList, changes.newlyBlocked, changes.noLongerBlocked);
}

/// What taking the entries in changes, in order; write: for each that is new or different.
Result<AddressChanges> compared(const std::vector<AddressEntry>& present,
                                std::span<const AddressEntry> entries, OnLookAlike onLookAlike,
                                const std::function<void(const AddressEntry&)>& write)
{
    Shelf shelf(present);
    AddressChanges changes;
    for (const AddressEntry& entry : entries) {
        ASSIGN_OR_RETURN(AddressEntry checked, checkedEntry(entry));
        const AddressEntry* old = shelf.find(checked);
        // What is there was accepted once.
        if (const AddressEntry* other = old == nullptr ? shelf.lookAlike(checked) : nullptr) {
            changes.lookAlikes.push_back({checked, *other});
            if (onLookAlike == OnLookAlike::Refuse) {
                return failure(lookAlikeError(changes.lookAlikes.back()));
            }
        }
        checked.changedAt = old != nullptr ? old->changedAt : 0;
        if (old != nullptr && *old == checked) {
            ++changes.unchanged;
            continue;
        }
        ++(old != nullptr ? changes.changed : changes.added);
        countLists(changes, old, checked);
        write(checked);
        shelf.put(checked);
    }
    if (shelf.size() > maxAddressEntries) {
        return failure(ErrorCode::InvalidInput,
                       AddressBookText::tr("The address book has room for 100,000 addresses."));
    }
    return changes;
}

tl::unexpected<Error> notThere()
{
    return failure(ErrorCode::NotFound, AddressBookText::tr("The address book does not have this address."));
}

}  // namespace

Result<std::vector<AddressEntry>> AddressBook::entries() const
{
    return inSnapshot(m_database, [&]() -> Result<std::vector<AddressEntry>> {
        ASSIGN_OR_RETURN(const auto vouched, m_trusted.manifest());
        RETURN_IF_ERROR(checkVouched(vouched, m_database));
        return rows(m_database);
    });
}

Result<std::vector<AddressEntry>> AddressBook::genuineRows() const
{
    // Whether the manifest is the newest one is looked at when it is written again (TrustedRows::note).
    ASSIGN_OR_RETURN(const auto vouched, TrustManifest::read(m_database, m_vault));
    RETURN_IF_ERROR(checkVouched(vouched, m_database));
    return rows(m_database);
}

Status AddressBook::add(const AddressEntry& entry, OnLookAlike onLookAlike, UnixMillis now)
{
    ASSIGN_OR_RETURN(const AddressEntry checked, checkedEntry(entry));
    ASSIGN_OR_RETURN(const auto present, genuineRows());
    const bool isThere = std::ranges::any_of(
        present, [&checked](const AddressEntry& row) { return isOf(row, checked.chain, checked.address); });
    if (isThere) {
        return failure(ErrorCode::AlreadyExists,
                       AddressBookText::tr("The address book has this address already. Remove it first."));
    }
    return import({&checked, 1}, onLookAlike, now).map([](const AddressChanges&) {});
}

Result<AddressChanges> AddressBook::import(std::span<const AddressEntry> entries, OnLookAlike onLookAlike,
                                           UnixMillis now)
{
    return attempt([&]() -> Result<AddressChanges> {
        ASSIGN_OR_RETURN(const auto present, genuineRows());
        SQLite::Statement statement = insertion(m_database);
        ASSIGN_OR_RETURN(auto changes, compared(present, entries, onLookAlike,
                                                [&statement, now](const AddressEntry& entry) {
                                                    insert(statement, entry, now);
                                                }));
        RETURN_IF_ERROR(note());
        return changes;
    });
}

Result<AddressChanges> AddressBook::preview(std::span<const AddressEntry> entries) const
{
    ASSIGN_OR_RETURN(const auto present, this->entries());
    return compared(present, entries, OnLookAlike::Accept, [](const AddressEntry&) {});
}

Status AddressBook::change(const AddressEntry& entry, UnixMillis now)
{
    ASSIGN_OR_RETURN(const AddressEntry checked, checkedEntry(entry));
    ASSIGN_OR_RETURN(const auto present, genuineRows());
    const bool isThere = std::ranges::any_of(
        present, [&checked](const AddressEntry& row) { return isOf(row, checked.chain, checked.address); });
    return isThere ? import({&checked, 1}, OnLookAlike::Accept, now).map([](const AddressChanges&) {})
                   : notThere();
}

Result<AddressEntry> AddressBook::tag(const AddressEntry& entry, UnixMillis now)
{
    ASSIGN_OR_RETURN(AddressEntry wanted, checkedEntry(entry));
    ASSIGN_OR_RETURN(const auto present, genuineRows());
    for (const AddressEntry& row : present) {
        if (isOf(row, wanted.chain, wanted.address)) {
            std::vector<std::string> tags = std::move(wanted.tags);
            wanted = row;
            wanted.tags.insert(wanted.tags.end(), tags.begin(), tags.end());
        }
    }
    // Sorted, and not too many.
    ASSIGN_OR_RETURN(const AddressEntry tagged, checkedEntry(std::move(wanted)));
    RETURN_IF_ERROR(import({&tagged, 1}, OnLookAlike::Accept, now).map([](const AddressChanges&) {}));
    return tagged;
}

Status AddressBook::remove(std::span<const AddressKey> keys)
{
    return attempt([&]() -> Status {
        RETURN_IF_ERROR(genuineRows());
        SQLite::Statement statement(m_database.handle(),
                                    "DELETE FROM address_entry WHERE chain = ? AND address = ?");
        for (const AddressKey& key : keys) {
            statement.bind(1, key.chain);
            statement.bind(2, key.address);
            if (statement.exec() != 1) {
                return notThere();
            }
            statement.reset();
        }
        return note();
    });
}

Result<std::vector<AddressEntry>> AddressBook::rows(Database& database)
{
    return attempt([&]() -> Result<std::vector<AddressEntry>> {
        SQLite::Statement query(database.handle(),
                                "SELECT chain, address, name, tags, lists, changed_at FROM address_entry "
                                "ORDER BY chain, address");
        std::vector<AddressEntry> entries;
        while (query.executeStep()) {
            int column = 0;
            AddressEntry& entry = entries.emplace_back();
            entry.chain = query.getColumn(column++).getString();
            entry.address = query.getColumn(column++).getString();
            entry.name = query.getColumn(column++).getString();
            entry.tags = splitLabels(query.getColumn(column++).getString());
            entry.lists = splitLabels(query.getColumn(column++).getString());
            entry.changedAt = query.getColumn(column).getInt64();
        }
        return entries;
    });
}

Status AddressBook::note()
{
    ASSIGN_OR_RETURN(const auto fingerprint, addressBookFingerprint(m_database));
    return m_trusted.note(trustedTables::addressBook, addressBookKey, fingerprint);
}

}  // namespace countersign
