#include "core/addressbook/AddressCatalog.h"

#include "core/vault/database/Rows.h"

#include <algorithm>
#include <array>
#include <set>

namespace countersign {

namespace {

// Of rows that the console wrote these cut nothing: two texts of 16 labels, 64 UTF-16 units of UTF-8.
constexpr const char* entryColumns =
    "substr(chain, 1, 64), substr(address, 1, 256), substr(name, 1, 256), substr(tags, 1, 1024), "
    "substr(lists, 1, 1024), changed_at";

AddressEntry entryOf(const SQLite::Statement& row)
{
    int column = 0;
    AddressEntry entry;
    for (std::string* text : {&entry.chain, &entry.address, &entry.name}) {
        *text = row.getColumn(column++).getString();
    }
    entry.tags = splitLabels(row.getColumn(column++).getString());
    entry.lists = splitLabels(row.getColumn(column++).getString());
    entry.changedAt = row.getColumn(column).getInt64();
    return entry;
}

/// "a;b" has it among its labels.
std::string hasLabel(const char* column)
{
    return std::string(" AND instr(lower(';' || ") + column + " || ';'), lower(';' || ? || ';')) > 0";
}

struct AddressConditions
{
    std::string text;
    std::vector<std::string> values;
};

/// A name of several words, and an address that was pasted in groups of four.
void addWords(AddressConditions& conditions, const std::vector<std::string>& words)
{
    if (words.empty()) {
        return;
    }
    std::string each = "1";
    std::string joined;
    for (const std::string& word : words) {
        each += " AND (name LIKE ? ESCAPE '\\' OR address LIKE ? ESCAPE '\\')";
        conditions.values.insert(conditions.values.end(), 2, containsPattern(word));
        joined += word;
    }
    conditions.text += " AND ((" + each + ") OR address LIKE ? ESCAPE '\\')";
    conditions.values.push_back(containsPattern(joined));
}

AddressConditions conditionsOf(const AddressFilter& filter)
{
    AddressConditions conditions;
    addWords(conditions, filter.words);
    if (!filter.chain.empty()) {
        const bool isKind = chainKind(filter.chain) == filter.chain;
        conditions.text +=
            isKind ? " AND (chain = ? OR chain LIKE ? ESCAPE '\\')" : " AND chain = ? COLLATE NOCASE";
        conditions.values.push_back(filter.chain);
        if (isKind) {
            conditions.values.push_back(containsPattern(filter.chain + ':').substr(1));
        }
    }
    for (const auto& [column, label] : {std::pair("tags", &filter.tag), std::pair("lists", &filter.list)}) {
        if (!label->empty()) {
            conditions.text += hasLabel(column);
            conditions.values.push_back(*label);
        }
    }
    return conditions;
}

/// Ties are broken by the key, so that the order is total.
std::string orderOf(const AddressOrder& order)
{
    constexpr std::array columns = {"name COLLATE NOCASE", "address COLLATE NOCASE", "chain", "tags", "lists",
                                    "changed_at"};
    const std::string direction = order.descending ? " DESC" : "";
    return std::string(" ORDER BY ") + columns[static_cast<std::size_t>(order.column)] + direction +
           ", chain" + direction + ", address" + direction;
}

std::vector<std::string> firstOf(const std::set<std::string>& labels)
{
    std::vector<std::string> first(labels.begin(), labels.end());
    first.resize(std::min(first.size(), AddressCatalog::Labels::most));
    return first;
}

}  // namespace

Result<std::vector<AddressKey>> AddressCatalog::keys(const AddressFilter& filter, const AddressOrder& order,
                                                     std::int64_t limit) const
{
    std::string words;
    for (const std::string& word : filter.words) {
        words += word;
    }
    RETURN_IF_ERROR(acceptableSearchText(words + filter.chain + filter.tag + filter.list));
    return attempt([&]() -> Result<std::vector<AddressKey>> {
        const AddressConditions conditions = conditionsOf(filter);
        SQLite::Statement query(m_database.handle(), "SELECT chain, address FROM address_entry WHERE 1" +
                                                         conditions.text + orderOf(order) + " LIMIT ?");
        int position = 0;
        for (const std::string& value : conditions.values) {
            query.bind(++position, value);
        }
        query.bind(++position, limit);
        std::vector<AddressKey> keys;
        while (query.executeStep()) {
            keys.push_back({query.getColumn(0).getString(), query.getColumn(1).getString()});
        }
        return keys;
    });
}

Result<std::vector<std::optional<AddressEntry>>> AddressCatalog::entries(
    std::span<const AddressKey> keys) const
{
    return attempt([&]() -> Result<std::vector<std::optional<AddressEntry>>> {
        SQLite::Statement query(
            m_database.handle(),
            std::string("SELECT ") + entryColumns + " FROM address_entry WHERE chain = ? AND address = ?");
        std::vector<std::optional<AddressEntry>> entries;
        entries.reserve(keys.size());
        for (const AddressKey& key : keys) {
            query.bind(1, key.chain);
            query.bind(2, key.address);
            entries.push_back(query.executeStep() ? std::optional(entryOf(query)) : std::nullopt);
            query.reset();
        }
        return entries;
    });
}

Result<std::vector<AddressEntry>> AddressCatalog::lookAlikes(std::string_view chain, std::string_view address,
                                                             int limit) const
{
    return attempt([&]() -> Result<std::vector<AddressEntry>> {
        const std::string look = lookAlikeKey(chain, address);
        const std::string kind(chainKind(chain));
        // The ends narrow it in SQL without regard to case; lookAlikeKey decides.
        SQLite::Statement query(m_database.handle(),
                                std::string("SELECT ") + entryColumns +
                                    " FROM address_entry WHERE (chain = ? OR chain LIKE ? ESCAPE '\\') AND "
                                    "lower(substr(address, -4)) = lower(substr(?, -4)) AND address <> ?");
        query.bind(1, kind);
        query.bind(2, kind + ":%");
        query.bind(3, std::string(address));
        query.bind(4, std::string(address));
        std::vector<AddressEntry> found;
        while (static_cast<int>(found.size()) < limit && query.executeStep()) {
            AddressEntry entry = entryOf(query);
            if (lookAlikeKey(entry.chain, entry.address) == look) {
                found.push_back(std::move(entry));
            }
        }
        return found;
    });
}

Result<AddressCatalog::Labels> AddressCatalog::labels() const
{
    return attempt([&]() -> Result<Labels> {
        std::set<std::string> tags;
        std::set<std::string> lists;
        SQLite::Statement query(m_database.handle(),
                                "SELECT DISTINCT substr(tags, 1, 1024), substr(lists, 1, 1024) FROM "
                                "address_entry");
        while (query.executeStep()) {
            for (std::string& tag : splitLabels(query.getColumn(0).getString())) {
                tags.insert(std::move(tag));
            }
            for (std::string& list : splitLabels(query.getColumn(1).getString())) {
                lists.insert(std::move(list));
            }
        }
        return Labels{firstOf(tags), firstOf(lists)};
    });
}

}  // namespace countersign
