#include "core/vault/database/StatementCache.h"

namespace countersign {

StatementLease StatementCache::use(const char* sql)
{
    auto found = m_statements.find(sql);
    if (found == m_statements.end()) {
        found = m_statements.try_emplace(sql, SQLite::Statement(m_database, sql)).first;
    }
    Entry& entry = found->second;
    if (entry.isLeased) {
        return StatementLease(std::make_unique<SQLite::Statement>(m_database, sql));
    }
    entry.statement.clearBindings();
    return {entry.statement, entry.isLeased};
}

void bindText(SQLite::Statement& statement, int index, std::string_view text)
{
    statement.bind(index, std::string(text));
}

void bindOptional(SQLite::Statement& statement, int index, const std::optional<std::string>& text)
{
    if (text) {
        bindText(statement, index, *text);
    } else {
        statement.bind(index);
    }
}

void bindBytes(SQLite::Statement& statement, int index, BytesView bytes)
{
    static constexpr std::uint8_t nothing = 0;
    const void* data = bytes.empty() ? &nothing : bytes.data();
    statement.bindNoCopy(index, data, static_cast<int>(bytes.size()));
}

}  // namespace countersign
