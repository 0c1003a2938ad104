#pragma once

#include "core/search/SearchQuery.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>
#include <variant>
#include <vector>

namespace countersign {

/// Conditions of an SQL statement with the values of their question marks, in order. Values never become part
/// of the text.
class SearchConditions
{
public:
    using Value = std::variant<std::int64_t, std::string>;

    void add(const std::string& condition, std::vector<Value> values = {});
    /// " AND a AND b", or empty.
    std::string text() const;
    const std::vector<Value>& values() const { return m_values; }
    bool isEmpty() const { return m_text.empty(); }

    /// column >= ? AND column < ?, for a column that is compared byte by byte.
    static std::string beginsWith(const std::string& column);
    static std::vector<Value> beginning(const std::string& text);
    /// '%text%' and 'text%', for LIKE ? ESCAPE '\'.
    static Value contained(const std::string& text);
    static Value leading(const std::string& text);

    /// From the statement's question mark number first on.
    static void bind(SQLite::Statement& statement, const std::vector<Value>& values, int first = 1);

private:
    std::string m_text;
    std::vector<Value> m_values;
};

/// The conditions of a query on a group's rows, each by itself. What words and names mean is the same in
/// every list.
SearchConditions walletConditions(const SearchQuery& query);
SearchConditions jobConditions(const SearchQuery& query);
SearchConditions revocationConditions(const SearchQuery& query);
SearchConditions eventConditions(const SearchQuery& query);
SearchConditions recordConditions(const SearchQuery& query);

}  // namespace countersign
