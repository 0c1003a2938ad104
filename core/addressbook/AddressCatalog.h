#pragma once

#include "core/addressbook/AddressEntry.h"
#include "core/vault/database/Database.h"

#include <limits>
#include <optional>
#include <span>

namespace countersign {

/// Every set member narrows the list; ASCII case is ignored.
struct AddressFilter
{
    std::vector<std::string> words;  ///< each is part of the name or the address
    std::string chain;  ///< "eip155" and "solana" with every chain of theirs, or one chain's entries
    std::string tag;
    std::string list;

    bool isEmpty() const { return words.empty() && chain.empty() && tag.empty() && list.empty(); }
};

struct AddressOrder
{
    enum class Column { Name, Address, Chain, Tags, Lists, Changed };
    Column column = Column::Name;
    bool descending = false;
};

/// The read side of the address book, for views: a view reads the ordered keys once and then entries by key,
/// page by page. Bare rows: whether they count, AddressBook says. Read-only; bring a connection of your own
/// thread.
class AddressCatalog
{
public:
    explicit AddressCatalog(Database& database) : m_database(database) {}

    static constexpr std::int64_t everything = std::numeric_limits<std::int64_t>::max();

    /// InvalidInput for words that are too long for a search.
    Result<std::vector<AddressKey>> keys(const AddressFilter& filter, const AddressOrder& order,
                                         std::int64_t limit = everything) const;
    /// Nothing where the key's entry is gone. Texts that no entry can have are cut.
    Result<std::vector<std::optional<AddressEntry>>> entries(std::span<const AddressKey> keys) const;

    /// Entries with another address that begins and ends like this one (lookAlikeKey), at most limit.
    Result<std::vector<AddressEntry>> lookAlikes(std::string_view chain, std::string_view address,
                                                 int limit) const;

    struct Labels
    {
        std::vector<std::string> tags;
        std::vector<std::string> lists;

        static constexpr std::size_t most = 100;  ///< of each
    };
    /// Those in use, sorted.
    Result<Labels> labels() const;

private:
    Database& m_database;
};

}  // namespace countersign
